"""Looking through everybody for pairs that may be one person, and keeping the queue right.

May run at any time, any number of times: a pair is one row. What somebody dismissed is never
suggested again, and what is open and no longer looks like one person goes away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from candidates.duplicates import blocking
from candidates.duplicates.weighing import SURE, Facts, Rarity, Verdict, weigh
from candidates.models import ContactGate, DuplicateSearch, DuplicateSuggestion, Import

_LOCK = 7203_1908  # of one search at a time: any number, but always this one
# Reasons of pairs that somebody named, who knows better than a comparison: they stay as they are.
BY_COLLEAGUE = "colleague"
PROVED_BOTH = "proved_both"
SAME_LINE = "same_line"
NAMED = (BY_COLLEAGUE, PROVED_BOTH, SAME_LINE)
CHUNK = 200  # pairs written at once, with the gates of their people held


@dataclass(frozen=True)
class Found:
    """One pair, in order of id."""

    one: int
    other: int
    verdict: Verdict

    @property
    def centibits(self) -> int:
        return round(self.verdict.bits * 100)


def search_everybody(at: datetime | None = None) -> DuplicateSearch | None:
    """Find all pairs and bring the queue up to date. None if a search is running already."""
    at = at or timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            (is_mine,) = cursor.fetchone() or (False,)
        if not is_mine:
            return None
        people = blocking.block()
        rarity = Rarity(people=people, **blocking.shared_counts())
        found, weighed = [], 0
        for pairs in blocking.pairs():
            weighed += len(pairs)
            found += weigh_pairs(pairs, rarity)
        open_before = DuplicateSuggestion.objects.filter(
            state=DuplicateSuggestion.State.OPEN, found_at__lt=at
        ).exclude(reasons__overlap=list(NAMED))
        still = {(one.one, one.other) for one in found}
        gone = [
            pk for pk, one, other in open_before.values_list("pk", "one", "other")
            if (one, other) not in still
        ]  # fmt: skip
        DuplicateSuggestion.objects.filter(
            pk__in=gone, state=DuplicateSuggestion.State.OPEN
        ).delete()
        return DuplicateSearch.objects.create(
            started_at=at,
            finished_at=timezone.now(),
            people=people,
            pairs=weighed,
            suggested=suggest(found, at),
        )


def weigh_pairs(pairs: Iterable[tuple[int, int]], rarity: Rarity) -> list[Found]:
    """Return those of the pairs that may be one person."""
    pairs = list(pairs)
    facts = blocking.facts_of({person for pair in pairs for person in pair})
    nobody = Facts(words=())
    verdicts = (
        Found(one, other, weigh(facts.get(one, nobody), facts.get(other, nobody), rarity))
        for one, other in pairs
    )
    return [found for found in verdicts if found.verdict.is_possible]


def suggest(found: list[Found], at: datetime) -> int:
    """Write the pairs down: new ones join the queue, open ones get their present weight.

    A sure pair stops job emails to both, so their gates are held. Returns how many are new.
    """
    new = 0
    found.sort(key=lambda one: (one.one, one.other))
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        sure = {p for one in part if one.verdict.is_sure for p in (one.one, one.other)}
        gates = ContactGate.objects.select_for_update().filter(pk__in=sure).order_by("pk")
        list(gates.values("pk"))
        before = DuplicateSuggestion.objects.count()
        rows = [
            (one.one, one.other, " ".join(one.verdict.reasons), one.centibits, one.verdict.is_sure)
            for one in part
        ]
        with connection.cursor() as cursor:
            cursor.execute(_SUGGEST, [at, *map(list, zip(*rows, strict=True))])
        new += DuplicateSuggestion.objects.count() - before
    return new


def suggest_named(pairs: Iterable[tuple[int, int]], why: str, at: datetime) -> None:
    """Put pairs into the queue that something else than a comparison names.

    pairs: in order of id. why: one of NAMED. A pair that is known stays as it is, settled or open.
    It is not sure, so job emails go on: a file says it, not a colleague.
    """
    DuplicateSuggestion.objects.bulk_create(
        [
            DuplicateSuggestion(
                one_id=one,
                other_id=other,
                reasons=[why],
                bits=round(SURE * 100),
                is_sure=False,
                found_at=at,
            )
            for one, other in sorted(pairs)
        ],
        ignore_conflicts=True,
    )


# One statement for all of them: the profiles of their people are worked out once, at its end.
_SUGGEST = """
INSERT INTO candidates_duplicatesuggestion AS s
       (public_id, one_id, other_id, reasons, bits, is_sure, state, found_at, why_not)
SELECT gen_random_uuid(), f.one, f.other, string_to_array(f.reasons, ' '), f.bits, f.is_sure,
       'open', %s, ''
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::bool[])
       AS f(one, other, reasons, bits, is_sure)
ON CONFLICT (one_id, other_id) DO UPDATE
   SET reasons = excluded.reasons, bits = excluded.bits, is_sure = excluded.is_sure
 WHERE s.state = 'open' AND NOT s.reasons && ARRAY['colleague', 'same_line']::varchar[]
       AND (s.reasons, s.bits, s.is_sure)
       IS DISTINCT FROM (excluded.reasons, excluded.bits, excluded.is_sure)
"""


def is_due(at: datetime) -> bool:
    """Say whether an import brought people since the last search, or that is a day old.

    Who is added by hand is compared at the door (`candidates.resolving`).
    """
    last = DuplicateSearch.objects.first()
    if last is None or last.started_at < at - timedelta(days=1):
        return True
    return Import.objects.filter(finished_at__gte=last.started_at).exists()
