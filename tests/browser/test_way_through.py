"""The whole way: a file of past applicants, a job that opens, the right people hear, one says stop.

A real browser, a real Celery worker with its beat, a real SMTP server. Only two things are made
easier: the clock stands on a Monday morning, and the hold after an approval is two seconds.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import User
from applications.models import Job
from candidates.models import Candidate
from engagement.models import Campaign, Message
from tests.browser.axe import violations
from tests.conftest import sign_in_browser
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import JobFactory, JobSkillFactory, OfficeFactory, StageFactory
from tests.factories.candidates import SkillFactory
from tests.smtp import SmtpServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "past-applicants.csv"
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AGREED = "Keep my details for 12 months and email me when a similar job opens."
TEXT = (
    "Hello {{ candidate.call_name|there }},\n\n"
    "you talked with us before. We are looking for a {{ job.title }} in {{ job.place|Bristol }}.\n"
    "If that sounds like you, reply to me.\n\n"
    "{{ sender.name }}\n"
)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def worker(
    live_server: Any, smtp_server: SmtpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], str]]:
    """Start Celery with its beat on the test's database, mail server and clock."""
    monkeypatch.setattr(Campaign, "HOLD_SECONDS", 2)
    settings.BASE_URL = live_server.url
    database = connection.settings_dict
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "FAULTS_NOW": timezone.now().isoformat(),
        "DATABASE_URL": f"{base}/{database['NAME']}",
        "EMAIL_URL": f"smtp://{smtp_server.host}:{smtp_server.port}",
        "BASE_URL": live_server.url,
    }
    log = tmp_path / "worker.log"
    command = [
        sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--pool", "solo",
        "--loglevel", "INFO", "--without-gossip", "--without-mingle",
        "--schedule", str(tmp_path / "beat"),
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, stdout=out, stderr=out, cwd=settings.BASE_DIR
        )
    yield log.read_text
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def job_titled(title: str, user: User) -> Job:
    """Make a draft of a job: the pages that write one have tests of their own."""
    job: Job = JobFactory(title=title, draft=True, owner=user, family="Electrical")
    job.offices.add(OfficeFactory(name=f"Bristol {title}"))
    JobSkillFactory(job=job, skill=SkillFactory(name="HV isolation"))
    StageFactory(job=job)
    return job


def open_job(page: Any, address: str, job: Job) -> None:
    page.goto(f"{address}/jobs/{job.public_id}")
    page.get_by_role("button", name="Open the job").click()
    page.get_by_role("link", name="People you already know").first.click()


def draft(page: Any, address: str) -> None:
    """From the list of known people to the dry run."""
    page.get_by_role("link", name="Draft a campaign").click()
    page.get_by_role("button", name="Start the draft").click()
    page.get_by_label("Subject").fill("{{ job.title }} at {{ organisation.name }}")
    page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", name="Who gets it").wait_for()


