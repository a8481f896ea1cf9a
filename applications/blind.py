"""Blind review: who may read a name, and a CV in which it is left out (U-12).

A name is hidden unless somebody said that this reader may know it: an application of a job in
blind review shows “Candidate 7” until it went through `unveil`.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import Application, Interviewer, Job, Review
from candidates.models import Candidate

NAME_LEFT_OUT = "[name left out]"
# Parts of names that are words of their own language; taken out, they would riddle the text.
_SMALL = frozenset({
    "al", "bin", "da", "das", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "el",
    "ibn", "la", "las", "le", "les", "los", "of", "van", "von", "y", "zu",
})  # fmt: skip


def unveil(user: User, applications: Iterable[Application]) -> None:
    """Let the applications whose person this colleague may know show the name.

    Recruiters know everybody; whoever was to interview them, too; the others once their own view
    is sent. Asks nothing where no job is in blind review, and two questions where one is.
    """
    blind = [one for one in applications if one.job.blind_review]
    if not blind:
        return
    if may(user, Permission.VIEW_PEOPLE):
        known = {one.pk for one in blind}
    else:
        keys = [one.pk for one in blind]
        sent = Review.objects.sent().filter(application__in=keys, reviewer=user)
        meets = Interviewer.objects.filter(interview__application__in=keys, user=user)
        known = set(sent.values_list("application", flat=True))
        known |= set(meets.values_list("interview__application", flat=True))
    for application in blind:
        application.is_unveiled = application.pk in known


def hides_names(user: User, job: Job) -> bool:
    """May this colleague not look for people of a job by their names?"""
    return job.blind_review and not may(user, Permission.VIEW_PEOPLE)


def veiled_from(user: User) -> Q:
    """Return which applications hide their name from this colleague, for a query."""
    if may(user, Permission.VIEW_PEOPLE):
        return Q(pk__in=[])
    sent = Review.objects.sent().filter(application=OuterRef("pk"), reviewer=user)
    meets = Interviewer.objects.filter(interview__application=OuterRef("pk"), user=user)
    return Q(job__blind_review=True) & ~Exists(sent) & ~Exists(meets)


def work_line_of(application: Application) -> str:
    """Return what the person does; a headline may name them."""
    line = application.candidate.work_line
    return without_names(line, application.candidate) if application.is_veiled else line


def without_names(text: str, candidate: Candidate) -> str:
    """Return a text without the person's name: as a whole, and each part of it, in any case."""
    names = [name for name in (candidate.name, candidate.call_name) if name.strip()]
    wholes = sorted({_folded(name) for name in names}, key=len, reverse=True)
    parts = {part for name in names for part in re.findall(r"\w+", _folded(name)) if _tells(part)}
    found = [r"\W{1,3}".join(re.findall(r"\w+", whole)) for whole in wholes]
    found += [re.escape(part) for part in sorted(parts, key=len, reverse=True)]
    if not found:
        return text
    text = unicodedata.normalize("NFC", text)
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(found)})(?![^\W_])")
    pieces, last = [], 0
    for match in pattern.finditer(_folded(text)):
        pieces += [text[last : match.start()], NAME_LEFT_OUT]
        last = match.end()
    return "".join([*pieces, text[last:]])


def _tells(part: str) -> bool:
    return len(part) > 1 and part not in _SMALL


def _folded(text: str) -> str:
    """Return the text in lower case without accents, letter by letter: places stay the same."""
    return "".join(map(_plain, unicodedata.normalize("NFC", text)))


def _plain(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[:1].casefold()
    return base if len(base) == 1 else letter
