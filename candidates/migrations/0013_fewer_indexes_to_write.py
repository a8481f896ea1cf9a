"""An index whose column leads another one finds nothing more, and an import writes them all."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("candidates", "0012_restricted_archive"),
    ]

    operations = [
        migrations.AlterField(
            model_name="activity",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="activities",
                to="candidates.candidate",
            ),
        ),
        migrations.AlterField(
            model_name="candidateskill",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="skills",
                to="candidates.candidate",
            ),
        ),
        migrations.AlterField(
            model_name="groundevent",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ground_events",
                to="candidates.candidate",
            ),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="candidates.import",
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="candidates.candidate",
            ),
        ),
        migrations.AlterField(
            model_name="link",
            name="canonical",
            field=models.CharField(max_length=500),
        ),
        migrations.AlterField(
            model_name="phone",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="phones",
                to="candidates.candidate",
            ),
        ),
        migrations.AlterField(
            model_name="phone",
            name="canonical",
            field=models.CharField(max_length=40),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["canonical"], name="link_by_page"),
        ),
        migrations.AddIndex(
            model_name="phone",
            index=models.Index(fields=["canonical"], name="phone_by_number"),
        ),
        # A line is written when it is staged and again when it is checked. The second time fits on
        # the same page then, and touches no index.
        migrations.RunSQL(
            "ALTER TABLE candidates_importrow SET (fillfactor = 45)",
            "ALTER TABLE candidates_importrow RESET (fillfactor)",
        ),
    ]
