"""Invitations as they arrive at a real mail server: the link, the file, and what goes first."""

import random
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from applications.actions import interviews as act
from applications.actions.closing import Draft, reject
from applications.actions.interviews import Plan
from applications.actions.jobs import add_standard_stages
from applications.actions.letters import cancel_letter, send_now
from applications.models import Application, Interview, Letter
from engagement import tasks
from engagement.actions import messages
from engagement.emails import Person, compose_plainly
from engagement.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.candidates import CandidateFactory

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
NO = Draft("Yours", "Hello,\n\nthank you. We decided to go on with somebody else.\n")
pytestmark = pytest.mark.usefixtures("organisation", "smtp_server")


@pytest.fixture
def clock(organisation):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def application(organisation, clock) -> Application:
    job = JobFactory(title="Blade Technician")
    add_standard_stages(job)
    person = CandidateFactory(
        name="Sabine Brandt",
        time_zone="Europe/Warsaw",
        email__address="sabine@mailbox.example",
    )
    return ApplicationFactory(candidate=person, job=job, stage=job.stages.get(name="Interview"))


def plan(*times: datetime, **facts) -> Plan:
    given = {"kind": "video", "minutes": 45, "link": "https://meet.example/1"} | facts
    people = [UserFactory(name="Iris Vance")]
    return Plan(times=list(times), interviewers=people, **given)


def deliver(clock) -> None:
    clock.shift(act.HOLD)
    messages.carry_letters()
    tasks.deliver()


def calendars_in(message: EmailMessage) -> list[tuple[str, str, str, Calendar]]:
    """Every calendar part: type, method, file name and what it holds."""
    found = []
    for part in message.walk():
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            held = Calendar.from_ical(part.get_payload(decode=True))
            method = part.get_param("method") or ""
            found.append((part.get_content_type(), method, part.get_filename() or "", held))
    return found


def plain(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def event_of(message: EmailMessage) -> tuple[str, dict]:
    """What the one calendar file says: its method, and its event in plain values."""
    (_, _, _, held), *_ = calendars_in(message)
    (event,) = held.events
    return str(held["METHOD"]), {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "start": event.decoded("DTSTART"),
        "end": event.decoded("DTEND"),
        "status": str(event["STATUS"]),
    }


def test_an_invitation_arrives_with_a_file_that_calendars_read(
    application, recruiter, clock, smtp_server, organisation
):
    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)

    deliver(clock)

    (message,) = smtp_server.to("sabine@mailbox.example")
    assert message.get_content_type() == "multipart/mixed"
    assert message.defects == []
    found = calendars_in(message)
    assert [one[:3] for one in found] == [
        ("text/calendar", "REQUEST", ""),
        ("application/ics", "", "interview.ics"),
    ]
    shown, attached = (one[3] for one in found)
    assert shown.to_ical() == attached.to_ical()
    (event,) = shown.events
    assert shown["VERSION"] == "2.0"
    assert {name: str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "STATUS")} == {
        "UID": f"{interview.public_id}@{organisation.mail_domain}",
        "SUMMARY": "Interview: Blade Technician, Larkspur Tidal Works",
        "LOCATION": "https://meet.example/1",
        "STATUS": "CONFIRMED",
    }
    assert event.decoded("DTSTART") == TUESDAY
    assert event.decoded("DTEND") == TUESDAY + timedelta(minutes=45)
    assert b"DTSTART:20261124T153000Z" in shown.to_ical()
    assert str(event["ORGANIZER"]) == f"mailto:{recruiter.email}"
    assert str(event["ATTENDEE"]) == "mailto:sabine@mailbox.example"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    text = plain(message)
    assert "Tuesday 24 November 2026, 16:30 your time, 15:30 in London" in text
    assert re.search(r"If you cannot come, tell us here:\n\S+/i/[\w-]{20,}\n", text)


def test_nothing_internal_stands_in_the_file(application, recruiter, clock, smtp_server):
    application.stage.name = "Secret round"
    application.stage.save()
    act.plan_interview(application, plan(TUESDAY), by=recruiter)

    deliver(clock)

    raw = smtp_server.messages[0].as_string()
    (_, _, _, held), *_ = calendars_in(smtp_server.messages[0])
    for text in (raw, held.to_ical().decode()):
        assert "Secret round" not in text
        assert "Video interview" not in text


def test_several_times_come_with_a_link_and_without_a_file(
    application, recruiter, clock, smtp_server
):
    interview = act.plan_interview(application, plan(TUESDAY, WEDNESDAY), by=recruiter)
    deliver(clock)

    (message,) = smtp_server.messages
    assert calendars_in(message) == []
    assert message.get_content_type() == "multipart/alternative"
    assert "Choose a time here, or tell us that none of them fits:\n" in (plain(message))
    act.choose_time(interview, interview.times.get(starts_at=WEDNESDAY))
    deliver(clock)
    assert event_of(smtp_server.messages[1])[1]["start"] == WEDNESDAY


