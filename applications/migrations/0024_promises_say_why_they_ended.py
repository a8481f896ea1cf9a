from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0023_untold_since")]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("contact", "we were in contact"),
                    ("hired", "they were hired"),
                    ("silence", "no contact within 72 hours"),
                    ("no_job", "no such job opened"),
                    ("ground", "we may not keep their details for other jobs any more"),
                    ("asked", "they asked for it"),
                    ("given_up", "we gave it up"),
                    ("undone", "the answer that it came with was undone"),
                ],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="promise",
            name="words",
            field=models.CharField(
                blank=True, default="", help_text="What was said at its end.", max_length=300
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["state", "-settled_at", "-id"], name="promise_by_end"),
        ),
    ]
