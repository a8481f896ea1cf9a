"""What somebody chose about job emails, as a colleague reads it beside whether they may be sent."""

import pytest

from candidates import wishes
from candidates.contact import contact_state
from candidates.models import Preference
from tests.factories.candidates import CandidateFactory, PreferenceFactory

ALL_MODES = ["hybrid", "on_site", "remote"]
ALL_LEVELS = [1, 2, 3, 4, 5, 6]


def narrowed(**lists):
    sides = {"families": ["Data", "Electrical"], "places": ["Bristol"], "work_modes": ALL_MODES}
    return Preference(is_narrowed=True, **{**sides, "levels": ALL_LEVELS, **lists})


@pytest.mark.parametrize(
    ("preference", "said"),
    [
        (Preference(), ""),
        (Preference(frequency="monthly"), "They want: at most one a month."),
        (narrowed(), "They want: only jobs in Data or Electrical, in Bristol."),
        (
            narrowed(work_modes=["remote"], families=["Data"], levels=[4, 5]),
            "They want: only remote jobs in Data, senior or lead.",
        ),
        (
            narrowed(work_modes=["remote", "hybrid"], places=["Hull", "Cork"]),
            "They want: only hybrid or remote jobs in Data or Electrical, in Cork or Hull.",
        ),
        (narrowed(places=[]), "They want: no kind of job that we have."),
    ],
)
def test_they_are_said_in_words(preference, said):
    assert wishes.in_words(preference) == said


@pytest.mark.django_db
def test_the_box_about_contact_says_them_where_job_emails_may_come(staff_client):
    wants = {"frequency": "monthly", "is_narrowed": True, "families": ["Data"], "levels": [4]}
    wants |= {"places": ["Bristol"], "work_modes": ["remote"]}
    ana = PreferenceFactory(**wants).candidate
    said = "They want: only remote jobs in Data, senior; at most one a month."

    page = staff_client.get(f"/people/{ana.public_id}").content.decode()

    assert said in page
    assert contact_state(ana).wishes == said
    stopped = PreferenceFactory(candidate=CandidateFactory(unsubscribed=True), frequency="monthly")
    assert contact_state(stopped.candidate).wishes == ""
