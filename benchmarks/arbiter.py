"""Asking the arbiter about a whole audience: may this email go to each of them, and if not, why?

Two audiences: 100,000 people picked by hand, and everybody who fits a job by one skill of three.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation
from applications.models import Job, JobSkill
from benchmarks import people_data, people_set
from benchmarks.report import Report
from candidates.models import Candidate, Skill
from engagement import arbiter, planning
from engagement.models import Campaign
from tests.factories.engagement import CampaignFactory, StepFactory, TemplateVersionFactory

SIZE = 100_000
PEOPLE = "kept"
AUDIENCE = 100_000
ROUNDS = 5
LIMIT_S = 10.0


def run(size: int, report: Report) -> None:
    """Measure in one transaction that is taken back."""
    people_set.ensure(size)
    with transaction.atomic():
        make_ready()
        campaign = draft()
        step = max(1, size // AUDIENCE)
        ids = list(Candidate.objects.order_by("pk").values_list("pk", flat=True)[:size:step])
        _measure("picked by hand", campaign, Candidate.objects.filter(pk__in=ids), size, report)
        fitting = planning.people_considered(campaign)
        _measure("who fit the job, 1 of 3", campaign, fitting, size, report)
        transaction.set_rollback(True)


def _measure(
    name: str, campaign: Campaign, people: QuerySet[Candidate], size: int, report: Report
) -> None:
    def ask() -> list[tuple[int, arbiter.Decision]]:
        return arbiter.decide_many(campaign, people.all(), timezone.now())

    answers = ask()
    times = [_seconds(ask) for _ in range(ROUNDS)]
    with CaptureQueriesContext(connection) as queries:
        ask()
    allowed = sum(decision.allowed for _, decision in answers)
    reasons = Counter(reason for _, decision in answers for reason in decision.reasons)
    print(f"  {name}: {len(answers):,} asked, {allowed:,} allowed, {dict(reasons)}", flush=True)
    bench = f"arbiter: {name}"
    report.line(bench=bench, size=size, value=len(answers), unit="people")
    report.line(
        bench=bench, size=size, value=statistics.median(times), unit="s, median", limit=LIMIT_S
    )
    report.line(
        bench=bench, size=size, value=len(answers) / statistics.median(times), unit="decisions/s"
    )
    report.line(bench=bench, size=size, value=len(queries), unit="queries")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def make_ready() -> None:
    """Fill in what an organisation must say of itself before it may write."""
    organisation = Organisation.current()
    organisation.name = organisation.legal_name = organisation.postal_address = "Larkspur Tidal"
    organisation.mail_domain = "larkspur-tidal.example"
    address = "jobs@larkspur-tidal.example"
    organisation.privacy_email = organisation.letters_from = organisation.job_emails_from = address
    organisation.save()


def draft() -> Campaign:
    """A draft for an open job that asks for one of three skills."""
    now, by = timezone.now(), people_data.owner()
    job = Job.objects.create(title="Bench audience", status="open", opened_at=now, must_needed=1)
    for rank in (8, 15, 40):
        skill = Skill.objects.get(name=f"Skill {rank}")
        JobSkill.objects.create(job=job, skill=skill, need="must", weight=1)
    campaign: Campaign = CampaignFactory(job=job, by=by, name=f"Bench {now.isoformat()}")
    version = TemplateVersionFactory(template__name=campaign.name)
    StepFactory(campaign=campaign, template_version=version)
    return campaign
