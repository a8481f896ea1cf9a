"""The page behind an invitation, over HTTP and without any script."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from applications.actions import interviews as act
from applications.actions.closing import Draft, reject
from applications.actions.interviews import Plan
from applications.actions.jobs import add_standard_stages
from applications.actions.letters import mark_sent
from applications.models import Interview
from candidates.actions.merging import merge_people
from engagement import links
from engagement.links import Purpose
from tests.engagement.candidate_pages.links import checksum, hidden, text_of
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.candidates import CandidateFactory

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
NO = Draft("Yours", "Hello,\n\nthank you. We decided to go on with somebody else.\n")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisation")]


@pytest.fixture
def clock(organisation):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


def invited(recruiter, *times: datetime) -> Interview:
    """An interview of which the candidate was told."""
    job = JobFactory(title="Blade Technician")
    add_standard_stages(job)
    person = CandidateFactory(time_zone="Europe/Warsaw")
    application = ApplicationFactory(
        candidate=person, job=job, stage=job.stages.get(name="Interview")
    )
    plan = Plan(
        kind="video",
        minutes=45,
        times=list(times),
        interviewers=[UserFactory(name="Iris Vance", title="Senior jointer")],
        link="https://meet.example/1",
    )
    interview = act.plan_interview(application, plan, by=recruiter)
    mark_sent(interview.letters.get(), NOW)
    return interview


def address_of(interview: Interview) -> str:
    candidate = interview.application.candidate.public_id
    return links.path(Purpose.INTERVIEW, candidate, interview.public_id)


def opened(visitor: Client, interview: Interview) -> str:
    return text_of(visitor.get(address_of(interview), follow=True))


def answer(visitor: Client, interview: Interview, **data):
    page = visitor.get(address_of(interview), follow=True)
    return visitor.post("/i/", {"proof": hidden(page, "proof"), **data})


@pytest.mark.usefixtures("clock")
class TestAnswering:
    def test_looking_changes_nothing(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)
        before = checksum()

        for method in (visitor.get, visitor.head, visitor.options):
            assert method(address_of(interview), follow=True).status_code in {200, 405}

        assert checksum() == before

    def test_the_times_stand_on_both_clocks_and_one_is_chosen(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)

        page = opened(visitor, interview)
        times = re.findall(r"\w+ 2\d November 2026, [^<\n]+", page)
        time = interview.times.get(starts_at=WEDNESDAY)
        response = answer(visitor, interview, do="choose", time=time.public_id)

        assert [one.strip() for one in times] == [
            "Tuesday 24 November 2026, 16:30 your time, 15:30 in London",
            "Wednesday 25 November 2026, 10:00 your time, 09:00 in London",
        ]
        assert (response.status_code, response["Location"]) == (303, "/i/?done=chosen")
        interview.refresh_from_db()
        assert (interview.state, interview.starts_at) == ("scheduled", WEDNESDAY)
        assert "Thank you, that time is settled" in text_of(visitor.get("/i/?done=chosen"))

    def test_none_fits_keeps_their_words(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)

        response = answer(visitor, interview, do="ask", words="Mondays after six.")

        interview.refresh_from_db()
        assert interview.asked_words == "Mondays after six."
        assert "Thank you, we have your answer" in text_of(visitor.get(response["Location"]))

    def test_who_cannot_come_to_a_settled_time_says_so(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY)

        assert "I cannot come at this time" in opened(visitor, interview)
        answer(visitor, interview, do="ask", words="")

        interview.refresh_from_db()
        assert (interview.state, interview.asked_at) == ("scheduled", NOW)

    def test_no_time_chosen_is_said_and_nothing_is_lost(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)

        response = answer(visitor, interview, do="choose")

        assert response.status_code == 422
        assert "Choose a time, or tell us below that none of them fits." in text_of(response)

    def test_a_time_of_another_interview_is_not_offered(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)
        other = invited(recruiter, TUESDAY + timedelta(hours=4), WEDNESDAY + timedelta(hours=4))

        response = answer(visitor, interview, do="choose", time=other.times.first().public_id)

        assert response.status_code == 422
        assert "That time is no longer offered." in text_of(response)

    def test_two_windows_settle_one_time(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)
        page = visitor.get(address_of(interview), follow=True)
        proof = hidden(page, "proof")
        first, second = (time.public_id for time in interview.times.all())

        visitor.post("/i/", {"proof": proof, "do": "choose", "time": first})
        late = visitor.post("/i/", {"proof": proof, "do": "choose", "time": second})

        assert late.status_code == 422
        interview.refresh_from_db()
        assert interview.starts_at == TUESDAY

    @pytest.mark.parametrize("purpose", [Purpose.FORM, Purpose.INTERVIEW, Purpose.STOP])
    def test_a_form_takes_its_own_proof_alone(self, recruiter, visitor, purpose):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)
        person = interview.application.candidate.public_id
        proof = links.make_token(purpose, person, interview.public_id)
        before = checksum()

        data = {"proof": proof, "do": "choose", "time": interview.times.first().public_id}
        response = visitor.post("/i/", data)

        assert response.status_code == 404
        assert checksum() == before

    def test_the_link_opens_no_other_page_and_no_other_link_opens_this(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY)
        person = interview.application.candidate.public_id
        token = address_of(interview).rpartition("/")[2]

        for path in ("/p/", "/u/", "/u1/", "/why/", "/undo/"):
            assert visitor.get(f"{path}{token}").status_code == 404
        for purpose in set(Purpose) - {Purpose.INTERVIEW}:
            other = links.make_token(purpose, person, interview.public_id)
            assert visitor.get(f"/i/{other}").status_code == 404

    def test_another_persons_link_shows_nothing_of_this_interview(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY)
        stranger = CandidateFactory()
        address = links.path(Purpose.INTERVIEW, stranger.public_id, interview.public_id)

        assert "We hold no details for this link" in text_of(visitor.get(address, follow=True))

    def test_the_link_goes_on_to_work_for_somebody_merged(self, recruiter, visitor):
        interview = invited(recruiter, TUESDAY, WEDNESDAY)
        address = address_of(interview)
        survivor = CandidateFactory()
        merge_people(survivor, interview.application.candidate, by=recruiter)

        assert "Choose a time for your interview" in text_of(visitor.get(address, follow=True))

    def test_pages_are_kept_by_nobody_and_tell_no_other_site(self, recruiter, visitor):
        response = visitor.get(address_of(invited(recruiter, TUESDAY)), follow=True)

        assert {name: response[name] for name in ("Cache-Control", "Referrer-Policy")} == {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }


class TestWhatTheyWereTold:
    def test_a_closed_application_shows_no_sign_of_it_before_its_letter(
        self, recruiter, visitor, clock
    ):
        settled = invited(recruiter, WEDNESDAY)
        reject(settled.application, by=recruiter, reason="pay", letter=NO)

        page = opened(visitor, settled)

        assert "Wednesday 25 November 2026, 10:00 your time" in page
        assert "does not take place" not in page
        assert "<form" not in page.partition("<main")[2]  # above it stands the choice of language
        mark_sent(settled.application.letters.get(kind="decision"), NOW)
        assert "This interview does not take place" in opened(visitor, settled)

    def test_proposed_times_of_a_closed_application_are_not_offered(
        self, recruiter, visitor, clock
    ):
        proposed = invited(recruiter, TUESDAY, WEDNESDAY)
        page = visitor.get(address_of(proposed), follow=True)
        proof, time = hidden(page, "proof"), proposed.times.last().public_id
        reject(proposed.application, by=recruiter, reason="pay", letter=NO)

        assert "Nothing can be chosen here at the moment" in opened(visitor, proposed)
        late = visitor.post("/i/", {"proof": proof, "do": "choose", "time": time})
        assert late.status_code == 422
        proposed.refresh_from_db()
        assert proposed.state == "proposed"

    def test_a_cancelled_interview_says_so_once_the_letter_has_left(
        self, recruiter, visitor, clock
    ):
        interview = invited(recruiter, TUESDAY)
        act.cancel_interview(interview, side="us", by=recruiter)

        assert "Nothing can be chosen here" in opened(visitor, interview)
        clock.shift(act.HOLD)
        assert "This interview does not take place" in opened(visitor, interview)

    def test_the_page_ends_with_the_interview(self, recruiter, visitor, clock):
        settled, proposed = invited(recruiter, TUESDAY), invited(recruiter, TUESDAY, WEDNESDAY)
        clock.move_to(WEDNESDAY)

        assert "The time of this interview has passed" in opened(visitor, settled)
        assert "The time of this interview has passed" in opened(visitor, proposed)

    def test_the_page_is_light_and_needs_no_script(self, recruiter, visitor, clock):
        page = opened(visitor, invited(recruiter, TUESDAY, WEDNESDAY))

        assert "<script" not in page
        assert len(page.encode()) < 40_000
