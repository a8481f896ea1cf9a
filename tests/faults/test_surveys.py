"""Workers that die while they ask people how it was, and answers that race the reminder."""

import random
import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from accounts.models import Organisation
from engagement import tasks
from engagement.actions import surveys
from engagement.models import Decision, Message, Survey
from tests.engagement.surveys import applicant, asked, told
from tests.faults.conftest import TIMES, counts, planners, workers

KILLS = 6 * TIMES
PEOPLE = 30 * TIMES
RACES = 60 * TIMES
GONE_OUT = {Message.State.ARMED, Message.State.HANDED, Message.State.UNCERTAIN}


@pytest.fixture(autouse=True)
def switched_on(clock):
    Organisation.objects.update(asks_how_it_was=True)


def test_planners_killed_anywhere_and_three_at_once_ask_and_remind_each_person_once(server):
    new = [told(applicant(), **facts).candidate_id for facts in _endings(PEOPLE)]
    silent = [asked(8).candidate_id for _ in range(PEOPLE)]

    killed = planners(server, "surveys", KILLS)
    workers(server, together=2, connections=2)

    left = Message.objects.filter(purpose="survey", state="handed")
    by_person = Counter(left.values_list("candidate", flat=True))
    print(f"{killed} killed")
    assert killed >= KILLS - 2
    assert by_person == Counter(new) + Counter(silent) + Counter(silent)  # they had one before
    assert len(server.seen) == 2 * PEOPLE
    assert server.duplicates == 0
    assert Survey.objects.count() == 2 * PEOPLE
    assert Decision.objects.filter(phase="planning", allowed=True).count() == 2 * PEOPLE


def answer(survey: Survey) -> None:
    surveys.answer_survey(survey, recommend=7)


def object_to_it(survey: Survey) -> None:
    surveys.ask_no_more(survey.candidate)


@pytest.mark.parametrize("stop", [answer, object_to_it])
def test_no_reminder_is_armed_after_the_commit_of_an_answer_or_an_objection(server, stop):
    every = [asked(8) for _ in range(RACES)]
    planners(server, "surveys", 0)
    after_commit: dict[int, str] = {}
    reminders = Message.objects.filter(dedupe_key__endswith=":reminder")
    sending = threading.Thread(target=_deliver_all)
    sending.start()

    while not server.seen:  # the race begins with the first message
        time.sleep(0.001)
    for survey in random.sample(every, len(every)):
        with transaction.atomic():
            stop(survey)
        after_commit[survey.pk] = reminders.get(survey=survey).state
    sending.join()

    late = [
        message.pk
        for message in reminders
        if message.state in GONE_OUT and after_commit[message.survey_id] not in GONE_OUT
    ]
    kept = reminders.filter(state="withheld").count()
    print(f"{RACES} races: {len(server.seen)} went before, {kept} were kept back")
    counts(server)
    assert late == []
    assert server.duplicates == 0
    assert len(server.seen) + kept == RACES


def _endings(people: int) -> list[dict[str, object]]:
    known = [
        {},
        {"outcome": "hired", "days": 8},
        {"outcome": "withdrawn", "kind": "closing"},
    ]
    return [known[number % 3] for number in range(people)]


def _deliver_all() -> None:
    try:
        while tasks.deliver():
            pass
    finally:
        connection.close()
