from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from candidates.models.people import Candidate

# KB of new names that a search reads one by one before they are sorted into an index together. So
# an import writes half as much, and a search is slower by less than a millisecond.
PENDING = 512


class SearchText(models.Model):
    """What the search compares, apart from the candidate, so that neither rewrites the other.

    One row for each candidate, written by triggers of the database; nothing else writes it.
    """

    candidate = models.OneToOneField(
        Candidate, models.CASCADE, primary_key=True, related_name="search_text"
    )
    folded_name = models.TextField(help_text="Lower case, without accents.")
    name_words = SearchVectorField(help_text="The words of the folded name.")

    class Meta:
        indexes = [
            GinIndex(
                fields=["name_words"],
                name="search_by_name_words",
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
