"""Who was written to about a job is asked each time its known people are shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0010_access_codes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("armed_at__isnull", False), ("purpose", "nurture")),
                fields=["job", "candidate"],
                include=["armed_at"],
                name="message_about_job",
            ),
        ),
    ]
