"""A handover without a campaign is about an email of a colleague; each says what was known."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0041_stops_know_who"),
        ("engagement", "0035_versions_of_steps"),
    ]

    operations = [
        migrations.AlterField(
            "handover",
            "campaign",
            models.ForeignKey(
                blank=True,
                help_text="Empty: an email that `asked_by` writes to this person alone.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="handovers",
                to="engagement.campaign",
            ),
        ),
        migrations.AddField(
            "handover",
            "contact",
            models.ForeignKey(
                blank=True,
                help_text="The last contact that was known; nothing that was recorded later passes.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="candidates.stop",
            ),
        ),
    ]
