"""What finding duplicates needs in the database: sounds of words, and employers without their Ltd."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models

FORWARDS = r"""
CREATE FUNCTION candidates_employer(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    AS $$
        SELECT btrim(regexp_replace(regexp_replace(
            candidates_fold(value), '[^[:alnum:]]+', ' ', 'g'),
            '\m(the|and|und|et|y|ltd|limited|plc|llp|llc|inc|incorporated|corp|corporation|co|company'
            '|gmbh|mbh|ag|kg|se|sa|sas|sarl|srl|spa|bv|nv|ab|as|aps|oy|oyj|sp|z|o|o|group|holding)\M *',
            '', 'g'))
    $$;
"""
BACKWARDS = "DROP FUNCTION candidates_employer(text)"


class Migration(migrations.Migration):
    dependencies = [("candidates", "0019_documents_say_what_they_hold")]
    operations = [
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(FORWARDS, BACKWARDS),
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("people", models.PositiveIntegerField()),
                ("pairs", models.PositiveIntegerField(help_text="Pairs that were weighed.")),
                ("suggested", models.PositiveIntegerField(help_text="New in the queue.")),
            ],
            options={
                "verbose_name_plural": "duplicate searches",
                "ordering": ["-started_at", "-pk"],
            },
        ),
    ]
