"""The lists that campaign pages show: pages of them by key, never by number."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from accounts.models import Organisation, User
from applications.models.jobs import SubqueryCount
from candidates.models import Candidate
from engagement import arbiter, links, planning
from engagement.delivery import days
from engagement.due import OPEN_STATES
from engagement.models import Campaign, Decision, Enrolment, ErasedMessage, Message, Template

PER_PAGE = 50
LOG_LINES = 10

OUT = [
    Message.State.HANDED, Message.State.DELIVERED, Message.State.BOUNCED,
    Message.State.COMPLAINED, Message.State.UNCERTAIN,
]  # fmt: skip
_SETTLED = [
    state
    for state in Message.State
    if state not in {"planned", "due", "claimed", "armed", "uncertain"}
]
WAITING = [Message.State.PLANNED, Message.State.DUE, Message.State.CLAIMED, Message.State.ARMED]


@dataclass(frozen=True)
class Line:
    """One person of a campaign: whether they get it, why not, and their messages."""

    candidate: Candidate
    reasons: list[str] = field(default_factory=list)
    enrolment: Enrolment | None = None
    messages: list[Message] = field(default_factory=list)
    may_leave_out: bool = False

    @property
    def why_not(self) -> str:
        return self.reasons[0] if self.reasons else ""


def campaigns_page(user: User, after: str) -> tuple[list[Campaign], str]:
    """Return a page of campaigns, newest first, with their counts, and the key of the next."""
    gone = SubqueryCount(ErasedMessage.objects.filter(campaign=OuterRef("pk")))
    campaigns = (
        Campaign.objects.visible_to(user)
        .select_related("job", "by", "sender", "audience", "pool", "source_job")
        .annotate(
            total=Count("messages") + gone,
            settled=Count("messages", filter=~Q(messages__state__in=[*OPEN_STATES, "planned"]))
            + gone,
        )
        .order_by("-created_at", "-pk")
    )
    last = Campaign.objects.visible_to(user).filter(public_id=after).first() if after else None
    if last:
        older = Q(created_at=last.created_at, pk__lt=last.pk) | Q(created_at__lt=last.created_at)
        campaigns = campaigns.filter(older)
    return _cut(campaigns)


def templates_list(user: User) -> QuerySet[Template]:
    return (
        Template.objects.visible_to(user)
        .annotate(changes=Count("versions"))
        .order_by("archived_at", "name", "pk")
    )


def planned_people(
    plan: planning.Plan, show: str, reason: str, after: str, named: str = ""
) -> tuple[list[Line], str]:
    """Return a page of a dry run: who gets it, who does not and why. named: a part of a name."""
    if show == "not" or reason:
        people = plan.people(reason) if reason else plan.kept_back()
    elif show in {"got", "waiting"}:
        people = plan.people()
    else:
        people = Candidate.objects.live().filter(pk__in=[pk for pk, _ in plan.decisions])
    page, older = _cut(_after(_named(people, named), after))
    lines = [
        Line(person, list(decision.reasons), may_leave_out=decision.allowed)
        for person, decision in plan.with_reasons(page)
    ]
    return lines, older


def campaign_people(
    campaign: Campaign, show: str, reason: str, after: str, named: str = ""
) -> tuple[list[Line], str]:
    """Return a page of an approved campaign: each person, what they got and why not.

    named: a part of a name.
    """
    decided = Decision.objects.filter(campaign=campaign, candidate=OuterRef("pk"))
    planned = decided.filter(phase=Decision.Phase.PLANNING)
    mine = Message.objects.filter(campaign=campaign, candidate=OuterRef("pk"))
    people = Candidate.objects.live().filter(Exists(planned))
    if show == "got":
        people = people.filter(Exists(mine.filter(state__in=OUT)))
    elif show == "waiting":
        people = people.filter(Exists(mine.filter(state__in=WAITING)))
    elif show == "not":
        people = people.exclude(Exists(mine.filter(state__in=[*OUT, *WAITING])))
    if reason:
        refused = planned.filter(allowed=False, reasons__0=reason)
        people = people.filter(Exists(refused) | Exists(mine.filter(reason=reason)))
    page, older = _cut(_after(_named(people, named), after))
    decisions = {
        decision.candidate_id: decision
        for decision in Decision.objects.filter(
            campaign=campaign, candidate__in=page, phase=Decision.Phase.PLANNING
        ).order_by("at", "pk")  # the last word is the one that stands
    }
    going_on = campaign.enrolments.filter(candidate__in=page).exclude(end_reason="merged")
    enrolments = {e.candidate_id: e for e in going_on}
    messages: dict[int, list[Message]] = {}
    found = campaign.messages.filter(candidate__in=page).select_related("step").order_by("pk")
    for message in with_words(found):
        messages.setdefault(message.candidate_id, []).append(message)
    lines = [
        Line(
            person,
            decisions[person.pk].reasons if person.pk in decisions else [],
            enrolments.get(person.pk),
            messages.get(person.pk, []),
        )
        for person in page
    ]
    return lines, older


def reasons_of(campaign: Campaign) -> set[str]:
    """Return why people of an approved campaign did not get it, as codes: each that occurs."""
    planned = campaign.decisions.filter(phase=Decision.Phase.PLANNING, allowed=False)
    first = planned.order_by().values_list("reasons__0", flat=True).distinct()
    kept_back = campaign.messages.exclude(reason="").order_by()
    return {*first, *kept_back.values_list("reason", flat=True).distinct()} - {None}


def log_of(campaign: Campaign) -> QuerySet[Message]:
    """Return what happened last, newest first: two queries.

    The newest are taken from each state by itself, in the order of an index: the page asks every
    few seconds, and a campaign may have a hundred thousand messages.
    """
    shown = campaign.messages.filter(
        candidate__erased_at=None, candidate__archived_at=None, settled_at__isnull=False
    )
    newest = [
        shown.filter(state=state)
        .order_by("-settled_at")
        .values_list("settled_at", "pk")[:LOG_LINES]
        for state in _SETTLED
    ]
    last = sorted(newest[0].union(*newest[1:], all=True), reverse=True)[:LOG_LINES]
    found = Message.objects.filter(pk__in=[pk for _, pk in last])
    return found.select_related("candidate").order_by("-settled_at", "-pk")


@dataclass(frozen=True)
class InLine:
    """How many emails of a campaign wait because a day is full, or for their place in it.

    on: when the first of those goes that wait for another day. ceiling: of the campaign, if any.
    """

    today: int
    another_day: int
    on: datetime | None
    is_tomorrow: bool
    is_full_by_itself: bool
    ceiling: int | None
    carries: int


def line_of(campaign: Campaign, now: datetime) -> InLine | None:
    """Return the line of a campaign under way, or nothing when none of its emails waits in one."""
    midnight = days.midnight(campaign.sender, now)
    waiting = [Message.State.PLANNED, Message.State.DUE]
    another = Q(due_at__gte=midnight)
    found = campaign.messages.filter(state__in=waiting, reason__in=days.CODES).aggregate(
        today=Count("pk", filter=~another),
        another_day=Count("pk", filter=another),
        by_itself=Count("pk", filter=another & Q(reason=days.CAMPAIGN_DAY_FULL)),
        on=Min("due_at", filter=another),
    )
    if not found["today"] and not found["another_day"]:
        return None
    return InLine(
        today=found["today"],
        another_day=found["another_day"],
        on=found["on"],
        is_tomorrow=bool(found["on"]) and found["on"] < midnight + timedelta(days=1),
        is_full_by_itself=bool(found["by_itself"]),
        ceiling=days.ceiling_of(campaign, Organisation.current()),
        carries=settings.JOB_EMAILS_PER_SENDER_PER_DAY,
    )


def ended_of(campaign: Campaign) -> dict[str, int]:
    """Count the enrolments that ended early because of something the person did."""
    stops = ["unsubscribed", "paused_until", "objected", "complained"]
    counts = {"replied": 0, "applied": 0, "stopped": 0}
    for enrolments in (campaign.enrolments, campaign.erased_enrolments):
        found = enrolments.filter(state=Enrolment.State.ENDED).aggregate(
            replied=Count("pk", filter=Q(end_reason="replied")),
            applied=Count("pk", filter=Q(end_reason="active_application")),
            stopped=Count("pk", filter=Q(end_reason__in=stops)),
        )
        for name, number in found.items():
            counts[name] += number
    return counts


def uncertain_of(campaign: Campaign) -> QuerySet[Message]:
    return (
        campaign.messages.filter(
            state=Message.State.UNCERTAIN,
            candidate__erased_at=None,
            candidate__archived_at=None,
        )
        .select_related("candidate")
        .order_by("armed_at", "pk")
    )


def panel_of(candidate: Candidate, user: User) -> dict[str, Any]:
    """Return a person's messages, and the last time each campaign left them out and why."""
    messages = (
        Message.objects.visible_to(user)
        .filter(candidate=candidate)
        .select_related("campaign", "job", "letter")
        .order_by("-pk")
    )
    left_out = (
        Decision.objects.filter(candidate=candidate, phase=Decision.Phase.PLANNING, allowed=False)
        .exclude(campaign=None)
        .select_related("campaign")
        .order_by("-at", "-pk")
    )
    return {"person_messages": with_words(messages[:PER_PAGE]), "left_out": left_out[:PER_PAGE]}


