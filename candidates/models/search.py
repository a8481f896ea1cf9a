from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler

from candidates.models.people import Candidate

# KB of new names that a search reads one by one before they are sorted into an index together. So
# an import writes half as much, and a search is slower by less than a millisecond.
PENDING = 512


@SearchVectorField.register_lookup
class Matches(Lookup):
    """`short__matches=question`: the question in the language of `tsquery`, parsed already."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        vector, values = self.process_lhs(compiler, connection)
        return f"{vector} @@ %s::tsquery", (*values, self.rhs)


class SearchText(models.Model):
    """What the search compares, apart from the candidate, so that neither rewrites the other.

    One row for each live candidate, written by triggers of the database after the view
    `candidates_searchtext_source`; nothing else writes it.
    """

    candidate = models.OneToOneField(
        Candidate, models.CASCADE, primary_key=True, related_name="search_text"
    )
    folded_name = models.TextField(help_text="Lower case, without accents.")
    config = models.CharField(
        max_length=20, help_text="The text search configuration of their language."
    )
    short = SearchVectorField(
        help_text="Name (A); headline, title and employer (B). Whole words, no stems."
    )
    long = SearchVectorField(
        help_text="The same as stems, skills and notes of the team (C), documents (D)."
    )

    class Meta:
        indexes = [
            GinIndex(
                fields=["short"],
                name="search_by_short",
                fastupdate=True,
                gin_pending_list_limit=PENDING,
            ),
            GinIndex(
                fields=["long"],
                name="search_by_long",
                fastupdate=True,
                gin_pending_list_limit=PENDING,
            ),
            GinIndex(
                OpClass("folded_name", name="gin_trgm_ops"),
                name="search_by_name_trigrams",
                fastupdate=True,
                gin_pending_list_limit=PENDING,
            ),
        ]

    def __str__(self) -> str:
        return self.folded_name