def test_a_calendar_follows_change_and_cancellation(
    application, recruiter, clock, smtp_server, organisation
):
    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)
    deliver(clock)
    act.change_interview(interview, plan(WEDNESDAY), side="us", by=recruiter)
    deliver(clock)
    act.cancel_interview(interview, side="us", by=recruiter)
    deliver(clock)

    said = [event_of(message) for message in smtp_server.messages]
    uid = f"{interview.public_id}@{organisation.mail_domain}"
    assert [(method, e["uid"], e["sequence"], e["start"], e["status"]) for method, e in said] == [
        ("REQUEST", uid, 0, TUESDAY, "CONFIRMED"),
        ("REQUEST", uid, 1, WEDNESDAY, "CONFIRMED"),
        ("CANCEL", uid, 2, WEDNESDAY, "CANCELLED"),
    ]


def test_a_decision_brings_the_cancellation_of_every_interview_ahead(
    application, recruiter, clock, smtp_server
):
    for at in (WEDNESDAY, WEDNESDAY + timedelta(days=1)):
        act.plan_interview(application, plan(at), by=recruiter)
    deliver(clock)
    reject(application, by=recruiter, reason="pay", letter=Draft(NO.subject, NO.text, NOW))

    deliver(clock)

    message = smtp_server.messages[2]
    found = calendars_in(message)
    assert [one[:3] for one in found] == [
        ("text/calendar", "CANCEL", ""),
        ("application/ics", "", "interview-1.ics"),
        ("application/ics", "", "interview-2.ics"),
    ]
    assert {str(one[3]["METHOD"]) for one in found} == {"CANCEL"}
    assert set(Interview.objects.values_list("state", flat=True)) == {"cancelled"}
    assert len(smtp_server.messages) == 3


def test_a_provider_gets_the_files_as_well(application, recruiter, clock, organisation):
    interview = act.plan_interview(application, plan(TUESDAY), by=recruiter)
    message = Message(letter=interview.letters.get(), candidate=application.candidate, text="Hello")

    person = Person(application.candidate, "sabine@mailbox.example")
    email = compose_plainly(message, person, organisation, NOW)

    assert [(file.name, file.method) for file in email.calendars] == [("interview.ics", "REQUEST")]


class Story:
    """What colleagues, the candidate and the post may do, in any order."""

    def __init__(self, application: Application, by: User, clock, seed: int) -> None:
        self.application, self.by, self.clock = application, by, clock
        self.rng = random.Random(seed)
        self.decided_at: datetime | None = None

    def any_time(self) -> datetime:
        return NOW + timedelta(days=self.rng.randint(3, 9), hours=self.rng.randint(0, 9))

    def interview(self) -> Interview:
        return self.rng.choice(list(self.application.interviews.order_by("pk")))

    def waiting_decision(self) -> Letter:
        return self.application.letters.waiting().get(kind="decision")

    def propose(self) -> None:
        times = [self.any_time() for _ in range(self.rng.randint(1, 2))]
        new = plan(*times, overlaps_accepted=True)
        act.plan_interview(self.application, new, by=self.by)

    def move(self) -> None:
        new = plan(self.any_time(), overlaps_accepted=True)
        act.change_interview(self.interview(), new, side="us", by=self.by)

    def cancel(self) -> None:
        act.cancel_interview(self.interview(), side="us", by=self.by)

    def undo(self) -> None:
        act.undo_interview(self.interview(), by=self.by)

    def choose(self) -> None:
        found = self.interview()
        if time := found.times.first():
            act.choose_time(found, time)

    def decide(self) -> None:
        reject(self.application, by=self.by, reason="pay", letter=NO)
        self.decided_at = timezone.now()

    def hurry(self) -> None:
        send_now(self.waiting_decision(), by=self.by)

    def stop_the_letter(self) -> None:
        cancel_letter(self.waiting_decision(), by=self.by)

    def post(self) -> None:
        deliver(self.clock)

    def tell(self) -> None:
        steps = [
            self.propose, self.propose, self.move, self.cancel, self.undo, self.choose,
            self.decide, self.hurry, self.stop_the_letter, self.post,
        ]  # fmt: skip
        self.propose()
        self.post()
        for step in self.rng.choices(steps, k=14):
            with suppress(ValidationError, Letter.DoesNotExist):  # refused, or nothing to do it to
                step()
        self.post()


@pytest.mark.parametrize("seed", range(12))
def test_no_calendar_tells_of_a_decision_before_its_letter(
    application, recruiter, clock, smtp_server, seed
):
    """Whatever is done in whatever order, and whenever the post goes (a property)."""
    story = Story(application, recruiter, clock, seed)

    story.tell()

    left = Message.objects.filter(handed_at__isnull=False).order_by("handed_at", "pk")
    early = []
    for message in left.select_related("letter"):
        letter = message.letter
        if letter.kind == Letter.Kind.DECISION:
            break
        ends = any(entry["method"] == "CANCEL" for entry in letter.calendars)
        if ends and story.decided_at and letter.send_after > story.decided_at:
            early.append(letter.get_kind_display())
    assert early == []


def test_the_stories_do_end_calendars_with_decisions(application, recruiter, clock, smtp_server):
    """That the property above is not kept by nothing ever happening."""
    act.plan_interview(application, plan(WEDNESDAY), by=recruiter)
    deliver(clock)
    reject(application, by=recruiter, reason="pay", letter=Draft(NO.subject, NO.text, NOW))
    deliver(clock)

    assert event_of(smtp_server.messages[-1])[0] == "CANCEL"
