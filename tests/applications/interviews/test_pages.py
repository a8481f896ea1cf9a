"""Interviews as colleagues see them: who sees what, until when, and what a page costs."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from applications.actions import interviews as act
from applications.actions.interview_rows import fingerprint
from applications.models import Interview, Scorecard
from tests.applications.interviews.conftest import NOW, TUESDAY
from tests.applications.interviews.pages import application_in, text_of, url
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobSkillFactory,
)
from tests.factories.candidates import CandidateFactory
from tests.factories.documents import DocumentFactory
from tests.factories.interviews import (
    InterviewFactory,
    JobCriterionFactory,
    ProposedTimeFactory,
    RatingFactory,
    ScorecardFactory,
)

pytestmark = pytest.mark.django_db


def form_of(interviewer, **facts) -> dict:
    return {
        "kind": "video",
        "minutes": "45",
        "zone": "Europe/London",
        "time_1": "2026-11-24T15:30",
        "interviewers": [str(interviewer.public_id)],
        "link": "https://meet.example/1",
        **facts,
    }


class TestInviting:
    def test_a_recruiter_invites_and_the_stage_moves(self, staff_client, interviewer):
        application = application_in("Review")

        address = url("interview_new", application.public_id)
        response = staff_client.post(address, form_of(interviewer, move="on"))

        interview = Interview.objects.get()
        assert response["Location"] == url("interview", interview.public_id)
        assert interview.starts_at == TUESDAY
        application.refresh_from_db()
        assert application.stage.name == "Interview"

    def test_times_may_be_typed_on_the_candidates_clock(self, staff_client, interviewer):
        application = application_in()
        form = form_of(interviewer, zone="Europe/Warsaw", time_2="2026-11-25 16:30")

        staff_client.post(url("interview_new", application.public_id), form)

        times = Interview.objects.get().times.values_list("starts_at", flat=True)
        assert list(times) == [TUESDAY - timedelta(hours=1), TUESDAY + timedelta(days=1)]

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"time_1": "2027-03-28T01:30"}, "skips 01:30 on 28 March: it is put forward then"),
            ({"time_1": "2027-10-31T01:30"}, "shows 01:30 twice on 31 October: it is put back"),
            ({"time_1": "Tuesday"}, "Type a day and a time, such as 2026-11-23 15:30."),
            ({"time_1": "2026-11-22T09:00"}, "Propose times that are still to come."),
            ({"interviewers": []}, "Choose who holds the interview."),
            ({"link": ""}, "Add the link where you meet."),
            ({"kind": "on_site"}, "Say where you meet."),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
        self, staff_client, interviewer, facts, said
    ):
        application = application_in()
        form = form_of(interviewer, words="Bring a helmet.", **facts)

        response = staff_client.post(url("interview_new", application.public_id), form)

        assert response.status_code == 422
        assert said in text_of(response)
        assert "Bring a helmet." in text_of(response)
        assert not Interview.objects.exists()

    def test_two_places_at_once_are_named_and_can_be_accepted(self, staff_client, interviewer):
        InterviewFactory(starts_at=TUESDAY, application__job__title="Jointer", panel=[interviewer])
        address = url("interview_new", application_in().public_id)

        warned = staff_client.post(address, form_of(interviewer))
        accepted = staff_client.post(address, form_of(interviewer, overlaps_accepted="on"))

        assert warned.status_code == 422
        assert "Idris Okafor has another interview then: Tuesday 24 November, 15:30, Jointer." in (
            text_of(warned)
        )
        assert accepted.status_code == 302

    def test_a_closed_application_invites_nobody(self, staff_client):
        closed = ApplicationFactory(withdrawn=True)

        response = staff_client.get(url("interview_new", closed.public_id))

        assert response["Location"] == url("application", closed.public_id)

    def test_change_needs_to_know_whose_wish_it_is(self, staff_client, recruiter, interviewer):
        interview = InterviewFactory(
            application=application_in(), starts_at=TUESDAY, minutes=45, panel=[interviewer],
            link="https://meet.example/1",
        )  # fmt: skip
        address = url("interview_change", interview.public_id)
        form = form_of(interviewer, time_1="2026-11-26T15:30")

        assert 'value="2026-11-24T15:30"' in text_of(staff_client.get(address))
        assert "Say whose wish the other time is." in text_of(staff_client.post(address, form))
        assert staff_client.post(address, {**form, "side": "us"}).status_code == 302

    def test_a_wish_that_came_after_the_form_was_opened_is_not_overwritten(
        self, staff_client, interviewer
    ):
        interview = InterviewFactory(
            application=application_in(), starts_at=TUESDAY, minutes=45, panel=[interviewer],
            link="https://meet.example/1",
        )  # fmt: skip
        address = url("interview_change", interview.public_id)
        shown = fingerprint(interview)
        act.ask_for_another(interview, "On Thursday, please.")

        form = form_of(interviewer, words="Bring boots.", made_from=shown)
        page = text_of(staff_client.post(address, form))

        assert "This interview was changed meanwhile. Compare, then save again." in page
        assert "On Thursday, please." in page
        interview.refresh_from_db()
        assert (interview.words, interview.asked_words) == ("", "On Thursday, please.")
        again = {**form, "made_from": fingerprint(interview)}
        assert staff_client.post(address, again).status_code == 302

    def test_cancel_settle_and_undo_by_buttons(self, staff_client, recruiter, clock):
        interview = InterviewFactory(application=application_in(), starts_at=TUESDAY, by=recruiter)
        of_it = {name: url(f"interview_{name}", interview.public_id) for name in
                 ("cancel", "settle", "undo")}  # fmt: skip

        def state() -> str:
            interview.refresh_from_db()
            return interview.state

        assert staff_client.post(of_it["settle"], {"state": "held"}).status_code == 422
        assert staff_client.post(of_it["cancel"], {}).status_code == 422
        staff_client.post(of_it["cancel"], {"side": "us"})
        assert state() == "cancelled"
        staff_client.post(of_it["undo"])
        assert state() == "scheduled"
        clock.move_to(TUESDAY + timedelta(hours=2))
        staff_client.force_login(recruiter)
        response = staff_client.post(of_it["settle"], {"state": "no_show", "back": "today"})
        assert (state(), response["Location"]) == ("no_show", "/today")
        assert staff_client.post(of_it["undo"]).status_code == 302
        assert staff_client.post(of_it["undo"]).status_code == 422


class TestReading:
    def test_whoever_holds_it_reads_what_they_need(self, signed_in, interviewer):
        application = application_in()
        JobSkillFactory(job=application.job, skill__name="Composite lay-up")
        JobCriterionFactory(job=application.job, name="Explains a risk")
        DocumentFactory(
            candidate=application.candidate,
            state="ready",
            text="Sabine Brandt, ten years with blades",
        )
        interview = InterviewFactory(
            application=application, starts_at=TUESDAY, panel=[interviewer]
        )

        page = text_of(signed_in(interviewer).get(url("interview", interview.public_id)))

        assert "Tuesday 24 November 2026, 15:30 your time, 16:30 in Warsaw" in page
        assert "ten years with blades" in page
        assert "Composite lay-up" in page
        assert "Explains a risk" in page
        assert "Open the application" not in page

    def test_the_right_ends_two_weeks_after_the_interview(self, signed_in, interviewer, clock):
        interview = InterviewFactory(starts_at=TUESDAY, panel=[interviewer])
        client = signed_in(interviewer)
        pages = [
            url("interview", interview.public_id),
            url("interview_calendar", interview.public_id),
        ]
        last = interview.ends_at + timedelta(days=14)

        def statuses() -> list[int]:
            client.force_login(interviewer)
            return [client.get(page).status_code for page in pages]

        assert statuses() == [200, 200]
        clock.move_to(last - timedelta(seconds=1))
        assert statuses() == [200, 200]
        clock.move_to(last)
        assert statuses() == [404, 404]
        name = interview.application.candidate.name
        assert name not in text_of(client.get(url("interviews")))
        client.post(url("scorecard_save", interview.public_id), {"submit": "1"})
        assert Scorecard.objects.count() == 0

    def test_strangers_get_404(self, signed_in, interviewer, hiring_manager):
        interview = InterviewFactory(starts_at=TUESDAY, panel=[interviewer])
        other = UserFactory(interviewer=True)
        addresses = [url("interview", interview.public_id),
                     url("interview_calendar", interview.public_id)]  # fmt: skip

        for user in (other, hiring_manager):
            client = signed_in(user)
            assert [client.get(one).status_code for one in addresses] == [404, 404]
            for name in ("scorecard_save", "scorecard_hints", "interview_settle"):
                assert client.post(url(name, interview.public_id)).status_code == 404

    def test_only_who_holds_or_arranges_says_how_it_went(self, signed_in, hiring_manager, clock):
        interview = InterviewFactory(starts_at=TUESDAY)
        HiringTeamMemberFactory(job=interview.application.job, user=hiring_manager)
        clock.move_to(TUESDAY + timedelta(hours=2))

        client = signed_in(hiring_manager)
        response = client.post(url("interview_settle", interview.public_id), {"state": "held"})

        assert client.get(url("interview", interview.public_id)).status_code == 200
        assert response.status_code == 404

    def test_a_cancelled_interview_is_nobodys_to_read(self, signed_in, interviewer):
        interview = InterviewFactory(starts_at=TUESDAY, panel=[interviewer], cancelled=True)

        response = signed_in(interviewer).get(url("interview", interview.public_id))

        assert response.status_code == 404

    def test_the_file_for_the_own_calendar_names_no_contact(self, signed_in, interviewer):
        interview = InterviewFactory(starts_at=TUESDAY, panel=[interviewer])

        response = signed_in(interviewer).get(url("interview_calendar", interview.public_id))

        (event,) = Calendar.from_ical(response.content).events
        assert event.decoded("DTSTART") == TUESDAY
        assert "ATTENDEE" not in event
        assert response["Content-Disposition"] == 'attachment; filename="interview.ics"'

    def test_the_list_is_sorted_by_what_it_asks(self, signed_in, interviewer, recruiter):
        for name, facts in {
            "Due": {"held": True},
            "Today": {"starts_at": NOW + timedelta(hours=3)},
            "Coming": {"starts_at": TUESDAY},
            "Proposed": {"proposed": True},
        }.items():
            InterviewFactory(
                application__candidate__name=f"Person {name}", panel=[interviewer], **facts
            )
        given = InterviewFactory(
            application__candidate__name="Person Over", held=True, panel=[interviewer]
        )
        ScorecardFactory(interview=given, author=interviewer)

        page = text_of(signed_in(interviewer).get(url("interviews")))

        order = [page.index(f"Person {one}") for one in
                 ("Due", "Today", "Coming", "Proposed", "Over")]  # fmt: skip
        assert order == sorted(order)
        assert "You arranged" not in page

    def test_a_recruiter_sees_what_they_arranged(self, staff_client, recruiter):
        InterviewFactory(application__candidate__name="Person Mine", by=recruiter)
        InterviewFactory(application__candidate__name="Person Theirs")

        page = text_of(staff_client.get(url("interviews"), {"view": "arranged"}))

        assert "Person Mine" in page
        assert "Person Theirs" not in page


@pytest.mark.parametrize("rows", [1, 3])
class TestQueries:
    def test_the_list(self, signed_in, interviewer, rows, django_assert_num_queries):
        for _ in range(rows):
            InterviewFactory(held=True, panel=[interviewer])
        client = signed_in(interviewer)

        with django_assert_num_queries(
            7
        ):  # session, user, interviews, panels, users, times, offices
            client.get(url("interviews"))

    def test_an_application(self, staff_client, rows, django_assert_max_num_queries):
        application = application_in()
        for _ in range(rows):
            interview = InterviewFactory(application=application, held=True)
            RatingFactory(scorecard=ScorecardFactory(interview=interview))

        with django_assert_max_num_queries(26):
            staff_client.get(url("application", application.public_id))

    def test_the_panel_of_a_person(self, staff_client, rows, django_assert_num_queries):
        person = CandidateFactory()
        for _ in range(rows):
            interview = InterviewFactory(application__candidate=person, held=True)
            ScorecardFactory(interview=interview)
            ProposedTimeFactory(interview=interview)

        with django_assert_num_queries(8):
            staff_client.get(url("candidate_interviews", person.public_id))
