"""Whom a text finds.

Two vectors answer: the short one (name, headline, title, employer) to beginnings of words, so that
"osei ro" finds Rosa Osei; the long one (all that, skills, notes, documents) to stems of words. A
private note finds its person only for those who may read it, which is why it stands in neither.
If nobody is found, the names most like the text. A whole address finds exactly its owner.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.contrib.postgres.search import SearchQueryField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from candidates.identity import canonical_email
from candidates.models import Candidate, EmailAddress, Note
from candidates.models.people import CandidateQuerySet
from candidates.search import words

RANKED: Final = 1000  # how many by name, title or employer, and how many others, are ranked
PRIVATE_NOTES: Final = 1000
PHRASED: Final = 10_000  # up to so many people whom a phrase finds are looked for once for a page
_NAME_WEIGHS: Final = 3.0
_LIVE: Final = "archived_at IS NULL AND erased_at IS NULL AND merged_into_id IS NULL"
# The languages that somebody has, each by one look into the index: a word that those cut alike is
# one question, and what others would make of it matters to nobody.
_QUESTIONS: Final = f"""
WITH RECURSIVE spoken(language) AS (
    (SELECT language FROM candidates_candidate WHERE {_LIVE} ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT c.language FROM candidates_candidate c
             WHERE c.language > spoken.language AND {_LIVE} ORDER BY c.language LIMIT 1)
      FROM spoken WHERE spoken.language IS NOT NULL
), configs AS (
    SELECT candidates_text_config(language) AS config FROM spoken WHERE language IS NOT NULL
    UNION SELECT 'english'
)
SELECT candidates_question('simple', %(prefixes)s)::text,
       candidates_question(config, %(stems)s)::text, array_agg(config), NULL::bigint
  FROM configs GROUP BY 1, 2