def without_personal_links(text: str) -> str:
    """Return a text as sent, without the links that are for its reader alone.

    A colleague who pressed one would act in that person's name.
    """
    return links.IN_TEXT.sub(r"\1…", text)


def with_words(messages: Iterable[Message]) -> list[Message]:
    """Give each message the sentence of its reason, as `reason_in_words`."""
    found = list(messages)
    for message in found:
        words = arbiter.REASONS.get(message.reason, message.reason)
        message.reason_in_words = words  # type: ignore[attr-defined]  # for the templates
    return found


def words_of(codes: Iterable[str]) -> list[str]:
    """Return the sentence of each reason; a code of another time is shown as it is."""
    return [arbiter.REASONS.get(code, code) for code in codes]


def _named(people: QuerySet[Candidate], named: str) -> QuerySet[Candidate]:
    return people.filter(name__icontains=named) if named else people


def _after(people: QuerySet[Candidate], after: str) -> QuerySet[Candidate]:
    people = people.order_by("name", "pk")
    last = Candidate.objects.filter(public_id=after).first() if after else None
    if last is None:
        return people
    return people.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))


def _cut(rows: QuerySet[Any]) -> tuple[list[Any], str]:
    """Return one page and the key with which the next one begins, or ""."""
    found = list(rows[: PER_PAGE + 1])
    page = found[:PER_PAGE]
    return page, str(page[-1].public_id) if len(found) > PER_PAGE else ""
