"""Finding people by name or address, and walking through a list of them page by page.

Names: prefixes of any words in any order, accents and case ignored ("osei ro" finds Rosa Osei). If
nobody is called that, the two hundred most similar names. A whole address finds exactly its owner.
"""

import re

from django.contrib.postgres.search import SearchQuery
from django.db.models import Func, Q, TextField, Value
from django.db.models.expressions import RawSQL

from candidates.identity import canonical_email
from candidates.models import Candidate
from candidates.models.people import CandidateQuerySet

PAGE = 50
COUNT_AT_MOST = 1000
_WORD = re.compile(r"[^\W_]+")


def by_name(people: CandidateQuerySet, text: str) -> CandidateQuerySet:
    """Keep those whose name has a word that begins with each word of `text`.

    Or, if it is an address, those who have it.
    """
    if "@" in text:
        address = Q(emails__canonical=canonical_email(text), emails__released_at=None)
        return people.filter(address)
    words = _WORD.findall(text)[:6]
    if not words:
        return people.none()
    pattern = " & ".join(f"'{word}':*" for word in words)
    folded = Func(Value(pattern), function="candidates_fold", output_field=TextField())
    query = SearchQuery(folded, config="simple", search_type="raw")
    return people.filter(search_text__name_words=query)


def by_similar_name(people: CandidateQuerySet, text: str) -> CandidateQuerySet:
    """Keep the two hundred whose names are most like `text`: for typing errors."""
    similar = RawSQL("SELECT candidates_similar_names(%s)", [text[:100]])
    return people.filter(pk__in=similar)


def page_of(
    people: CandidateQuerySet, *, after: Candidate | None = None
) -> tuple[list[Candidate], bool]:
    """Return the next fifty people by last contact after `after`, and whether there are more.

    The place in the list is a bound that an index serves, so page 100 costs what page 1 costs.
    Those never spoken to come last and are a walk of their own.
    """
    found: list[Candidate] = []
    if after is None or after.last_contact_at is not None:
        spoken = people.exclude(last_contact_at=None)
        if after is not None and after.last_contact_at is not None:
            spoken = spoken.filter(last_contact_at__lte=after.last_contact_at).exclude(
                last_contact_at=after.last_contact_at, pk__gte=after.pk
            )
        found = list(spoken.by_last_contact()[: PAGE + 1])
        after = None
    if len(found) <= PAGE:
        never = people.filter(last_contact_at=None)
        if after is not None:
            never = never.filter(pk__lt=after.pk)
        found += never.by_last_contact()[: PAGE + 1 - len(found)]
    return found[:PAGE], len(found) > PAGE


def capped_count(people: CandidateQuerySet) -> str:
    """Count, but stop just past COUNT_AT_MOST: an exact number on a long list helps nobody."""
    count = people.order_by().values("pk")[: COUNT_AT_MOST + 1].count()
    return f"{count:,}" if count <= COUNT_AT_MOST else f"{COUNT_AT_MOST:,}+"
