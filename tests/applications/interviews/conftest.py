"""An interview, planned on a Monday morning, and who is told of it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from applications.actions import interviews as act
from applications.actions.interviews import Plan
from applications.actions.jobs import add_standard_stages
from applications.actions.letters import mark_sent
from applications.models import Application, Interview, Letter
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    OrganisationFactory(mail_domain="mail.larkspur-tidal.example")
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def application():
    job = JobFactory(title="Blade Technician")
    add_standard_stages(job)
    job.offices.add(OfficeFactory())
    person = CandidateFactory(name="Sabine Brandt", call_name="Sabine", time_zone="Europe/Warsaw")
    return ApplicationFactory(
        candidate=person, job=job, stage=job.stages.get(name="Interview"), hear_by=None
    )


def plan(*times: datetime, people=None, **facts) -> Plan:
    given = {"kind": "video", "minutes": 45, "link": "https://meet.example/1"} | facts
    people = people or [UserFactory(name="Iris Vance", title="Senior jointer")]
    return Plan(times=list(times), interviewers=people, **given)


def sent(letter: Letter, at: datetime = NOW) -> None:
    letter.refresh_from_db()
    mark_sent(letter, at)


def told(application: Application, recruiter, *times: datetime) -> Interview:
    """An interview of which the candidate was told."""
    interview = act.plan_interview(application, plan(*(times or (TUESDAY,))), by=recruiter)
    sent(interview.letters.get())
    return interview


def refused(run) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        run()
    return [error.code for error in refusal.value.error_list]
