"""A job with its stages, and what is remembered of the people on it."""

from datetime import UTC, datetime

from applications.actions.jobs import add_standard_stages
from candidates.models import Activity
from tests.factories.applications import JobFactory

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def job_with_stages(**fields):
    job = JobFactory(**fields)
    add_standard_stages(job)
    return job


def lines(application):
    return [
        (line.kind, line.text)
        for line in Activity.objects.filter(candidate=application.candidate).order_by("pk")
        if line.group == Activity.Group.APPLICATION
    ]


def code_of(refusal):
    error = refusal.value
    return error.code if hasattr(error, "code") else [each.code for each in error.error_list]
