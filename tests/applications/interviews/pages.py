"""The pages of interviews, and the form that plans one."""

from django.urls import reverse

from applications.actions.jobs import add_standard_stages
from tests.factories.applications import ApplicationFactory, JobFactory
from tests.factories.candidates import CandidateFactory


def url(name: str, *args) -> str:
    return reverse(f"applications:{name}", args=args)


def text_of(response) -> str:
    return response.content.decode()


def application_in(stage: str = "Interview", **facts):
    job = JobFactory(title="Blade Technician")
    add_standard_stages(job)
    facts.setdefault("candidate", CandidateFactory(name="Sabine Brandt", time_zone="Europe/Warsaw"))
    return ApplicationFactory(job=job, stage=job.stages.get(name=stage), **facts)
