"""Whatever happens to applications, a person's page says what the database says, and no more.

A machine does random things in random order; after each, the page is compared with a plain reading
of the tables by SQL that shares nothing with the code of the page.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from applications.actions import closing, own_wish
from applications.actions.applications import add_application, set_hear_by
from applications.actions.letters import cancel_letter, mark_sent
from applications.actions.moves import move_to_stage, undo_move
from applications.models import Application, Job, Letter
from candidates.actions.erasure import erase_candidate
from candidates.actions.merging import merge_people
from candidates.models import Candidate
from tests.engagement.own_page.conftest import DRAFT, sign_in
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory

ZONE = "Pacific/Auckland"
WORDS = {
    "received": "Received",
    "reviewed": "Being reviewed",
    "interviewing": "Interviewing",
    "deciding": "Decision being made",
    "offer": "Offer",
}
READ = """
SELECT j.title, a.closed_at, a.outcome, s.candidate_state, a.hear_by, a.hear_by_missed,
       EXISTS (SELECT 1 FROM applications_letter l
                WHERE l.application_id = a.id AND l.kind = 'decision'
                  AND l.sent_at IS NOT NULL AND l.created_at >= a.closed_at),
       (SELECT max((l.sent_at AT TIME ZONE %s)::date) FROM applications_letter l
         WHERE l.application_id = a.id AND l.kind <> 'receipt')
  FROM applications_application a
  JOIN applications_job j ON j.id = a.job_id
  JOIN applications_stage s ON s.id = a.stage_id
 WHERE a.candidate_id = %s AND a.outcome <> 'duplicate'
"""
few = st.integers(0, 3)


def said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def truth(candidate: Candidate, now: datetime) -> list[tuple[str, str, str]]:
    """Return title, state and the sentence about the date, for each application."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [ZONE, candidate.pk])
        rows = cursor.fetchall()
        cursor.execute("SELECT (%s AT TIME ZONE %s)::date", [now, ZONE])
        (today,) = cursor.fetchone()
    found = []
    for title, closed_at, outcome, state, hear_by, missed, letter_left, heard_on in rows:
        own_words = outcome in ("withdrawn", "offer_declined")
        waited = closed_at is not None and now - closed_at >= timedelta(days=4)
        if closed_at and (own_words or letter_left or waited):
            found.append((title, "Closed", ""))
            continue
        forgiven = missed and heard_on and heard_on > missed
        if hear_by is None:
            sentence = "We have not given you a date. We should have: please ask us."
        elif hear_by < today:
            first = hear_by if forgiven else missed or hear_by
            sentence = f"We said {said(first)}. We are late, and have no new date yet."
        elif missed and not forgiven:
            sentence = f"We said {said(missed)}. We are late. New date: {said(hear_by)}."
        else:
            sentence = f"You will hear from us by {said(hear_by)}."
        found.append((title, WORDS[state], sentence))
    return sorted(found)


def shown(html: str) -> list[tuple[str, str, str]]:
    found = []
    for article in html.split("<article")[1:]:
        part = article.partition("</article>")[0]
        title = re.search(r"<bdi>(.*?)</bdi>", part)[1]
        state = re.search(r'<p class="state[^"]*">(.*?)</p>', part)[1]
        hear = re.search(r'<p class="hear">(.*?)</p>', part)
        found.append((unescape(title), state, unescape(hear[1]) if hear else ""))
    return sorted(found)


