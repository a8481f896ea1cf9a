"""How one past campaign went, message by message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from applications.models import Job
from candidates.models import (
    Activity,
    Candidate,
    GroundEvent,
    Purpose,
    Stop,
    TalentPool,
)
from config.demo import answered, gates, stopped
from config.demo.company import RECRUITER_OF, Company
from config.demo.looks import LOOKED_AT, openings
from config.demo.people import Person
from config.demo.streams import Streams
from engagement.models import (
    Audience,
    Campaign,
    Decision,
    DeliveryEvent,
    Enrolment,
    Message,
    Reply,
    Step,
    TemplateVersion,
)

GAP = 14  # days between one message and the next


@dataclass(frozen=True)
class Past:
    """One campaign as it went. days: before the anchor, when it started. job: empty for a nurture
    of the pool of all who agreed, about no job in particular."""

    key: str
    name: str
    job: str
    days: int
    most: int
    steps: int
    is_paused: bool = False
    ceiling: int | None = None  # of one day

    @property
    def lasts(self) -> int:
        """How many days it ran."""
        return 9 if self.steps == 1 else 24 + GAP * (self.steps - 2)


class Story:
    """One past campaign: who was in it, what they got, and what came of it."""

    def __init__(
        self,
        streams: Streams,
        company: Company,
        rows: dict[str, Candidate],
        past: Past,
        start: datetime,
    ) -> None:
        self.streams, self.company, self.rows, self.past = streams, company, rows, past
        self.start, self.approved = start, start - timedelta(seconds=60)
        self.is_paused = past.is_paused
        self.messages: list[Message] = []
        self.lines: list[Activity] = []
        self.stops: list[Stop] = []
        self.replies: list[Reply] = []
        self.wishes: list[tuple[Message, datetime]] = []  # who pressed the button, and when
        self.left: list[tuple[Enrolment, Person, datetime]] = []

    def begin(self, versions: list[TemplateVersion], pool: TalentPool | None = None) -> None:
        """Write the campaign itself. pool: whom a nurture about no job is for."""
        past, company = self.past, self.company
        recruiter = RECRUITER_OF[company.plans[past.job].office] if past.job else "mina"
        sender = company.users[recruiter]
        self.campaign = Campaign.objects.create(
            public_id=self.streams.uid("campaign", past.key),
            name=past.name,
            kind=Campaign.Kind.POOL if pool else Campaign.Kind.JOB_OPEN,
            job=company.jobs[past.job] if past.job else None,
            pool=pool,
            state="paused" if self.is_paused else "finished",
            sender=sender,
            by=sender,
            created_at=self.start - timedelta(hours=5),
            approved_by=company.users["mina"],
            approved_at=self.approved,
            profiles_opened=LOOKED_AT,
            daily_ceiling=past.ceiling,
            starts_at=self.start,
            first_batch_checked_at=self.start + timedelta(minutes=4),
            finished_at=None if self.is_paused else self.start + timedelta(days=past.lasts),
        )
        self.steps = [
            Step.objects.create(
                campaign=self.campaign,
                position=position,
                wait_days=0 if position == 1 else 10,
                template_version=versions[position - 1],
            )
            for position in range(1, past.steps + 1)
        ]

    def audience(self, people: list[Person]) -> list[Person]:
        return [person for person in people if self._is_in(person)][: self.past.most]

    @property
    def family(self) -> str:
        """The trade it is for; empty: every one."""
        return self.company.plans[self.past.job].family if self.past.job else ""

    def enrol(self, people: list[Person]) -> list[tuple[Person, Enrolment]]:
        audience = self.audience(people)
        refused = _refused(people, audience, self.family, self.start)
        Audience.objects.create(
            campaign=self.campaign,
            will_get=len(audience),
            will_not=len(refused),
            frozen_at=self.approved,
            openings=openings(self.streams, self.campaign, [self.rows[p.key] for p in audience]),
        )
        Decision.objects.bulk_create(
            Decision(
                candidate=self.rows[person.key],
                campaign=self.campaign,
                phase="planning",
                at=self.approved,
                allowed=not reason,
                reasons=[reason] if reason else [],
            )
            for person, reason in [*((person, "") for person in audience), *refused]
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                campaign=self.campaign,
                candidate=self.rows[person.key],
                state="done",
                next_step=self.past.steps + 1,
                enrolled_at=self.approved,
                ended_at=self.campaign.finished_at,
            )
            for person in audience
        )
        return list(zip(audience, enrolments, strict=True))

    def send(self, person: Person, enrolment: Enrolment) -> None:
        """Decide what became of each step for one person."""
        for step in self.steps:
            random = self.streams.of("message", f"{self.past.key}:{person.key}:{step.position}")
            days = GAP * (step.position - 1)
            at = self.start + timedelta(days=days, minutes=random.randrange(5, 380))
            state = self._state(person, enrolment)
            message = _message(
                self.streams, self.company, person, enrolment, step, at, state, self.past.key
            )
            message.is_first_batch = self.is_paused and state != "planned"
            self.messages.append(message)
            if state == "planned":
                enrolment.state, enrolment.ended_at = "active", None
            elif state == "withheld":
                message.reason = enrolment.end_reason
            else:
                self._arrive(person, enrolment, message, random.random(), random.random())

    def _state(self, person: Person, enrolment: Enrolment) -> str:
        if self.is_paused and len(self.messages) >= Campaign.FIRST_BATCH:
            return "planned"
        if enrolment.state == "ended":
            return "withheld"
        if self.is_paused and len(self.messages) in stopped.REFUSED:
            return "failed"
        return "bounced" if person.bounced else "delivered"

    def _arrive(
        self, person: Person, enrolment: Enrolment, message: Message, chance: float, later: float
    ) -> None:
        at, campaign = message.due_at, self.campaign
        text = f"Job email sent: {campaign.about} ({campaign.name})."
        ids = {"campaign": str(campaign.public_id), "message": str(message.public_id)}
        self._line(enrolment, "message.handed", at, campaign.sender.name, text, **ids)
        if message.state == "failed":
            self._line(
                enrolment, "message.failed", at, "mail server", "The mail server refused it."
            )
            enrolment.state, enrolment.end_reason, enrolment.ended_at = "ended", "refused", at
        elif message.state == "bounced":
            text = "The address does not exist; we do not write to it again."
            self._line(enrolment, "message.bounced", at, "mail server", text)
            self._end(enrolment, "bounced", at)
        elif chance > 0.9:
            wished = at + timedelta(hours=1 + 29 * later)
            self.wishes.append((message, wished))
            about = message.job.title if message.job else "what we wrote"
            self._line(
                enrolment,
                "message.interested",
                wished,
                "The candidate",
                f"Would like to hear more about {about}.",
                message=ids["message"],
            )
        elif chance < 0.045:
            replied = at + timedelta(hours=1 + 29 * later)
            reply = answered.reply_to(self.streams, person, message, replied)
            self.replies.append(reply)
            said, ids = f"Replied to us: “{reply.text}”", {"reply": str(reply.public_id)}
            self._line(enrolment, "reply.received", replied, "The candidate", said, **ids)
            self._end(enrolment, "replied", replied)
        elif person.stopped_at and person.stopped_at > at and message.step == self.steps[-1]:
            self.left.append((enrolment, person, at + timedelta(hours=1 + 39 * later)))

    def _end(self, enrolment: Enrolment, reason: str, at: datetime) -> None:
        enrolment.state, enrolment.end_reason, enrolment.ended_at = "ended", reason, at
        self.stops.append(Stop(candidate=enrolment.candidate, reason=reason, at=at, carried_at=at))

    def _line(
        self, enrolment: Enrolment, kind: str, at: datetime, actor: str, text: str, **data: str
    ) -> None:
        self.lines.append(
            Activity(
                candidate=enrolment.candidate,
                group="mail",
                kind=kind,
                at=at,
                actor=actor,
                text=text,
                data=data,
            )
        )

    def _is_in(self, person: Person) -> bool:
        return bool(
            self.family in {"", person.family}
            and person.granted_at
            and person.granted_at < self.start < (person.expires_at or self.start)
            and (person.stopped_at is None or person.stopped_at > self.start + timedelta(days=2))
            and all(_is_clear(p.entered[0], p.closed_at, self.start) for p in person.applications)
            and self.past.job not in {p.job for p in person.applications}
        )

    def write(self, enrolments: list[Enrolment], anchor: datetime) -> None:
        Enrolment.objects.bulk_update(
            enrolments, ["state", "end_reason", "ended_at"], batch_size=500
        )
        Message.objects.bulk_create(self.messages, batch_size=1000)
        _decisions_and_events(self.messages)
        Reply.objects.bulk_create(self.replies)
        DeliveryEvent.objects.bulk_create(
            DeliveryEvent(
                message=message,
                kind=DeliveryEvent.Kind.INTERESTED,
                at=at,
                provider_event_id=f"interested:{message.public_id}",
            )
            for message, at in self.wishes
        )
        Activity.objects.bulk_create(self.lines, batch_size=1000)
        Stop.objects.bulk_create(self.stops)
        for enrolment, person, at in self.left:
            _move_stop(enrolment, person, at)
        if self.is_paused:
            stopped.brake(self.campaign, self.messages)
        gates.count(self.messages, anchor)


def _refused(
    people: list[Person], audience: list[Person], family: str, start: datetime
) -> list[tuple[Person, str]]:
    """People of the trade whom the arbiter left out then, each with its first reason."""
    chosen = {person.key for person in audience}
    found = []
    for person in people:
        if family not in {"", person.family}:
            continue
        if person.key in chosen or person.known_since > start:
            continue
        if any(p.entered[0] < start < (p.closed_at or start) for p in person.applications):
            found.append((person, "active_application"))
        elif person.stopped_at and person.stopped_at < start:
            found.append((person, "unsubscribed"))
        elif person.granted_at is None:
            found.append((person, "no_ground"))
    return found[:25]


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
    facts = _facts(company, job) if job else {}
    is_out = state not in {"withheld", "planned"}
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
        reason=stopped.REASON.get(state, ""),
        due_at=at,
        attempts=1 if is_out else 0,
        address=person.emails[0] if is_out else "",
        subject=_filled(step.template_version.subject, facts, person) if is_out else "",
        text=_filled(step.template_version.text, facts, person) if is_out else "",
        armed_at=at if is_out else None,
        handed_at=at if is_out else None,
        settled_at=None if state == "planned" else at + timedelta(minutes=1),
        provider_reply=stopped.REPLY.get(state, "250 2.0.0 accepted") if is_out else "",
        created_at=enrolment.enrolled_at,
    )


def _facts(company: Company, job: Job) -> dict[str, str]:
    office = next(plan.office for name, plan in company.plans.items() if company.jobs[name] == job)
    return {"job.title": job.title, "job.place": office}


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
            if message.state != "planned"
        ),
        batch_size=2000,
    )
    DeliveryEvent.objects.bulk_create(
        (
            DeliveryEvent(
                message=message,
                kind=stopped.REASON.get(message.state, "delivered"),
                at=message.due_at + timedelta(minutes=1),
                provider_event_id=f"demo:{message.public_id}",
                reply_code=550 if message.state in stopped.REASON else 250,
            )
            for message in messages
            if message.armed_at
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
