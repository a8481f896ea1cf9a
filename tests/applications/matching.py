"""A job that asks for skills, and people who have them."""

from django.utils import timezone

from applications import matching
from tests.factories.applications import JobFactory, JobSkillFactory
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, SkillFactory


def job_with(must=("HV isolation",), nice=(), needed=None, **fields):
    job = JobFactory(must_needed=needed, **fields)
    for name in must:
        JobSkillFactory(job=job, skill=SkillFactory(name=name))
    for weight, name in enumerate(reversed(nice), start=1):
        JobSkillFactory(job=job, skill=SkillFactory(name=name), need="nice", weight=weight)
    return job


def person_with(*skills, **fields):
    candidate = CandidateFactory(**fields)
    for name in skills:
        CandidateSkillFactory(candidate=candidate, skill=SkillFactory(name=name))
    return candidate


def known(job, **more):
    return matching.known_people(job, at=timezone.now(), **more)
