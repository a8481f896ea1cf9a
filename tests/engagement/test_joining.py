"""The talent community: a form, one question to the mailbox, and a yes that counts."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.humans import make_stamp
from applications.models import Arrival
from candidates.actions.archive import archive_candidate
from candidates.actions.contact import suppress_address
from candidates.actions.erasure import erase_candidate
from candidates.actions.notes import write_note
from candidates.models import Candidate, GroundEvent, Preference, Suppression
from engagement import arbiter, links, tasks
from engagement.actions import joining
from engagement.models import Message, SignUp
from tests.database import gates_locked_first
from tests.factories.applications import (
    ApplicationFactory,
    ArrivalFactory,
    JobFactory,
    OfficeFactory,
)
from tests.factories.candidates import CandidateFactory, GroundEventFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("monday_morning", "smtp_server"),
]
ANA = "ana@mail.example"
ASKED = "/careers/talent-community?asked=yes"


@pytest.fixture(autouse=True)
def jobs(organisation):
    for family, city in (("Electrical", "Bristol"), ("Data", "Amman")):
        JobFactory(family=family).offices.add(OfficeFactory(city=city))


def ask(**fields):
    typed = {
        "stamp": make_stamp(at=timezone.now().timestamp() - 20),
        "name": "Ana Horvat",
        "email": ANA,
        "often": "weekly",
        **fields,
    }
    return Client(enforce_csrf_checks=True).post("/careers/talent-community", typed)


def link():
    return re.search(r"/join/\S+", Message.objects.latest("pk").text)[0]


def may_be_written_to():
    return Candidate.objects.contactable("nurture").filter(emails__canonical=ANA).exists()


def test_a_form_a_link_and_a_yes_let_job_emails_go(smtp_server):
    response = ask(families=["Electrical"], levels=["2"], often="monthly")

    assert (response.status_code, response["Location"]) == (303, ASKED)
    assert may_be_written_to() is False
    tasks.deliver()
    (mail,) = smtp_server.messages
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    said = re.sub(r"/join/[\w-]+", "", "\n".join([*mail.values(), *parts]))
    assert (mail["To"], "Ana" in said, mail["Auto-Submitted"]) == (ANA, False, "auto-generated")
    page = Client().get(link())
    assert (page.status_code, joining.words() in page.content.decode()) == (200, True)
    assert may_be_written_to() is False
    yes = Client(enforce_csrf_checks=True).post(link())
    assert (yes.status_code, yes["Location"]) == (303, link())
    assert "Done. We will tell you about jobs." in Client().get(link()).content.decode()
    assert may_be_written_to() is True
    granted = GroundEvent.objects.filter(kind="granted").order_by("purpose")
    assert [(e.purpose, e.channel, e.notice_version, e.wording) for e in granted] == [
        ("nurture", "link", "join-1", joining.words()),
        ("pool", "link", "join-1", joining.words()),
    ]
    chosen = Preference.objects.get()
    assert (chosen.frequency, chosen.is_narrowed, chosen.families, chosen.levels) == (
        "monthly", True, ["Electrical"], [2],
    )  # fmt: skip
    assert sorted(chosen.places) == ["Amman", "Bristol"]


def test_who_ticks_nothing_hears_about_any_job():
    ask()
    Client().post(link())

    assert Preference.objects.get().is_narrowed is False


def test_yes_twice_counts_once():
    ask()

    statuses = [Client().post(link()).status_code for _ in range(2)]

    assert (statuses, GroundEvent.objects.filter(kind="granted").count()) == ([303, 200], 2)


def test_looking_changes_nothing():
    ask()
    before = GroundEvent.objects.count()

    for method in ("get", "head"):
        assert getattr(Client(), method)(link()).status_code == 200

    assert (GroundEvent.objects.count(), SignUp.objects.get().proved_at) == (before, None)


def test_the_link_counts_for_three_days():
    ask()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        response = Client().post(link())

    assert (response.status_code, may_be_written_to()) == (410, False)


def test_a_link_for_something_else_says_no():
    ask()
    person = Candidate.objects.get(emails__canonical=ANA)
    other = links.make_token(links.Purpose.AGAIN, person.public_id, SignUp.objects.get().public_id)
    stranger = links.path(links.Purpose.JOIN, CandidateFactory().public_id,
                          SignUp.objects.get().public_id)  # fmt: skip

    assert Client().post(f"/join/{other}").status_code == 404
    assert Client().post(f"{link()[:-3]}").status_code == 404
    assert "We hold no details" in Client().post(stranger).content.decode()
    assert may_be_written_to() is False


# ------------------------------------------------------------------------- whoever it is


def stranger(_recruiter):
    return None


def known(_recruiter):
    return CandidateFactory(name="Ana Known", email__address=ANA, without_consent=True)


def stopped(recruiter):
    person = known(recruiter)
    GroundEventFactory(candidate=person, purpose="nurture", kind="withdrawn")
    return person


def suppressed(recruiter):
    person = known(recruiter)
    suppress_address(ANA, scope="nurture", reason="objected", by=recruiter)
    return person


def erased(recruiter):
    erase_candidate(known(recruiter), by=recruiter)


def archived(recruiter):
    return archive_candidate(known(recruiter), "refused", by=recruiter)


@pytest.mark.parametrize("who", [stranger, known, stopped, suppressed, erased, archived])
def test_the_answer_is_the_same_whoever_it_is(who, recruiter):
    who(recruiter)

    response = ask()

    assert (response.status_code, response["Location"], response.content) == (303, ASKED, b"")
    assert may_be_written_to() is False
    assert Message.objects.filter(purpose="notice").count() == (0 if who is archived else 1)


@pytest.mark.parametrize("who", [known, stopped, suppressed, erased])
def test_a_yes_from_the_mailbox_counts_after_a_refusal_too(who, recruiter):
    who(recruiter)
    ask()

    Client().post(link())

    assert (may_be_written_to(), Suppression.objects.count()) == (True, 0)


def test_a_person_we_know_keeps_their_name():
    person = known(None)

    ask(name="Somebody Else")

    person.refresh_from_db()
    assert (person.name, Candidate.objects.filter(emails__canonical=ANA).count()) == (
        "Ana Known", 1,
    )  # fmt: skip


def test_after_a_complaint_only_a_letter_helps(recruiter):
    person = known(recruiter)
    suppress_address(ANA, scope="all", reason="complained", by=recruiter)
    ask()
    found = SignUp.objects.get()

    response = Client().post(links.path(links.Purpose.JOIN, person.public_id, found.public_id))

    assert (response.status_code, may_be_written_to()) == (422, False)
    message = Message.objects.get(purpose="notice")
    assert arbiter.decide(message, timezone.now()).reasons == ("suppressed",)


# ------------------------------------------------------------------------- the form


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give your name."),
        ({"name": "Buy www.spam.example"}, "Write only your name here."),
        ({"email": "ana"}, "It looks like name@mail.example."),
        ({"stamp": ""}, "Please send the form once more."),
        ({"homepage": "x"}, "This field must stay empty"),
        ({"families": ["Alchemy"]}, "Alchemy is not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_ticked_stays(fields, words):
    response = ask(**{"places": ["Amman"], **fields})

    html = response.content.decode()
    assert (response.status_code, words in html, SignUp.objects.count()) == (422, True, 0)
    assert re.search(r'value="Amman"[^>]* checked', html)


def test_the_form_ticks_nothing_but_how_often_and_sets_no_cookie():
    response = Client().get("/careers/talent-community")

    assert dict(response.cookies) == {}
    assert re.findall(r'name="(\w+)"[^>]* checked', response.content.decode()) == ["often"]


def test_a_closed_job_hands_over_what_was_typed():
    response = Client().post(
        "/careers/talent-community",
        {"prefill": "yes", "name": "Ana Horvat", "email": ANA, "families": "Data"},
    )

    html = response.content.decode()
    assert (response.status_code, SignUp.objects.count()) == (200, 0)
    assert ('value="Ana Horvat"' in html, f'value="{ANA}"' in html) == (True, True)
    assert re.search(r'value="Data"[^>]* checked', html)


def test_one_address_is_asked_three_times_an_hour():
    responses = [ask() for _ in range(4)]

    assert [response.status_code for response in responses] == [303, 303, 303, 429]
    assert int(responses[-1]["Retry-After"]) > 3000


def test_the_same_form_asks_once():
    stamp = make_stamp(at=timezone.now().timestamp() - 20)

    ask(stamp=stamp)
    ask(stamp=stamp)

    assert (SignUp.objects.count(), Message.objects.count()) == (1, 1)


# ------------------------------------------------------------------------- the rest


def test_who_never_says_yes_is_forgotten(recruiter):
    ask()
    assert tasks.forget_unproved() == 0

    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert (tasks.forget_unproved(), tasks.forget_unproved()) == (1, 0)

    assert not Candidate.objects.filter(source="Talent community").exists()
    assert Message.objects.count() == 0


def test_who_is_known_otherwise_stays(recruiter):
    ask(email="new@mail.example")
    person = Candidate.objects.get(source="Talent community")
    write_note(person, by=recruiter, text="Met at a fair.", visibility="team")
    known(recruiter)
    ask()

    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert tasks.forget_unproved() == 2

    assert Candidate.objects.filter(emails__canonical__in=[ANA, "new@mail.example"]).count() == 2


def test_a_tick_at_applying_after_a_refusal_is_asked_for_by_email(recruiter):
    person = stopped(recruiter)
    arrival = ArrivalFactory(
        application=ApplicationFactory(candidate=person), job_emails="to_prove"
    )

    assert (tasks.carry_opt_ins(), tasks.carry_opt_ins()) == (1, 0)

    arrival.refresh_from_db()
    assert (arrival.job_emails, Arrival.objects.count()) == ("asked", 1)
    Client().post(link())
    assert SignUp.objects.get().proved_at is not None


def test_a_yes_locks_both_people_of_a_mailbox_at_once():
    other = CandidateFactory(email__address="ana+jobs@mail.example")
    ask()
    person = Candidate.objects.get(emails__canonical=ANA)

    with gates_locked_first() as locked:
        joining.prove(SignUp.objects.get())

    assert locked == [other.pk, person.pk]


def test_no_mailbox_is_flooded_by_way_of_plus_tags():
    answers = [ask(email=f"ana+{number}@mail.example").status_code for number in range(4)]

    assert answers == [303, 303, 303, 429]
