"""What happened to the people: applications, letters, promises, notes, and their timelines."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts import languages
from accounts.models import User
from applications.letters import closing_subject, closing_text, hired_subject, hired_text
from applications.models import (
    Application,
    Letter,
    Promise,
    RejectionReason,
    StageChange,
)
from candidates.models import Activity, Candidate, Note
from candidates.working_days import Place, working_day_from
from config.demo import texts
from config.demo.company import MANAGER_OF, RECRUITER_OF, Company
from config.demo.people import Person, Plan
from config.demo.rows import insert
from config.demo.streams import Streams

COMPANY = "Larkspur Tidal Works"


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    applications = [
        (person, plan, _application(streams, company, person, plan, rows[person.key], anchor))
        for person in people
        for plan in person.applications
    ]
    insert(Application, (row for _, _, row in applications))
    changes: list[StageChange] = []
    letters: list[Letter] = []
    promises: list[Promise] = []
    lines: list[Activity] = []
    notes: list[Note] = []
    for person in people:
        lines += _record_lines(company, person, rows[person.key], anchor)
    for person, plan, row in applications:
        recruiter = company.users[RECRUITER_OF[company.plans[plan.job].office]]
        stages = company.stages[plan.job]
        title = company.jobs[plan.job].title
        facts = {"application": str(row.public_id), "job": str(company.jobs[plan.job].public_id)}
        for index, at in enumerate(plan.entered):
            changes.append(
                StageChange(
                    application=row,
                    from_stage=stages[index - 1] if index else None,
                    to_stage=stages[index],
                    at=at,
                    by=recruiter if index else None,
                )
            )
            lines.append(
                Activity(
                    candidate=row.candidate,
                    group="application",
                    kind="application.moved" if index else "application.added",
                    at=at,
                    actor=recruiter.name if index else person.name,
                    text=f"Moved for {title}: {stages[index - 1].name} → {stages[index].name}."
                    if index
                    else f"Applied for {title} ({row.source}).",
                    data=facts,
                )
            )
        if plan.closed_at:
            letters += _letter(streams, person, plan, row, title, recruiter)
            letters += _confirmation(streams, person, plan, row, recruiter, anchor)
            promises += _promise(streams, company, plan, row, recruiter, anchor)
            lines += _closing_lines(plan, row, title, recruiter.name, facts)
        if len(plan.entered) >= 2:
            notes += _notes(streams, company, person, plan, row)
    insert(StageChange, changes)
    insert(Letter, letters)
    insert(Promise, promises)
    insert(Note, notes)
    lines += [
        Activity(
            candidate=note.candidate,
            group="note",
            kind="note.written",
            at=note.created_at,
            actor=note.author.name,
            text="Wrote a note.",
            data={"note": note.pk},
        )
        for note in notes
    ]
    lines.sort(key=lambda line: line.at)
    insert(Activity, lines)


def _application(
    streams: Streams,
    company: Company,
    person: Person,
    plan: Plan,
    candidate: Candidate,
    anchor: datetime,
) -> Application:
    stages = company.stages[plan.job]
    stage = stages[len(plan.entered) - 1]
    zone = ZoneInfo(candidate.time_zone)
    hear_by = None
    if plan.closed_at is None:
        today = anchor.astimezone(zone).date()
        fixed = {
            "today": today,
            "yesterday": today - timedelta(days=1),
            "late": today - timedelta(days=4),
        }
        if plan.hear_by in fixed:
            hear_by = fixed[str(plan.hear_by)]
        elif plan.hear_by is not None:
            random = streams.of("hear by", f"{person.key}:{plan.job}")
            promised = plan.entered[-1].astimezone(zone).date() + timedelta(days=stage.hear_by_days)
            promised = working_day_from(promised, Place(candidate.country, candidate.region))
            if random.random() < 0.04:
                hear_by = today - timedelta(days=random.randint(1, 6))
            elif promised > today:
                hear_by = promised
            else:  # told again when the first date came near
                hear_by = today + timedelta(days=random.choices([0, 3, 5], [1, 6, 6])[0])
    return Application(
        public_id=streams.uid("application", f"{person.key}:{plan.job}"),
        candidate=candidate,
        job=company.jobs[plan.job],
        stage=stage,
        stage_entered_at=plan.entered[-1],
        furthest=plan.furthest,
        source=person.source,
        applied_at=plan.entered[0],
        hear_by=hear_by,
        closed_at=plan.closed_at,
        outcome=plan.outcome,
        rejection_reason=plan.reason,
        would_hire=plan.would_hire,
    )


def _letter(
    streams: Streams,
    person: Person,
    plan: Plan,
    row: Application,
    title: str,
    recruiter: User,
) -> list[Letter]:
    if plan.answered_at is None or plan.closed_at is None:
        return []
    until = (plan.answered_at + timedelta(days=365)).date()
    return [
        Letter(
            public_id=streams.uid("letter", f"{person.key}:{plan.job}"),
            application=row,
            kind="decision",
            subject=texts.DECISION_SUBJECT.format(job=title),
            text=texts.DECISION_TEXT.format(
                call_name=person.call_name,
                job=title,
                reason=texts.REASON_WORDS[plan.reason],
                extra=texts.KEEP_IN_MIND.format(until=f"{until:%-d %B %Y}") if plan.promise else "",
                recruiter=recruiter,
            ),
            send_after=plan.answered_at,
            by=recruiter,
            created_at=plan.closed_at,
            sent_at=plan.answered_at,
        )
    ]


def _confirmation(
    streams: Streams,
    person: Person,
    plan: Plan,
    row: Application,
    recruiter: User,
    anchor: datetime,
) -> list[Letter]:
    """What those got who withdrew, declined or were hired: the words of the product, in theirs."""
    if plan.closed_at is None or plan.outcome not in {"withdrawn", "offer_declined", "hired"}:
        return []
    is_hired = plan.outcome == "hired"
    left = plan.closed_at + (timedelta(hours=1) if is_hired else timedelta(minutes=1))
    if left >= anchor:
        return []
    with languages.speaking(row.candidate.language):
        subject, text = (
            (hired_subject(row.job), hired_text(row, by=recruiter, organisation=COMPANY))
            if is_hired
            else (closing_subject(row.job), closing_text(row, organisation=COMPANY))
        )
    return [
        Letter(
            public_id=streams.uid("confirmation", f"{person.key}:{plan.job}"),
            application=row,
            kind=Letter.Kind.DECISION if is_hired else Letter.Kind.CLOSING,
            subject=subject,
            text=text,
            send_after=left,
            by=recruiter if is_hired else None,
            created_at=plan.closed_at,
            sent_at=left,
        )
    ]


def _promise(
    streams: Streams,
    company: Company,
    plan: Plan,
    row: Application,
    recruiter: User,
    anchor: datetime,
) -> list[Promise]:
    """A promise that is in force falls due when a job of its kind opened after it was made."""
    if not plan.promise or plan.closed_at is None:
        return []
    family = company.jobs[plan.job].family
    made = plan.answered_at or plan.closed_at
    opened = sorted(
        (job.opened_at, job.pk, job)
        for job in company.jobs.values()
        if job.family == family and job.opened_at and job.opened_at > made and job.is_open
    )
    until = (made + timedelta(days=365)).date()
    today = anchor.date()
    state, why, due, settled = Promise.State.OPEN, "", None, None
    if until < today:
        state, why = Promise.State.LAPSED, Promise.Why.NO_JOB
        settled = made + timedelta(days=366)
    elif opened:
        just_opened = [job for job in opened if job[0] > anchor - timedelta(hours=72)]
        due = (just_opened or opened)[0]
        if due[0] < anchor - timedelta(hours=72):
            kept = streams.of("promise", row.public_id).random() < 0.74
            state = Promise.State.KEPT if kept else Promise.State.BROKEN
            why = Promise.Why.CONTACT if kept else Promise.Why.SILENCE
            settled = due[0] + timedelta(hours=30 if kept else 72)
        else:
            state = Promise.State.DUE
    return [
        Promise(
            candidate=row.candidate,
            application=row,
            families=[family],
            note="Said in the decision letter.",
            until=until,
            state=state,
            owner=recruiter,
            made_at=made,
            due_at=due[0] if due else None,
            due_job=due[2] if due else None,
            settled_at=settled,
            why=why,
        )
    ]


def _record_lines(
    company: Company, person: Person, row: Candidate, anchor: datetime
) -> list[Activity]:
    def line(group: str, kind: str, at: datetime, actor: str, text: str) -> Activity:
        return Activity(candidate=row, group=group, kind=kind, at=at, actor=actor, text=text)

    lines = []
    if not person.applications:
        where = {"event": "met at an event", "referral": "referred by a colleague"}
        text = f"Added to the people we know: {where.get(person.source, 'found by a recruiter')}."
        owner = company.users[RECRUITER_OF[person.office]].name
        lines.append(line("record", "candidate.created", person.known_since, owner, text))
    if person.granted_at and person.expires_at:
        until = f"{person.expires_at:%-d %B %Y}"
        text = f"Agreed that we keep the profile and send job emails until {until}."
        lines.append(line("consent", "ground.granted", person.granted_at, person.name, text))
    if person.pool == "expired" and person.expires_at:
        text = "Did not answer when asked again: the consent ran out."
        lines.append(line("consent", "ground.expired", person.expires_at, "retention clock", text))
    if person.stopped_at:
        text = "Stopped all job emails."
        lines.append(line("consent", "preference.stopped", person.stopped_at, person.name, text))
    if person.paused_until:
        text = f"Paused job emails until {person.paused_until:%-d %B %Y}."
        at = anchor - timedelta(days=6)
        lines.append(line("consent", "preference.paused", at, person.name, text))
    return lines


def _closing_lines(
    plan: Plan, row: Application, title: str, recruiter: str, facts: dict[str, str]
) -> list[Activity]:
    if plan.closed_at is None:
        return []
    words = {
        "hired": f"Hired as {title}.",
        "withdrawn": f"Withdrew the application for {title}.",
        "offer_declined": f"Declined our offer for {title}.",
        "rejected": f"Rejected for {title}"
        + (f": {RejectionReason(plan.reason).label}." if plan.reason else "."),
    }
    kind = f"application.{plan.outcome}"
    lines = [
        Activity(
            candidate=row.candidate,
            group="application",
            kind=kind,
            at=plan.closed_at,
            actor=recruiter,
            text=words[plan.outcome],
            data=facts,
        )
    ]
    if plan.answered_at:
        lines.append(
            Activity(
                candidate=row.candidate,
                group="mail",
                kind="letter.sent",
                at=plan.answered_at,
                actor=recruiter,
                text=f"Letter sent: {title}, decision.",
                data=facts,
            )
        )
    return lines


def _notes(
    streams: Streams, company: Company, person: Person, plan: Plan, row: Application
) -> list[Note]:
    random = streams.of("note", f"{person.key}:{plan.job}")
    author = company.users[MANAGER_OF[company.plans[plan.job].family]]
    recruiter = company.users[RECRUITER_OF[company.plans[plan.job].office]]
    written = list(person.notes) if plan is person.applications[0] else []
    written += random.sample(texts.NOTES, k=min(3, len(plan.entered) - 1))
    if plan.would_hire and texts.WOULD_HIRE_NOTE not in written:
        written.append(texts.WOULD_HIRE_NOTE)
    moments = plan.entered[1:]
    return [
        Note(
            public_id=streams.uid("note", f"{person.key}:{plan.job}:{index}"),
            candidate=row.candidate,
            author=author if index % 2 else recruiter,
            text=text,
            created_at=moments[min(index, len(moments) - 1)] + timedelta(minutes=9 * (index + 1)),
        )
        for index, text in enumerate(written)
    ]