"""  # noqa: S608  # a condition of our own
_PRIVATE: Final = """
UNION ALL (
    SELECT '', '', NULL, n.candidate_id
      FROM candidates_note n JOIN candidates_searchtext s ON s.candidate_id = n.candidate_id
     WHERE n.id IN ({notes})
     GROUP BY n.candidate_id, s.config, s.long
    HAVING s.long || to_tsvector(s.config::regconfig, candidates_plain(string_agg(n.text, ' ')))
           @@ candidates_question(s.config, %(stems)s)
     ORDER BY n.candidate_id LIMIT {most}
)
"""


@dataclass(frozen=True)
class Asked:
    """The question as the database knows it.

    prefixes: for the short vector. stems: (question, configurations in which it is that), for the
    long one. own: the people whom private notes add that the user may read. is_one: the question
    is the same in all languages that somebody has.
    """

    prefixes: str
    stems: list[tuple[str, list[str]]]
    own: list[int]
    is_one: bool


class Search:
    """One text, asked by one user. Costs no query until it is used."""

    def __init__(self, text: str, user: User) -> None:
        self.text = text.strip()
        self.user = user
        self.question = words.ask(self.text)
        self.is_address = "@" in self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @cached_property
    def asked(self) -> Asked:
        """One small query, for the questions and the people whom private notes add."""
        values: dict[str, Any] = {
            "prefixes": self.question.pattern(prefixes=True),
            "stems": self.question.pattern(prefixes=self.question.has_unwanted),
        }
        with connection.cursor() as cursor:
            cursor.execute(_QUESTIONS + self._private_notes(values), values)
            rows = cursor.fetchall()
        asked = [row for row in rows if row[3] is None]
        stems = [(stems, configs) for _, stems, configs, _ in asked if stems]
        own = [pk for *_, pk in rows if pk is not None]
        return Asked(asked[0][0], stems, own, is_one=len(asked) == len(stems) == 1)

    def _private_notes(self, values: dict[str, Any]) -> str:
        """Return the part that asks the private notes this user may read; add its values."""
        notes = Note.objects.visible_to(self.user).filter(visibility=Note.Visibility.PRIVATE)
        try:
            sql, theirs = notes.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return ""
        names = [f"note{number}" for number in range(len(theirs))]
        values |= dict(zip(names, theirs, strict=True))
        named = sql % tuple(f"%({name})s" for name in names)
        return _PRIVATE.format(notes=named, most=PRIVATE_NOTES)

    @cached_property
    def is_similar(self) -> bool:
        """Has nobody those words, so that names like them are shown? One query."""
        if not self or self.is_address or not self.question.is_plain:
            return False
        return not self.exactly(Candidate.objects.visible_to(self.user)).exists()

    def find(self, people: CandidateQuerySet) -> CandidateQuerySet:
        """Keep those whom the text finds."""
        if not self:
            return people
        if self.is_similar:
            return people.filter(pk__in=self._similar)
        return self.exactly(people)

    def named(self, people: CandidateQuerySet) -> CandidateQuerySet:
        """Keep those whose name, title or employer has the words: nothing else is looked at."""
        return people.filter(self._short) if self.question else people.none()

    def near(self, people: CandidateQuerySet) -> CandidateQuerySet:
        """The same, and if there are none, those with names like the words."""
        named = self.named(people)
        if not self.question.is_plain or named.exists():
            return named
        return people.filter(pk__in=self._similar)

    def best_of(self, people: CandidateQuerySet, latest: Collection[int] = ()) -> set[int]:
        """Return, of people that were found, as many as can be ranked. One query.

        Those found by name, title or employer first, then others, by last contact in both. latest:
        these others, if they are known already.
        """
        if self.is_address or self.is_similar or not self.question:
            return set(people.order_by().values_list("pk", flat=True))
        near = people.filter(self._short).by_last_contact().values_list("pk", flat=True)[:RANKED]
        if latest:
            return {*near, *latest}
        others = people.by_last_contact().values_list("pk", flat=True)[:RANKED]
        return set(near.union(others, all=True))

    def ranked(self, people: CandidateQuerySet) -> CandidateQuerySet:
        """Say in `rank`, a whole number, how well the text fits: a name weighs most."""
        if self.is_address or not (self.is_similar or self.question):
            return people.annotate(rank=Value(0))
        if self.is_similar:
            folded = Func(
                Value(self.text[:100]), function="candidates_fold", output_field=TextField()
            )
            near: Expression = Func(
                folded,
                F("search_text__folded_name"),
                function="word_similarity",
                output_field=FloatField(),
            )
        else:
            near = self._rank
        return people.annotate(rank=Cast(near * 1e6, IntegerField()))

    def exactly(self, people: CandidateQuerySet) -> CandidateQuerySet:
        """Keep those who have the words or the address; no names like them."""
        if self.is_address:
            canonical = canonical_email(self.text)
            own = EmailAddress.objects.filter(
                candidate=OuterRef("pk"), canonical=canonical, released_at=None
            )
            return people.filter(Exists(own))
        if not self.question:
            return people.none()
        if self._phrased is not None:
            return people.filter(pk__in=self._phrased)
        return people.filter(self._found)

    @cached_property
    def _phrased(self) -> list[int] | None:
        """The people whom a question with a phrase finds; None: it has none, or they are many.

        An index knows who has the words, and each of those texts is read again for their order. A
        page asks several times, so this asks once. One query.
        """
        if not self.question.has_phrase:
            return None
        found = Candidate.objects.filter(self._found).order_by().values_list("pk", flat=True)
        ids = list(found[: PHRASED + 1])
        return ids if len(ids) <= PHRASED else None

    @property
    def _found(self) -> Q:
        # Who must not have a word must not have it anywhere: only the long vector knows.
        found = self._long if self.question.has_unwanted else self._short | self._long
        if self.asked.own:
            found |= Q(search_text__pk__in=self.asked.own)
        return found & Q(_IsDear("search_text__pk"))

    @property
    def _similar(self) -> RawSQL:
        return RawSQL("SELECT candidates_similar_names(%s)", [self.text[:100]])

    @property
    def _short(self) -> Q:
        return Q(search_text__short__matches=self.asked.prefixes)

    @property
    def _long(self) -> Q:
        found = Q()
        for stems, configs in self.asked.stems:
            if self.asked.is_one:
                # The index knows the answer. Asked for the language as well, which it does not
                # know, the database would read the whole text of each who is found.
                return Q(search_text__long__matches=stems)
            found |= Q(search_text__config__in=configs, search_text__long__matches=stems)
        return found or Q(pk=None)

    @property
    def _rank(self) -> Expression:
        cases = [
            When(search_text__config__in=configs, then=_Tsquery(Value(stems)))
            for stems, configs in self.asked.stems
        ]
        near = _Rank(F("search_text__short"), _Tsquery(Value(self.asked.prefixes)))
        if not cases:
            return near * _NAME_WEIGHS
        stems = Case(*cases, output_field=SearchQueryField())
        return near * _NAME_WEIGHS + Coalesce(_Rank(F("search_text__long"), stems), 0.0)


class _IsDear(Func):
    """True of everybody; its price keeps the planner from reading texts instead of the index."""

    function = "candidates_text_is_dear"
    output_field = BooleanField()


class _Tsquery(Func):
    template = "%(expressions)s::tsquery"
    output_field = SearchQueryField()


class _Rank(Func):
    function = "ts_rank"
    output_field = FloatField()