class Life(RuleBasedStateMachine):
    """One person, two jobs, another record of theirs, and a recruiter."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=True)
        self.time = self.clock.start()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.clock.stop()

    @initialize()
    def begin(self) -> None:
        OrganisationFactory()
        self.by = UserFactory()
        self.jobs = [JobFactory(title=title, owner=self.by) for title in ("Cook", "Diver & Co")]
        for job in self.jobs:
            for number, state in enumerate(WORDS, start=1):
                StageFactory(
                    job=job, position=number, milestone=number, candidate_state=state,
                    hear_by_days=number,
                )  # fmt: skip
        self.ana = CandidateFactory(time_zone=ZONE, email__address="ana@mail.example")
        self.other = CandidateFactory(time_zone=ZONE, email__address="ana.2@mail.example")
        self.is_gone = False
        for job in self.jobs:
            add_application(self.ana, job, by=self.by)

    def application(self, number: int) -> Application | None:
        found = list(Application.objects.filter(candidate=self.ana).order_by("pk"))
        return found[number % len(found)] if found else None

    def act(self, number: int, action) -> None:
        application = self.application(number)
        if application is not None and not self.is_gone:
            with suppress(ValidationError), transaction.atomic():
                action(application)

    @rule(job=few, other=st.booleans())
    def apply(self, job, other):
        person = self.other if other else self.ana
        person.refresh_from_db()
        if person.erased_at or person.merged_into_id:
            return
        with suppress(ValidationError), transaction.atomic():
            add_application(person, self.jobs[job % 2], by=self.by, with_receipt=True)

    @rule(number=few, stage=st.integers(0, 4))
    def move(self, number, stage):
        self.act(number, lambda a: move_to_stage(a, list(a.job.stages.all())[stage], by=self.by))

    @rule(number=few)
    def undo(self, number):
        self.act(number, lambda a: undo_move(a, by=self.by))

    @rule(number=few, days=st.integers(0, 9))
    def name_a_day(self, number, days):
        day = timezone.localdate() + timedelta(days=days)
        self.act(number, lambda a: set_hear_by(a, day, by=self.by))

    @rule(hours=st.sampled_from([1, 26, 73, 97, 98]))
    def wait(self, hours):
        self.time.shift(timedelta(hours=hours))

    @rule(number=few, silent=st.sampled_from([False, False, True]))
    def reject(self, number, silent):
        letter, silence = (None, "told") if silent else (DRAFT, "")
        self.act(
            number,
            lambda a: closing.reject(a, by=self.by, reason="pay", letter=letter, silence=silence),
        )

    @rule(number=few)
    def letters_leave(self, number):
        for letter in Letter.objects.filter(application=self.application(number)).waiting():
            mark_sent(letter, timezone.now())

    @rule(number=few)
    def letters_are_cancelled(self, number):
        for letter in Letter.objects.filter(application=self.application(number)).waiting():
            with suppress(ValidationError), transaction.atomic():
                cancel_letter(letter, by=self.by)

    @rule(number=few, how=st.sampled_from(["reopen", "hire", "withdraw"]))
    def close_or_reopen(self, number, how):
        self.act(number, lambda a: getattr(closing, how)(a, by=self.by))

    @rule(number=few, back=st.booleans())
    def own_wish(self, number, back):
        action = own_wish.take_back_withdrawal if back else own_wish.withdraw_themselves
        self.act(number, action)

    @rule(job=few, status=st.sampled_from([Job.Status.OPEN, Job.Status.ON_HOLD, Job.Status.FILLED]))
    def job_changes(self, job, status):
        closed_at = timezone.now() if status == Job.Status.FILLED else None
        Job.objects.filter(pk=self.jobs[job % 2].pk).update(status=status, closed_at=closed_at)

    @rule()
    def merge(self):
        self.other.refresh_from_db()
        if not self.is_gone and not self.other.merged_into_id:
            with suppress(ValidationError), transaction.atomic():
                merge_people(self.ana, self.other, by=self.by)

    @rule(sure=st.integers(0, 9))
    def erase(self, sure):
        if sure == 0 and not self.is_gone:
            with suppress(ValidationError), transaction.atomic():
                erase_candidate(self.ana, by=self.by, withdraw=True)
                self.is_gone = True

    @invariant()
    def the_page_tells_the_truth(self):
        if not hasattr(self, "ana"):
            return
        visitor = Client()
        if self.is_gone:
            assert "Where your application stands" in visitor.get("/s/").content.decode()
            return
        sign_in(visitor, self.ana)
        html = visitor.get("/s/").content.decode()
        assert shown(html) == truth(self.ana, timezone.now())


@pytest.mark.django_db
def test_the_page_says_what_the_database_says():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            phases=[Phase.generate],  # shrinking takes minutes; the steps that failed are shown
            suppress_health_check=list(HealthCheck),
        ),
    )
