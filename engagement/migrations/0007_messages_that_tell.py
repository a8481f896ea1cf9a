from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engagement", "0006_enrolments_of_merged_people")]
    operations = [
        migrations.AddField(
            "message",
            "notice",
            models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="The words by which it tells them that we keep their details.",
            ),
        ),
        migrations.AlterField(
            "message",
            "purpose",
            models.CharField(
                choices=[
                    ("nurture", "Job email"),
                    ("letter", "Letter"),
                    ("notice", "Notice about their choices"),
                    ("told", "Notice that we keep their details"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            "erasedmessage",
            "purpose",
            models.CharField(
                choices=[
                    ("nurture", "Job email"),
                    ("letter", "Letter"),
                    ("notice", "Notice about their choices"),
                    ("told", "Notice that we keep their details"),
                ],
                max_length=8,
            ),
        ),
    ]
