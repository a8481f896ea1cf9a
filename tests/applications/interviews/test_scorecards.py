"""Scorecards: who writes one, who reads whose, and when."""

from datetime import timedelta

import pytest

from applications.models import Scorecard
from tests.applications.interviews.conftest import NOW, TUESDAY
from tests.applications.interviews.pages import application_in, text_of, url
from tests.factories.accounts import UserFactory
from tests.factories.applications import HiringTeamMemberFactory, JobFactory, JobSkillFactory
from tests.factories.interviews import (
    InterviewFactory,
    JobCriterionFactory,
    RatingFactory,
    ScorecardFactory,
)

pytestmark = pytest.mark.django_db


class TestScorecards:
    @pytest.fixture
    def interview(self, interviewer):
        application = application_in()
        JobSkillFactory(job=application.job, skill__name="Lay-up")
        JobCriterionFactory(job=application.job, name="Explains a risk")
        return InterviewFactory(
            application=application, starts_at=NOW - timedelta(hours=2), panel=[interviewer]
        )

    def send(self, client, interview, **data):
        return client.post(url("scorecard_save", interview.public_id), data)

    FULL = {
        "recommendation": "yes",
        "summary": "Careful.",
        "level_0": "3",
        "evidence_0": "Showed the sequence.",
        "submit": "1",
    }

    def test_a_draft_is_kept_and_nobody_else_sees_it(
        self, signed_in, interviewer, staff_client, interview
    ):
        response = self.send(
            signed_in(interviewer), interview, level_0="2", evidence_1="Half a sentence"
        )

        card = Scorecard.objects.get()
        assert response.status_code == 302
        assert (card.submitted_at, card.version) == (None, 1)
        assert "Half a sentence" in text_of(
            signed_in(interviewer).get(url("interview", interview.public_id))
        )
        for page in (
            url("interview", interview.public_id),
            url("application", interview.application.public_id),
        ):
            assert "Half a sentence" not in text_of(staff_client.get(page))

    def test_submitting_says_that_it_was_held(self, signed_in, interviewer, interview):
        self.send(signed_in(interviewer), interview, **self.FULL)

        interview.refresh_from_db()
        card = Scorecard.objects.get()
        assert (interview.state, card.submitted_at) == ("held", NOW)
        said = [(one.criterion, one.level, one.evidence) for one in card.ratings.all()]
        assert said == [("Lay-up", 3, "Showed the sequence."), ("Explains a risk", None, "")]

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"recommendation": ""}, "Say whether you would hire this person."),
            ({"level_0": ""}, "Rate at least one criterion"),
            ({"evidence_0": " "}, "Say what you saw or heard: Lay-up."),
        ],
    )
    def test_what_is_not_whole_is_refused_and_kept_on_the_page(
        self, signed_in, interviewer, interview, facts, said
    ):
        response = self.send(signed_in(interviewer), interview, **{**self.FULL, **facts})

        assert response.status_code == 422
        assert said in text_of(response)
        assert "Careful." in text_of(response)
        assert not Scorecard.objects.exists()

    def test_a_correction_keeps_what_it_said_before(self, signed_in, interviewer, interview):
        client = signed_in(interviewer)
        self.send(client, interview, **self.FULL)
        changed = {**self.FULL, "recommendation": "no", "version": "1"}

        self.send(client, interview, **changed)
        self.send(client, interview, **{**changed, "version": "2"})

        card = Scorecard.objects.get()
        assert (card.recommendation, card.version, card.submitted_at) == ("no", 2, NOW)
        before = card.versions.get()
        assert (before.version, before.recommendation) == (1, "yes")
        assert before.ratings[0] == {
            "criterion": "Lay-up",
            "level": "Clearly shown",
            "evidence": "Showed the sequence.",
        }

    def test_two_windows_do_not_overwrite_each_other(self, signed_in, interviewer, interview):
        client = signed_in(interviewer)
        self.send(client, interview, summary="First")
        self.send(client, interview, summary="Second", version="1")

        late = self.send(client, interview, summary="Late", version="1")

        assert late.status_code == 422
        assert "You saved this scorecard in another window." in text_of(late)
        assert "Late" in text_of(late)
        assert Scorecard.objects.get().summary == "Second"

    def test_only_who_holds_it_rates_it_and_not_before_it_began(
        self, signed_in, staff_client, interviewer, interview
    ):
        coming = InterviewFactory(starts_at=TUESDAY, panel=[interviewer])
        missed = InterviewFactory(held=True, state="missed", panel=[interviewer])

        refusals = [
            text_of(self.send(staff_client, interview, **self.FULL)),
            text_of(self.send(signed_in(interviewer), coming, **self.FULL)),
            text_of(self.send(signed_in(interviewer), missed, **self.FULL)),
        ]

        assert Scorecard.objects.count() == 0
        assert ["Only whoever holds the interview rates it." in refusals[0]] == [True]

    def test_peers_read_each_other_once_both_have_submitted(self, signed_in, interview):
        nadia, omar = UserFactory.create_batch(2, interviewer=True)
        for user in (nadia, omar):
            interview.panel.create(user=user)
        theirs = ScorecardFactory(interview=interview, author=nadia, summary="Nadia saw much.")
        RatingFactory(scorecard=theirs, evidence="Evidence of Nadia.")
        address = url("interview", interview.public_id)

        before = text_of(signed_in(omar).get(address))
        ScorecardFactory(interview=interview, author=omar, draft=True)
        with_draft = text_of(signed_in(omar).get(address))
        Scorecard.objects.filter(author=omar).update(submitted_at=NOW, recommendation="no")
        after = text_of(signed_in(omar).get(address))

        for page in (before, with_draft):
            assert "Nadia saw much." not in page
            assert "Evidence of Nadia." not in page
            assert "1 colleague has submitted a scorecard" in " ".join(page.split())
        assert "Nadia saw much." in after
        assert "Evidence of Nadia." in after

    def test_a_hiring_manager_reads_them_after_an_own_one(self, signed_in, hiring_manager):
        card = ScorecardFactory(summary="Seen by the jointer.")
        application = card.interview.application
        HiringTeamMemberFactory(job=application.job, user=hiring_manager)
        client = signed_in(hiring_manager)
        address = url("application", application.public_id)

        before = text_of(client.get(address))
        own = InterviewFactory(application=application, held=True, panel=[hiring_manager])
        ScorecardFactory(interview=own, author=hiring_manager, summary="Seen by Hanne.")
        after = text_of(client.get(address))

        assert "Seen by the jointer." not in before
        assert "Seen by the jointer." in after

    def test_a_recruiter_reads_all_by_criterion_without_a_sum(self, staff_client):
        first = ScorecardFactory(author__name="Nadia Brook")
        second = ScorecardFactory(
            interview=first.interview, author__name="Omar Field", recommendation="strong_no"
        )
        for card, level in ((first, 4), (second, 1)):
            RatingFactory(scorecard=card, criterion="Lay-up", level=level)

        page = text_of(staff_client.get(url("application", first.interview.application.public_id)))

        assert page.count('<h3 class="mt-2">Lay-up</h3>') == 1
        assert "Outstanding" in page
        assert "Not shown" in page
        assert "verage" not in page

    def test_hints_come_while_typing_and_keep_nothing(self, signed_in, interviewer, interview):
        response = signed_in(interviewer).post(
            url("scorecard_hints", interview.public_id), {"evidence_0": "She is pregnant."}
        )

        assert "pregnancy" in text_of(response)
        assert Scorecard.objects.count() == 0

    def test_criteria_of_a_job_are_edited_a_line_each(self, staff_client):
        job = JobFactory()
        address = url("job_criteria", job.public_id)

        staff_client.post(address, {"names": " Explains a risk \n\nListens\nListens"})
        too_many = staff_client.post(address, {"names": "\n".join("abcdefghijklm")})
        too_long = staff_client.post(address, {"names": "x" * 81})

        assert [one.name for one in job.criteria.all()] == ["Explains a risk", "Listens"]
        assert (too_many.status_code, too_long.status_code) == (422, 422)
