"""Interviews and scorecards of the demo company. No letter waits: workers have nothing to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import Organisation, User
from applications import interviews as thinking
from applications.calendars import REQUEST
from applications.models import (
    Application,
    Interview,
    Interviewer,
    JobCriterion,
    Letter,
    ProposedTime,
    Rating,
    Reschedule,
    Scorecard,
)
from candidates.models import Activity, Candidate
from config.demo.company import MANAGER_OF, RECRUITER_OF, Company
from config.demo.people import Person, Plan
from config.demo.rows import insert
from config.demo.streams import Streams

ONTARIO_DAYS = 41  # since Noel Roy was interviewed: the law of Ontario gives 45
LONDON, KINGSTON = ZoneInfo("Europe/London"), ZoneInfo("America/Toronto")
LINK = "https://meet.larkspur-tidal.example/tidal-{number}"
CRITERIA = {
    "marine-electrician": ["Explains a risk to a newcomer", "Works alongside other trades"],
    "blade-technician-2": ["Keeps records that others can follow"],
    "data-analyst-2": ["Says what a figure cannot tell"],
}
EVIDENCE = {
    1: [
        "Could not name a step of the procedure, also when asked again.",
        "Described the result, not what they did for it.",
    ],
    2: [
        "Knew the sequence, missed the second check.",
        "Did it under supervision so far; named what was hard about it.",
    ],
    3: [
        "Explained the sequence without notes and said why each step is there.",
        "Gave two recent examples, with what went wrong in one.",
        "Drew the circuit and found the fault we had put in.",
    ],
    4: [
        "Has taught it to others; corrected our own sheet in one place.",
        "Took the example apart in minutes and named the limits of the answer.",
    ],
}
SUMMARIES = {
    "strong_yes": "Would raise the level of the team from the first month.",
    "yes": "Can do this work now, and asks before guessing.",
    "no": "Not yet: the isolation work needs another year beside somebody.",
    "strong_no": "The must-have work was not shown.",
}
_OF_OUTCOME = {"hired": "strong_yes", "offer_declined": "yes", "": "yes"}


@dataclass
class Made:
    """Rows by table, in the order in which they are written."""

    interviews: list[Interview] = field(default_factory=list)
    panels: list[Interviewer] = field(default_factory=list)
    times: list[ProposedTime] = field(default_factory=list)
    moves: list[Reschedule] = field(default_factory=list)
    cards: list[Scorecard] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    lines: list[Activity] = field(default_factory=list)
    criteria: dict[int, list[str]] = field(default_factory=dict)  # by job


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    _criteria(company)
    made = Made()
    applications = {
        (one.candidate_id, one.job_id): one
        for one in Application.objects.select_related("candidate", "job", "stage")
    }
    for person in people:
        for plan in person.applications:
            if len(plan.entered) < 3:
                continue
            application = applications[rows[person.key].pk, company.jobs[plan.job].pk]
            key = f"{person.key}:{plan.job}"
            if person.key == "cast:s_brandt":
                _coming(made, streams, key, company, application, anchor, _today(anchor))
                made.panels.append(
                    Interviewer(interview=made.interviews[-1], user=company.users["iris"])
                )
            elif person.key == "cast:noel_roy":
                _held(
                    made, streams, key, company, plan, application, anchor, at=_in_kingston(anchor)
                )
            elif plan.closed_at is None and len(plan.entered) == 3:
                _open_one(made, streams, key, company, plan, application, anchor)
            else:
                _held(made, streams, key, company, plan, application, anchor)
    _panel_of_rosa(made, streams, company)
    for table in (
        (Interview, made.interviews),
        (Interviewer, made.panels),
        (ProposedTime, made.times),
        (Reschedule, made.moves),
        (Scorecard, made.cards),
        (Rating, made.ratings),
        (Activity, sorted(made.lines, key=lambda line: line.at)),
    ):
        insert(*table)
    insert(Letter, _invitations(streams, made.interviews, anchor))


def _criteria(company: Company) -> None:
    insert(
        JobCriterion,
        [
            JobCriterion(job=company.jobs[job], name=name, position=position)
            for job, names in CRITERIA.items()
            for position, name in enumerate(names, start=1)
        ],
    )


def _today(anchor: datetime) -> datetime:
    day = anchor.astimezone(LONDON).date()
    return datetime.combine(day, time(15, 30), tzinfo=LONDON)


def _in_kingston(anchor: datetime) -> datetime:
    """Return the afternoon at which the clock of Ontario began for Noel Roy."""
    day = anchor.astimezone(KINGSTON).date() - timedelta(days=ONTARIO_DAYS)
    return datetime.combine(day, time(14), tzinfo=KINGSTON)


def _interview(
    streams: Streams, key: str, company: Company, application: Application, **facts: object
) -> Interview:
    random = streams.of("interview", key)
    kind = random.choice(["video", "video", "phone", "on_site"])
    office = next(p.office for p in company.plans.values() if p.title == application.job.title)
    return Interview(
        public_id=streams.uid("interview", key),
        application=application,
        kind=kind,
        minutes=30 if kind == "phone" else 60,
        link=LINK.format(number=random.randrange(100, 999)) if kind == "video" else "",
        place=f"{office} office, reception" if kind == "on_site" else "",
        by=company.users[RECRUITER_OF[office]],
        **facts,
    )


def _seat(made: Made, company: Company, interview: Interview, family: str) -> User:
    manager = company.users[MANAGER_OF[family]]
    made.interviews.append(interview)
    made.panels.append(Interviewer(interview=interview, user=manager))
    return manager


def _coming(
    made: Made,
    streams: Streams,
    key: str,
    company: Company,
    application: Application,
    anchor: datetime,
    at: datetime,
) -> None:
    interview = _interview(streams, key, company, application, state="scheduled", starts_at=at)
    if key.startswith("cast:s_brandt"):
        interview.kind, interview.minutes, interview.place = "video", 45, ""
        interview.link, interview.by = LINK.format(number=417), company.users["mina"]
    interview.ends_at = at + timedelta(minutes=interview.minutes)
    interview.created_at = anchor - timedelta(days=2)
    _seat(made, company, interview, application.job.family)
    made.lines.append(
        _line(interview, "interview.planned", "Scheduled an interview", interview.created_at)
    )


def _open_one(
    made: Made,
    streams: Streams,
    key: str,
    company: Company,
    plan: Plan,
    application: Application,
    anchor: datetime,
) -> None:
    """Of those who wait for an interview: held, coming, with times to choose, or not yet asked."""
    random = streams.of("interview of", key)
    lot = random.random()
    days_there = (anchor - plan.entered[2]).days
    if days_there >= 3 and lot < 0.5:
        _held(made, streams, key, company, plan, application, anchor)
    elif lot < 0.8:
        at = _hour(random, anchor + timedelta(days=random.randint(1, 6)))
        _coming(made, streams, key, company, application, anchor, at)
    elif lot < 0.92:
        interview = _interview(streams, key, company, application, state="proposed")
        interview.created_at = anchor - timedelta(hours=20)
        if lot > 0.89:
            interview.asked_at = anchor - timedelta(hours=3)
            interview.asked_words = "I work early shifts that week. Any day after 15:00 is good."
        _seat(made, company, interview, application.job.family)
        made.times += [
            ProposedTime(
                public_id=streams.uid("proposed time", f"{key}:{day}"),
                interview=interview,
                starts_at=_hour(random, anchor + timedelta(days=day)),
            )
            for day in (3, 4, 7)
        ]


def _held(
    made: Made,
    streams: Streams,
    key: str,
    company: Company,
    plan: Plan,
    application: Application,
    anchor: datetime,
    *,
    at: datetime | None = None,
) -> None:
    """at: when; None: some time after they came to the stage."""
    random = streams.of("interview of", key)
    begun = plan.entered[2]
    later = [plan.entered[3]] if len(plan.entered) > 3 else []
    end = min([*later, plan.closed_at or anchor, anchor])
    if at is None:
        at = begun + (end - begun) * 0.6
        at_ten = at.replace(hour=10, minute=0, second=0, microsecond=0)
        at = at_ten if begun < at_ten < end else at
    interview = _interview(streams, key, company, application, state="held", starts_at=at)
    interview.ends_at = at + min(timedelta(minutes=interview.minutes), (end - at) / 2)
    interview.created_at, interview.settled_at = begun, interview.ends_at
    manager = _seat(made, company, interview, application.job.family)
    made.lines.append(_line(interview, "interview.held", "Held the interview", interview.ends_at))
    if random.random() < 0.09:
        side = random.choice(["us", "us", "candidate"])
        was = at - timedelta(days=1)
        made.moves.append(Reschedule(interview=interview, side=side, was_at=was, at=begun))
    if random.random() < 0.93 or plan.closed_at:
        said = _OF_OUTCOME.get(plan.outcome) or random.choice(["no", "no", "yes", "strong_no"])
        _card(made, streams, key, interview, manager, said, interview.ends_at)


def _panel_of_rosa(made: Made, streams: Streams, company: Company) -> None:
    """Three held it: one has submitted, one has a draft, one has begun nothing."""
    interview = next(
        one
        for one in made.interviews
        if one.application.candidate.name == "Rosa Osei" and one.application.is_open
    )
    for key in ("iris", "mina"):
        made.panels.append(Interviewer(interview=interview, user=company.users[key]))
    if not any(card.interview is interview for card in made.cards):
        manager = company.users[MANAGER_OF["Electrical"]]
        assert interview.ends_at is not None  # noqa: S101  # for the type checker
        _card(made, streams, "rosa", interview, manager, "strong_yes", interview.ends_at)
    draft = Scorecard(
        public_id=streams.uid("scorecard", "rosa:iris"),
        interview=interview,
        author=company.users["iris"],
        summary="Knows more about jointing than the sheet says. To finish tonight.",
        changed_at=interview.ends_at or interview.created_at,
    )
    made.cards.append(draft)


def _card(
    made: Made,
    streams: Streams,
    key: str,
    interview: Interview,
    author: User,
    said: str,
    at: datetime,
) -> None:
    random = streams.of("scorecard", key)
    card = Scorecard(
        public_id=streams.uid("scorecard", f"{key}:{author.email}"),
        interview=interview,
        author=author,
        recommendation=said,
        summary=SUMMARIES[said],
        submitted_at=at,
        changed_at=at,
    )
    made.cards.append(card)
    usual = {"strong_yes": 4, "yes": 3, "no": 2, "strong_no": 1}[said]
    job = interview.application.job
    if job.pk not in made.criteria:
        made.criteria[job.pk] = thinking.criteria_of(job)
    for position, criterion in enumerate(made.criteria[job.pk][:4]):
        level = min(4, max(1, usual + random.choice([-1, 0, 0, 0, 1])))
        made.ratings.append(
            Rating(
                scorecard=card,
                position=position,
                criterion=criterion,
                level=level,
                evidence=random.choice(EVIDENCE[level]),
            )
        )


def _invitations(
    streams: Streams, interviews: Iterable[Interview], anchor: datetime
) -> list[Letter]:
    """What those who are still to come were sent: their calendars can be told of changes."""
    organisation = Organisation.current()
    letters = []
    for interview in interviews:
        if interview.state not in {"scheduled", "proposed"}:
            continue
        starts = [interview.starts_at] if interview.starts_at else []
        starts = starts or [time.starts_at for time in interview.times.all()]
        entries = []
        if interview.starts_at:
            entries = [thinking.entry_of(interview, REQUEST, organisation).as_json()]
        letters.append(
            Letter(
                public_id=streams.uid("invitation", str(interview.public_id)),
                application=interview.application,
                interview=interview,
                kind="invitation",
                subject=thinking.invitation_subject(interview),
                text=thinking.invitation_text(
                    interview, starts, by=interview.by, organisation=organisation.name
                ),
                calendars=entries,
                by=interview.by,
                send_after=interview.created_at,
                created_at=interview.created_at,
                sent_at=interview.created_at + timedelta(minutes=2),
            )
        )
    return letters


def _hour(random: Random, day: datetime) -> datetime:
    """Return an hour of that day at which people meet, on a working day."""
    at = day.replace(hour=random.choice([9, 10, 13, 14]), minute=random.choice([0, 30]), second=0)
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at.replace(microsecond=0)


def _line(interview: Interview, kind: str, words: str, at: datetime) -> Activity:
    application = interview.application
    return Activity(
        candidate=application.candidate,
        group="application",
        kind=kind,
        at=at,
        actor=interview.by.name if interview.by else "",
        text=f"{words} for {application.job.title}.",
        data={
            "application": str(application.public_id),
            "job": str(application.job.public_id),
        },
    )
