"""Files of emails of which nobody knows yet who wrote them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engagement", "0036_handovers_of_one_email")]

    operations = [
        migrations.CreateModel(
            name="WaitingFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        help_text="Which of `reply.files` it is, from 0."
                    ),
                ),
                ("file_name", models.CharField(max_length=150)),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("content", models.BinaryField()),
                (
                    "reply",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting_files",
                        to="engagement.reply",
                    ),
                ),
            ],
            options={"ordering": ["reply", "place"]},
        ),
        migrations.AddConstraint(
            "waitingfile",
            models.UniqueConstraint(fields=["reply", "place"], name="waiting_file_once"),
        ),
    ]