@pytest.mark.timeout(300)
def test_from_a_file_to_a_stop(
    page: Any,
    browser: Any,
    live_server: Any,
    recruiter: User,
    smtp_server: SmtpServer,
    worker: Callable[[], str],
) -> None:
    address = live_server.url
    OrganisationFactory()
    sign_in_browser(page, address, recruiter)

    # A file of past applicants.
    page.goto(f"{address}/imports/new")
    page.set_input_files("[name=file]", EXAMPLE)
    page.get_by_role("button", name="Upload and name the columns").click()
    page.get_by_label("The words they agreed to").fill(AGREED)
    page.get_by_role("button", name="Check every row").click()
    page.get_by_role("button", name="Import 40 people").click(timeout=60_000)
    page.get_by_text("What happened").wait_for(timeout=60_000)
    assert Candidate.objects.count() == 40
    assert Message.objects.count() == 0  # an import never sends

    # A job opens: who do we know?
    job = job_titled("Cable Technician", recruiter)
    open_job(page, address, job)
    page.locator("li.match").first.wait_for()
    known = page.locator("main").inner_text()
    assert "can be contacted" in known
    assert "no consent" in known

    # The draft, the dry run, the approval.
    draft(page, address)
    check = page.locator("main").inner_text()
    assert "They never agreed to job emails." in check
    will_get = int(page.locator("li.stat", has_text="will get it").inner_text().split()[0])
    assert will_get > 3
    assert violations(page) == []
    page.get_by_role("link", name="Go to approval").click()
    if page.get_by_label("Type the number").count():
        page.get_by_label("Type the number").fill(str(will_get))
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Until then you can take it back.").wait_for()

    # The worker starts it, sends the first batch, then the rest.
    sent = page.locator("li.stat", has_text=re.compile(r"\bsent\b"))
    try:
        page.wait_for_function(
            "number => [...document.querySelectorAll('li.stat')].some(each =>"
            " each.innerText.trim().startsWith(number) && each.innerText.includes('sent'))",
            arg=str(will_get),
            timeout=90_000,
        )
    except Exception:  # noqa: BLE001  (to show what the worker said)
        pytest.fail(f"{sent.all_inner_texts()}\n{worker()[-4000:]}")
    mails = [mail for mail in smtp_server.messages if "Cable Technician" in str(mail["Subject"])]
    assert len(mails) == will_get
    assert len({mail["To"] for mail in mails}) == will_get

    # A candidate opens the email, sees why, and stops with one POST, without JavaScript.
    steren = Candidate.objects.get(name="Steren Cadiou")
    mail = smtp_server.to("steren.cadiou@post.example")[0]
    text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one
    assert "List-Unsubscribe-Post" in mail
    assert "Hello there" in text  # the file names nobody's call name: the fallback stands
    links = {kind: re.search(rf"{address}/{kind}/\S+", text) for kind in ("why", "u", "p")}
    reader = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    phone = reader.new_page()
    for kind, link in links.items():
        assert link, kind
    phone.goto(links["why"][0])  # type: ignore[index]  # found above
    assert "HV isolation" in phone.locator("main").inner_text()
    stop_links = re.findall(rf"{address}/u/\S+", text)
    phone.goto(stop_links[-1])
    phone.get_by_role("button", name="Stop all job emails").click()
    assert "You will get no more job emails from" in phone.locator("main").inner_text()

    # Another one pauses on the page of choices.
    alun = smtp_server.to("alun.penrose@post.example")[0]
    body = str(alun.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one
    phone.goto(re.search(rf"{address}/p/\S+", body)[0])  # type: ignore[index]  # it has one
    phone.get_by_label("Pause", exact=True).check()
    phone.get_by_role("button", name="Save my choices").click()
    assert "Job emails are paused until 23 February 2027" in phone.locator("main").inner_text()
    reader.close()

    # The next job that opens skips them, and says why.
    second = job_titled("Switchgear Technician", recruiter)
    open_job(page, address, second)
    draft(page, address)
    check = page.locator("main").inner_text()
    assert "They stopped job emails." in check
    assert "They paused job emails." in check
    assert "They have had as many job emails as they should." in check
    row = page.get_by_role("row").filter(has_text="They stopped job emails.")
    row.get_by_role("link", name="See list").click()
    page.get_by_role("button", name="Steren Cadiou", exact=True).wait_for()  # how it reads for them

    # The timeline of the person shows all of it, and the confirmation reached them.
    page.goto(f"{address}/people/{steren.public_id}")
    timeline = page.locator("main")
    for words in ["Cable Technician", "Stopped all job emails."]:
        timeline.get_by_text(words).first.wait_for()
    for _ in range(60):
        confirmations = [
            one
            for one in smtp_server.to("steren.cadiou@post.example")
            if "You stopped job emails" in str(one["Subject"])
        ]
        if confirmations:
            break
        page.wait_for_timeout(500)
    assert len(confirmations) == 1
    sent_twice = [to for to in {m["To"] for m in mails} if [m["To"] for m in mails].count(to) > 1]
    assert sent_twice == []
