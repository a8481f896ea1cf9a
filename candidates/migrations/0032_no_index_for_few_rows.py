"""Addresses with a plus tag and people written to lately are asked about person by person."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0031_rtf_files"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="contactgate", name="gate_of_written_to"),
        migrations.RemoveIndex(model_name="emailaddress", name="email_with_a_tag"),
    ]
