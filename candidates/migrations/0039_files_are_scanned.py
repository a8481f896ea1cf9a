"""A virus scanner may look at files before anybody gets them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0038_counts_of_large_pools"),
    ]

    operations = [
        migrations.AddField(
            model_name="document",
            name="scanned_at",
            field=models.DateTimeField(
                blank=True, help_text="When the virus scanner looked at it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="threat",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What the scanner found, in its own words.",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="document",
            name="scan_failed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When the scanner was asked last and did not answer.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="state",
            field=models.CharField(
                choices=[
                    ("uploaded", "Waiting to be read"),
                    ("reading", "Being read"),
                    ("ready", "Read"),
                    ("no_text", "No text"),
                    ("refused", "Refused"),
                    ("quarantine", "In quarantine"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(
                    ("removed_at", None),
                    ("scanned_at", None),
                    models.Q(("file", ""), _negated=True),
                ),
                fields=["id"],
                name="document_to_be_scanned",
            ),
        ),
    ]
