"""The numbers of large pools are kept, and pools are listed page by page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0037_reading_a_text_is_dear"),
    ]

    operations = [
        migrations.CreateModel(
            name="PoolCount",
            fields=[
                (
                    "pool",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="counts",
                        serialize=False,
                        to="candidates.talentpool",
                    ),
                ),
                ("lasting", models.PositiveIntegerField()),
                ("ending", models.PositiveIntegerField()),
                ("paused", models.PositiveIntegerField()),
                ("ask", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("unreachable", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.AddIndex(
            model_name="talentpool",
            index=models.Index(fields=["name", "id"], name="pool_by_name"),
        ),
    ]
