"""What Larkspur has written to people before: finished, paused and drafted campaigns.

Every message here is in a state that the machine leaves alone, so a worker sends nothing of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from candidates.models import Activity, Candidate, ContactGate, GroundEvent, Purpose, Stop
from config.demo import texts
from config.demo.company import RECRUITER_OF, Company
from config.demo.people import Person
from config.demo.streams import Streams
from engagement.models import (
    Audience,
    Campaign,
    Decision,
    DeliveryEvent,
    Enrolment,
    Message,
    Step,
    Template,
    TemplateVersion,
)


@dataclass(frozen=True)
class Past:
    """One campaign as it went. `days` is when it started, before the anchor."""

    key: str
    name: str
    job: str
    days: int
    most: int
    steps: int


FINISHED = [
    Past("switchgear", "Switchgear people, Bristol and Gdańsk", "senior-electrician", 236, 240, 2),
    Past("workshop", "Workshop hands", "fitter", 197, 200, 1),
    Past("planners", "Planners we met", "project-planner", 106, 160, 2),
]
PAUSED = Past("rov", "ROV pilots", "rov-pilot-2", 50, 60, 1)


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    versions = _templates(company, anchor)
    for past in [*FINISHED, PAUSED]:
        _campaign(streams, company, people, rows, anchor, past, versions)
    _draft(streams, company, versions, anchor)


def _templates(company: Company, anchor: datetime) -> list[TemplateVersion]:
    made = []
    wordings = [
        ("A job opens", texts.CAMPAIGN_SUBJECT, texts.CAMPAIGN_TEXT),
        ("Still open", texts.FOLLOW_UP_SUBJECT, texts.FOLLOW_UP_TEXT),
    ]
    for name, subject, text in wordings:
        made.append(
            TemplateVersion.objects.create(
                template=Template.objects.create(name=name),
                number=1,
                subject=subject,
                text=text,
                by=company.users["mina"],
                created_at=anchor - timedelta(days=300),
            )
        )
    return made


def _campaign(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
    past: Past,
    versions: list[TemplateVersion],
) -> None:
    plan, job = company.plans[past.job], company.jobs[past.job]
    sender = company.users[RECRUITER_OF[plan.office]]
    start = anchor - timedelta(days=past.days)
    is_paused = past is PAUSED
    approved = start - timedelta(seconds=60)
    campaign = Campaign.objects.create(
        public_id=streams.uid("campaign", past.key),
        name=past.name,
        job=job,
        state="paused" if is_paused else "finished",
        state_reason="More than 5 % of the first messages bounced." if is_paused else "",
        sender=sender,
        by=sender,
        created_at=start - timedelta(hours=5),
        approved_by=company.users["mina"],
        approved_at=approved,
        profiles_opened=6,
        starts_at=start,
        first_batch_checked_at=start + timedelta(minutes=4),
        finished_at=None if is_paused else start + timedelta(days=9 if past.steps == 1 else 24),
    )
    steps = [
        Step.objects.create(
            campaign=campaign,
            position=position,
            wait_days=0 if position == 1 else 10,
            template_version=versions[position - 1],
        )
        for position in range(1, past.steps + 1)
    ]
    audience = [
        person
        for person in people
        if person.family == plan.family
        and person.granted_at
        and person.granted_at < start < (person.expires_at or start)
        and (person.stopped_at is None or person.stopped_at > start + timedelta(days=2))
        and all(_is_clear(p.entered[0], p.closed_at, start) for p in person.applications)
        and past.job not in {p.job for p in person.applications}
    ][: past.most]
    Audience.objects.create(campaign=campaign, will_get=len(audience), frozen_at=approved)
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            campaign=campaign,
            candidate=rows[person.key],
            state="done",
            next_step=past.steps + 1,
            enrolled_at=approved,
            ended_at=campaign.finished_at,
        )
        for person in audience
    )
    messages: list[Message] = []
    lines: list[Activity] = []
    stops: list[tuple[Enrolment, str, datetime]] = []
    grounds: list[tuple[Enrolment, Person, datetime]] = []
    for person, enrolment in zip(audience, enrolments, strict=True):
        for step in steps:
            random = streams.of("message", f"{past.key}:{person.key}:{step.position}")
            at = start + timedelta(days=14 * (step.position - 1), minutes=random.randrange(5, 380))
            state = "bounced" if person.bounced else "delivered"
            if enrolment.state == "ended":
                state = "withheld"
            if is_paused and len(messages) >= Campaign.FIRST_BATCH:
                state = "withheld"
            messages.append(
                _message(streams, company, person, enrolment, step, at, state, past.key)
            )
            if state == "withheld":
                messages[-1].reason = "campaign_paused" if is_paused else enrolment.end_reason
                continue
            lines.append(
                _line(
                    enrolment,
                    "mail",
                    "message.handed",
                    at,
                    sender.name,
                    f"Job email sent: {job.title} ({past.name}).",
                    campaign=str(campaign.public_id),
                    message=str(messages[-1].public_id),
                )
            )
            if state == "bounced":
                lines.append(
                    _line(
                        enrolment,
                        "mail",
                        "message.bounced",
                        at + timedelta(minutes=2),
                        "mail server",
                        "The address does not exist; we do not write to it again.",
                    )
                )
                enrolment.state, enrolment.end_reason = "ended", "bounced"
                stops.append((enrolment, "bounced", at))
            elif random.random() < 0.045:
                replied = at + timedelta(hours=random.uniform(1, 30))
                lines.append(
                    _line(
                        enrolment,
                        "mail",
                        "contact.replied",
                        replied,
                        person.name,
                        "Replied to the job email.",
                    )
                )
                enrolment.state, enrolment.end_reason = "ended", "replied"
                stops.append((enrolment, "replied", replied))
            elif person.stopped_at and person.stopped_at > at and step is steps[-1]:
                grounds.append((enrolment, person, at + timedelta(hours=random.uniform(1, 40))))
        enrolment.ended_at = enrolment.ended_at or messages[-1].due_at
    Enrolment.objects.bulk_update(enrolments, ["state", "end_reason", "ended_at"], batch_size=500)
    Message.objects.bulk_create(messages, batch_size=1000)
    _decisions_and_events(messages)
    Activity.objects.bulk_create(lines, batch_size=1000)
    Stop.objects.bulk_create(
        Stop(candidate=enrolment.candidate, reason=reason, at=at, carried_at=at)
        for enrolment, reason, at in stops
    )
    for enrolment, person, at in grounds:
        _move_stop(enrolment, person, at)
    _count_on_gates(messages, anchor)


def _is_clear(applied: datetime, closed: datetime | None, start: datetime) -> bool:
    """No application open at `start`, and none rejected in the 30 days before it."""
    if applied > start:
        return True
    return closed is not None and closed < start - timedelta(days=30)


def _message(
    streams: Streams,
    company: Company,
    person: Person,
    enrolment: Enrolment,
    step: Step,
    at: datetime,
    state: str,
    key: str,
) -> Message:
    job = enrolment.campaign.job
    office = next(plan.office for name, plan in company.plans.items() if company.jobs[name] == job)
    facts = {"job.title": job.title, "job.place": office}
    is_out = state != "withheld"
    return Message(
        public_id=streams.uid("message", f"{key}:{person.key}:{step.position}"),
        dedupe_key=f"demo:{key}:{person.key}:{step.position}",
        purpose="nurture",
        candidate=enrolment.candidate,
        campaign=enrolment.campaign,
        enrolment=enrolment,
        step=step,
        job=job,
        sender=enrolment.campaign.sender,
        state=state,
        reason="bounced" if state == "bounced" else "",
        due_at=at,
        attempts=1 if is_out else 0,
        address=person.emails[0] if is_out else "",
        subject=_filled(step.template_version.subject, facts, person) if is_out else "",
        text=_filled(step.template_version.text, facts, person) if is_out else "",
        armed_at=at if is_out else None,
        handed_at=at if is_out else None,
        settled_at=at + timedelta(minutes=1),
        provider_reply="250 2.0.0 accepted" if is_out else "",
        created_at=enrolment.enrolled_at,
    )


def _filled(text: str, facts: dict[str, str], person: Person) -> str:
    """Fill in what the past needs; the real renderer is engagement.rendering."""
    known = facts | {
        "candidate.call_name|there": person.call_name,
        "sender.name": "Mina Aldaco",
        "organisation.name": "Larkspur Tidal Works",
        "job.url": "the careers page",
    }
    for field, value in known.items():
        text = text.replace("{{ " + field + " }}", value)
    return text


def _decisions_and_events(messages: list[Message]) -> None:
    Decision.objects.bulk_create(
        (
            Decision(
                candidate_id=message.candidate_id,
                campaign_id=message.campaign_id,
                message=message,
                phase="sending",
                at=message.due_at,
                allowed=message.state != "withheld",
                reasons=[message.reason] if message.state == "withheld" else [],
            )
            for message in messages
        ),
        batch_size=2000,
    )
    DeliveryEvent.objects.bulk_create(
        (
            DeliveryEvent(
                message=message,
                kind="bounced" if message.state == "bounced" else "delivered",
                at=message.due_at + timedelta(minutes=1),
                provider_event_id=f"demo:{message.public_id}",
                reply_code=550 if message.state == "bounced" else 250,
            )
            for message in messages
            if message.state != "withheld"
        ),
        batch_size=2000,
    )


def _move_stop(enrolment: Enrolment, person: Person, at: datetime) -> None:
    """Let somebody who stopped do so from this campaign's email rather than on a day of its own."""
    moved = GroundEvent.objects.filter(
        candidate=enrolment.candidate, purpose=Purpose.NURTURE, kind="withdrawn"
    ).update(occurred_at=at, recorded_at=at)
    if moved:
        person.stopped_at = at
        Activity.objects.filter(candidate=enrolment.candidate, kind="preference.stopped").update(
            at=at
        )
        Stop.objects.create(
            candidate=enrolment.candidate, reason="unsubscribed", at=at, carried_at=at
        )


