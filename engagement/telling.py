"""What we tell people whom we found ourselves: that we keep them, why, and from where (P-05).

GDPR Art. 14 wants it at the first contact, or within a month. So a letter of its own can be sent,
and the first job email to somebody who never applied carries the same words.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from accounts.models import Organisation
from applications.models import Application
from candidates import clocks
from candidates.models import Basis, Candidate, GroundEvent

VERSION = "told-1"
SUBJECT = "We keep your details: {}"


def untold_among(people: Iterable[int]) -> set[int]:
    """Return those who never applied, never agreed to anything, and were not told. One query."""
    events = GroundEvent.objects.filter(candidate=OuterRef("pk"))
    told = events.filter(kind=GroundEvent.Kind.NOTICE_GIVEN)
    found = Candidate.objects.filter(
        ~Exists(told),
        ~Exists(events.filter(basis=Basis.CONSENT)),
        ~Exists(Application.objects.filter(candidate=OuterRef("pk"))),
        pk__in=list(people),
    )
    return set(found.values_list("pk", flat=True))


def last_days(people: Iterable[int], at: datetime) -> dict[int, date | None]:
    """Return until when each of these people is kept as things stand. Two queries, or none."""
    wanted = list(people)
    if not wanted:
        return {}
    found = clocks.clocks(Candidate.objects.filter(pk__in=wanted), at)
    return {clock.candidate_id: clock.ends for clock in found}


def notice(candidate: Candidate, organisation: Organisation, until: date | None) -> str:
    """Return the words, as one paragraph: who, what, why, from where, how long, their rights."""
    who = organisation.legal_name or organisation.name
    where = (
        f"We have them from: {candidate.source}."
        if candidate.source
        else "Ask us, and we tell you where from."
    )
    how_long = (
        f"We delete them after {until:%-d %B %Y}, unless you agree to more."
        if until
        else "We delete them when nothing allows us to keep them any more, or when you ask."
    )
    write_to = f" at {organisation.privacy_email}" if organisation.privacy_email else ""
    return (
        f"{who} keeps your details, although you did not send them to us. {where} We keep your"
        " name, how to reach you and what we know of your work, to find people for our jobs; that"
        " is what the law calls our legitimate interest. Our recruiters see them, nobody else."
        f" {how_long} You may object, see them, correct them or have them deleted at any time:"
        f" write to us{write_to}. You may also complain to a data protection authority."
    )


def letter(candidate: Candidate, organisation: Organisation, words: str) -> tuple[str, str]:
    """Return subject and text of the letter that only tells. It offers no job."""
    name = candidate.call_name or candidate.name
    text = (
        f"Hello {name},\n\n{words}\n\n"
        "You need to do nothing. If you do not want us to keep your details, reply to this email"
        f" and say so.\n\n{organisation.name}\n"
    )
    return SUBJECT.format(organisation.name), text
