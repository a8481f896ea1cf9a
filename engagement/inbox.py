"""The lists of answers that colleagues see, and one conversation. Reads only."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, Sum

from accounts.models import User
from candidates.models import Candidate, Document
from engagement import listing
from engagement.models import (
    Campaign,
    Incoming,
    Mailbox,
    Message,
    ProviderReport,
    Reply,
    WaitingFile,
)
from engagement.models.replies import ReplyQuerySet

PER_PAGE = 50
LAST = 40  # of a conversation
MINE, OPEN, ALL, PROGRAMS, STRANGERS = "mine", "open", "all", "programs", "strangers"
SHOWS: Final = {
    OPEN: "To answer",
    MINE: "Mine to answer",
    ALL: "All answers",
    PROGRAMS: "Out of office and automatic",
    STRANGERS: "Not known who",
}
_IS: Final = {
    OPEN: Q(is_open=True, candidate__isnull=False),
    ALL: Q(kind=Reply.Kind.REPLY, candidate__isnull=False),
    PROGRAMS: ~Q(kind=Reply.Kind.REPLY) & Q(candidate__isnull=False),
    STRANGERS: Q(candidate__isnull=True),
}


@dataclass(frozen=True)
class Turn:
    """One thing that was said: by us (`message`) or by them (`reply`)."""

    at: datetime
    reply: Reply | None = None
    message: Message | None = None
    text: str = ""
    may_take_back: bool = False
    files: tuple["AttachedFile", ...] = ()


@dataclass(frozen=True)
class AttachedFile:
    """A file that came with an answer. document: what was kept; why: why it was not, or is gone."""

    name: str
    size: int
    document: Document | None
    why: str


def replies(
    user: User,
    show: str,
    intent: str = "",
    after: UUID | None = None,
    campaign: Campaign | None = None,
) -> tuple[Any, str]:
    """Return a page of answers, unanswered ones first and then the newest, and the next one's key.

    The place of the page is a row's own, so the list may grow at its head meanwhile.
    campaign: only answers to it.
    """
    found = _shown(user, show)
    if campaign:
        found = found.filter(campaign=campaign)
    if intent:
        found = found.filter(Q(intent=intent) | Q(intent="", suggestion=intent))
    last = Reply.objects.visible_to(user).filter(public_id=after).first() if after else None
    if last:
        earlier = Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)
        further = Q(is_open=last.is_open) & earlier
        found = found.filter(further | Q(is_open=False) if last.is_open else further)
    rows = list(
        found.select_related("candidate", "campaign", "message__job", "owner").order_by(
            "-is_open", "-at", "-pk"
        )[: PER_PAGE + 1]
    )
    older = str(rows[PER_PAGE - 1].public_id) if len(rows) > PER_PAGE else ""
    return rows[:PER_PAGE], older


def counts(user: User) -> dict[str, int]:
    """Return how many wait, for the tabs: of what is open alone, by its index."""
    waiting = Reply.objects.visible_to(user).to_answer().order_by()
    known = Q(candidate__isnull=False)
    return waiting.aggregate(
        **{
            OPEN: Count("pk", filter=known),
            MINE: Count("pk", filter=known & Q(owner=user)),
            STRANGERS: Count("pk", filter=~known),
        }
    )


def conversation(candidate: Candidate, now: datetime) -> list[Turn]:
    """Return what was said between us and a person lately, the oldest first."""
    theirs = Reply.objects.filter(candidate=candidate).select_related("message__job", "done_by")
    ours = Message.objects.filter(candidate=candidate).filter(
        Q(armed_at__isnull=False) | Q(purpose=Message.Purpose.PERSONAL)
    )
    shown = ours.exclude(purpose__in=[Message.Purpose.CODE, Message.Purpose.NOTICE]).select_related(
        "job", "campaign", "sender"
    )
    turns = [Turn(reply.at, reply=reply) for reply in theirs.order_by("-at")[:LAST]]
    for message in shown.order_by("-armed_at", "-pk")[:LAST]:
        waits = message.state == Message.State.DUE and not message.attempts
        turns.append(
            Turn(
                message.handed_at or message.armed_at or message.created_at,
                message=message,
                text=listing.without_personal_links(message.text),
                may_take_back=waits and message.answers_id is not None,
            )
        )
    return sorted(turns, key=lambda turn: turn.at)[-LAST:]


def with_files(turns: list[Turn], user: User) -> list[Turn]:
    """Return the turns with the files of each answer, as far as the user may see them."""
    known = [turn.reply.files for turn in turns if turn.reply]
    ids = [file["document"] for files in known for file in files if file.get("document")]
    found = (
        {
            str(one.public_id): one
            for one in Document.objects.visible_to(user)
            .filter(public_id__in=ids)
            .defer("text", "hidden")
        }
        if ids
        else {}
    )
    return [replace(turn, files=_files_of(turn.reply, found)) for turn in turns]


def _files_of(reply: Reply | None, found: dict[str, Document]) -> tuple[AttachedFile, ...]:
    files = []
    for file in reply.files if reply else []:
        document = found.get(file.get("document", ""))
        why = "" if document else file.get("why") or _GONE
        if document and document.removed_at:
            document, why = None, "It was removed."
        name = file["name"] or file["kind"]
        files.append(AttachedFile(name, file["size"], document, why))
    return tuple(files)


_GONE = "It is not kept here; it may be in the mailbox."


@dataclass(frozen=True)
class ComingIn:
    """How mail comes back to us, for whoever runs the installation."""

    mailbox: Mailbox | None
    last_report_at: datetime | None
    reports: list[tuple[str, int]]
    unknown: int
    stuck: int
    results: list[tuple[str, int]]
    waiting: int
    files: int
    bytes_of_files: int


def coming_in(since: datetime) -> ComingIn:
    """Count what came in since a moment. Nothing of it names anybody."""
    lately = ProviderReport.objects.filter(received_at__gte=since).order_by()
    mails = Incoming.objects.filter(received_at__gte=since).order_by()
    kinds = dict(lately.values_list("kind").annotate(n=Count("pk")))
    results = dict(mails.exclude(result="").values_list("result").annotate(n=Count("pk")))
    last = ProviderReport.objects.order_by("-received_at").first()
    files = WaitingFile.objects.aggregate(number=Count("pk"), size=Sum("size", default=0))
    return ComingIn(
        mailbox=Mailbox.objects.order_by("-asked_at", "-pk").first(),
        last_report_at=last.received_at if last else None,
        reports=_labelled(ProviderReport.Kind.choices, kinds),
        unknown=lately.filter(is_known=False).count(),
        stuck=ProviderReport.objects.stuck().count(),
        results=_labelled(Incoming.Result.choices, results),
        waiting=Incoming.objects.filter(worked_at=None).count(),
        files=files["number"],
        bytes_of_files=files["size"],
    )


def _labelled(choices: Any, counted: dict[str, int]) -> list[tuple[str, int]]:
    return [(label, counted[key]) for key, label in choices if key in counted]


def _shown(user: User, show: str) -> ReplyQuerySet:
    found = Reply.objects.visible_to(user)
    if show == MINE:
        return found.filter(_IS[OPEN], owner=user)
    return found.filter(_IS.get(show, _IS[OPEN]))
