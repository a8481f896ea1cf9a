"""Sort new names into the search indexes some hundred at a time. Nothing is built anew."""

import django.contrib.postgres.indexes
from django.db import migrations

NAMES = ("search_by_name_words", "search_by_name_trigrams")
BATCHED = {"fastupdate": True, "gin_pending_list_limit": 512}


class Migration(migrations.Migration):
    dependencies = [("candidates", "0015_privacy_requests_and_erasures")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER INDEX {name} SET (fastupdate = on, gin_pending_list_limit = 512)",
                    f"ALTER INDEX {name} RESET (gin_pending_list_limit);"
                    f"ALTER INDEX {name} SET (fastupdate = off)",
                )
                for name in NAMES
            ],
            state_operations=[
                *(migrations.RemoveIndex("searchtext", name) for name in NAMES),
                migrations.AddIndex(
                    "searchtext",
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["name_words"], name="search_by_name_words", **BATCHED
                    ),
                ),
                migrations.AddIndex(
                    "searchtext",
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("folded_name", name="gin_trgm_ops"),
                        name="search_by_name_trigrams",
                        **BATCHED,
                    ),
                ),
            ],
        )
    ]
