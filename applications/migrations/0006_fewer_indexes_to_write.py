"""`application_by_candidate` begins with the same column."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_archived_people_have_no_profile"),
        ("candidates", "0013_fewer_indexes_to_write"),
    ]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="candidates.candidate",
            ),
        ),
    ]
