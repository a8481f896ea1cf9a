from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0043_privacy_tasks"),
    ]

    operations = [
        migrations.AddField(
            model_name="preferencechange",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("too_many", "Too many emails"),
                    ("wrong_jobs", "The wrong jobs"),
                    ("found", "They found a job"),
                    ("not_asked", "They did not ask for them"),
                    ("other", "Something else"),
                ],
                db_default="",
                default="",
                help_text="Why they stopped, if they said so afterwards.",
                max_length=10,
            ),
        ),
    ]
