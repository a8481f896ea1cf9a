"""Putting many people forward for a job, as one bulk action."""

import pytest

from applications.actions.applications import add_application
from applications.models import Application, Job
from candidates import bulk
from tests.candidates.test_bulk import reasons, run
from tests.factories.applications import StageFactory
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def test_each_is_put_forward_once_and_the_rest_say_why(recruiter):
    people = CandidateFactory.create_batch(3)
    job, other = StageFactory().job, StageFactory().job
    add_application(people[0], job, by=recruiter)
    add_application(people[1], other, by=recruiter)

    work = run("job", recruiter, job=job.public_id)

    assert work.title == f"Add 3 people to {job.title}"
    assert reasons(work) == [
        "This person already has an open application for this job.",
        "",
        "",
    ]
    assert Application.objects.filter(job=job).count() == 3
    assert not work.may_be_undone()


def test_a_job_that_ends_meanwhile_takes_nobody(recruiter):
    CandidateFactory()
    job = StageFactory().job
    chosen = bulk.kind_called("job", recruiter)
    form = chosen.form_class({"job": job.public_id}, people=None, by=recruiter)
    assert form.is_valid()
    Job.objects.filter(pk=job.pk).update(status="closed")
    again = chosen.form_class({"job": job.public_id}, people=None, by=recruiter)

    assert not again.is_valid()
