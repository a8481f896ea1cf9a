"""Whose yes to being kept ends soon is found without working out the clocks of everybody."""

from django.db import migrations, models

KEEPING = models.Q(kind__in=("granted", "renewed", "restored"), purpose="pool")


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0032_no_index_for_few_rows"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="groundevent",
            index=models.Index(
                condition=KEEPING, fields=["expires_at"], name="ground_yes_by_its_day"
            ),
        ),
        migrations.AddIndex(
            model_name="groundevent",
            index=models.Index(
                condition=KEEPING, fields=["occurred_at"], name="ground_yes_by_its_age"
            ),
        ),
    ]
