"""Addresses with a plus tag, and people written to lately, are few: found without reading all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0028_extension_requests"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contactgate",
            index=models.Index(
                condition=models.Q(("job_emails_at", []), _negated=True),
                fields=["candidate"],
                name="gate_of_written_to",
            ),
        ),
        migrations.AddIndex(
            model_name="emailaddress",
            index=models.Index(
                condition=models.Q(
                    models.Q(("canonical", models.F("broad")), _negated=True), ("released_at", None)
                ),
                fields=["broad"],
                include=["candidate"],
                name="email_with_a_tag",
            ),
        ),
    ]