def _count_on_gates(messages: list[Message], anchor: datetime) -> None:
    recent = [m for m in messages if m.armed_at and m.armed_at > anchor - timedelta(days=90)]
    gates = {
        gate.candidate_id: gate
        for gate in ContactGate.objects.filter(candidate__in=[m.candidate_id for m in recent])
    }
    for message in recent:
        gates[message.candidate_id].job_emails_at.append(message.due_at)
    ContactGate.objects.bulk_update(gates.values(), ["job_emails_at"], batch_size=500)


def _line(
    enrolment: Enrolment, group: str, kind: str, at: datetime, actor: str, text: str, **data: str
) -> Activity:
    return Activity(
        candidate=enrolment.candidate,
        group=group,
        kind=kind,
        at=at,
        actor=actor,
        text=text,
        data=data,
    )


def _draft(
    streams: Streams, company: Company, versions: list[TemplateVersion], anchor: datetime
) -> None:
    """A draft that cannot go out yet: its text names a field that does not exist."""
    mina = company.users["mina"]
    version = TemplateVersion.objects.create(
        template=versions[0].template,
        number=2,
        subject=texts.CAMPAIGN_SUBJECT,
        text=texts.CAMPAIGN_TEXT.replace("candidate.call_name|there", "candidate.nickname"),
        by=mina,
        created_at=anchor - timedelta(days=2),
    )
    campaign = Campaign.objects.create(
        public_id=streams.uid("campaign", "draft"),
        name="Marine electricians, second round",
        job=company.jobs["marine-electrician"],
        sender=mina,
        by=mina,
        created_at=anchor - timedelta(days=2),
    )
    Step.objects.create(campaign=campaign, position=1, template_version=version)
