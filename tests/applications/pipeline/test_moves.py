"""Cards that move: what a move writes, conflicts in words, many at once, costs."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications.actions.closing import withdraw
from applications.actions.jobs import add_standard_stages
from applications.actions.moves import move_many, move_to_stage, undo_many, undo_move
from applications.models import Application, StageChange
from candidates import work
from candidates.actions import work as work_actions
from candidates.models import Work
from tests.applications.pipeline.conftest import address, at, script, stage
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory

pytestmark = pytest.mark.django_db


def card(application):
    return f"{application.public_id}.{application.stage_id}"


def state(application):
    """Everything that a move may change."""
    application.refresh_from_db()
    return (
        application.stage.name, application.stage_entered_at, application.hear_by,
        application.furthest, application.stage.candidate_state,
    )  # fmt: skip


# ------------------------------------------------------------------- what a move writes


def test_a_move_by_the_script_costs_one_update(staff_client, job):
    rosa = at(job, "Received", candidate__name="Rosa Osei")
    at(job, "Interview", hear_by=None)
    data = {"stage": stage(job, "Interview").public_id, "seen": rosa.stage_id}

    with CaptureQueriesContext(connection) as queries:
        response = script(staff_client, address("application_move", rosa), data)

    answer = response.json()
    written = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert (response.status_code, len(written)) == (200, 1)
    assert written[0].startswith('UPDATE "applications_application"')
    assert (answer["stage"], answer["position"]) == (str(data["stage"]), 1)
    assert answer["columns"][str(data["stage"])] == {
        "count": 2,
        "late": 0,
        "head": "Interview, 2 people",
    }
    assert "Rosa Osei moved from Received to Interview." in answer["strip"]
    assert "Number 1 of 2 there." in answer["strip"]
    assert f'id="application-{rosa.public_id}"' in answer["card"]


def test_undo_restores_exactly_what_was(staff_client, job):
    rosa = at(job, "Review", hear_by=timezone.now().date() + timedelta(days=3))
    before = state(rosa)
    script(
        staff_client, address("application_move", rosa), {"stage": stage(job, "Offer").public_id}
    )
    assert state(rosa)[0] == "Offer"
    change = rosa.stage_changes.get()

    response = script(staff_client, address("application_undo", rosa), {"change": change.pk})

    assert (response.status_code, state(rosa)) == (200, before)
    assert "They hear by the same day as before." in response.json()["strip"]


# ----------------------------------------------------------------------- two colleagues


def test_of_two_who_move_the_same_card_the_second_is_told(staff_client, job):
    tomas = UserFactory(name="Tomas")
    rosa = at(job, "Received", candidate__name="Rosa Osei")
    seen = rosa.stage_id
    move_to_stage(rosa, stage(job, "Interview"), by=tomas, seen=seen)
    before = state(rosa)
    data = {"stage": stage(job, "Offer").public_id, "seen": seen}

    response = script(staff_client, address("application_move", rosa), data)

    answer = response.json()
    assert (response.status_code, state(rosa)) == (409, before)
    assert "Tomas moved Rosa Osei to Interview meanwhile. Nothing was changed." in answer["strip"]
    assert answer["stage"] == str(stage(job, "Interview").public_id)
    plain = staff_client.post(address("application_move", rosa), data)
    assert (plain.status_code, state(rosa)) == (422, before)
    assert "Tomas moved Rosa Osei to Interview meanwhile." in plain.content.decode()


def test_undo_does_not_take_back_what_somebody_did_since(staff_client, job, recruiter):
    tomas = UserFactory(name="Tomas")
    rosa = at(job, "Received", candidate__name="Rosa Osei")
    move_to_stage(rosa, stage(job, "Review"), by=recruiter)
    mine = rosa.stage_changes.get()
    move_to_stage(rosa, stage(job, "Offer"), by=tomas)

    response = script(staff_client, address("application_undo", rosa), {"change": mine.pk})

    assert response.status_code == 409
    assert "Tomas moved Rosa Osei to Offer meanwhile." in response.json()["strip"]
    assert state(rosa)[0] == "Offer"


def test_who_was_answered_meanwhile_stays_answered_and_leaves_the_board(
    staff_client, job, recruiter
):
    rosa = at(job, "Received", candidate__name="Rosa Osei")
    withdraw(rosa, by=recruiter)

    response = script(
        staff_client, address("application_move", rosa), {"stage": stage(job, "Offer").public_id}
    )

    assert (response.status_code, response.json()["card"]) == (409, "")
    assert "Rosa Osei was answered meanwhile" in response.json()["strip"]


def test_refusals_of_a_move(job, recruiter):
    rosa = at(job, "Received")
    other = JobFactory()
    add_standard_stages(other)
    cases = [
        (lambda: move_to_stage(rosa, stage(other, "Offer"), by=recruiter), "foreign_stage"),
        (lambda: move_to_stage(rosa, stage(job, "Hired"), by=recruiter), "hire_instead"),
        (
            lambda: move_to_stage(rosa, stage(job, "Offer"), by=recruiter, seen=0),
            "moved_meanwhile",
        ),
        (lambda: undo_move(rosa, by=recruiter), "nothing_to_undo"),
    ]

    for refused, code in cases:
        with pytest.raises(ValidationError) as refusal:
            refused()
        assert refusal.value.code == code


# -------------------------------------------------------------------------- many at once


def test_several_move_and_who_was_moved_meanwhile_stays(staff_client, job):
    anna, ben, cleo = (
        at(job, "Received", candidate__name=name) for name in ("Anna", "Ben", "Cleo")
    )
    seen = [card(one) for one in (anna, ben, cleo)]
    move_to_stage(ben, stage(job, "Offer"), by=UserFactory(name="Tomas"))
    data = {"stage": stage(job, "Review").public_id, "chosen": seen}

    response = script(staff_client, address("pipeline_move", job), data)

    answer = response.json()
    assert [state(one)[0] for one in (anna, ben, cleo)] == ["Review", "Offer", "Review"]
    assert "2 people moved to Review. Tomas moved Ben to Offer meanwhile." in answer["strip"]
    changes = StageChange.objects.filter(to_stage=stage(job, "Review"))
    assert f'value="{" ".join(str(c.pk) for c in changes)}"' in answer["strip"]

    move_to_stage(cleo, stage(job, "Interview"), by=UserFactory(name="Tomas"))
    undone = staff_client.post(
        address("pipeline_undo", job), {"changes": " ".join(str(c.pk) for c in changes)}
    )
    assert [state(one)[0] for one in (anna, ben, cleo)] == ["Received", "Offer", "Interview"]
    assert "1 person back where they were. Tomas moved Cleo to Interview" in (
        undone.content.decode()
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"chosen": ["nonsense"]}, "Choose them on the board."),
        ({}, "Nobody is chosen. Tick the boxes before their names."),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(staff_client, job, data, words):
    data = {"stage": stage(job, "Review").public_id, **data}

    plain = staff_client.post(address("pipeline_move", job), data)
    scripted = script(staff_client, address("pipeline_move", job), data)

    assert (plain.status_code, words in plain.content.decode()) == (422, True)
    assert (scripted.status_code, words in scripted.json()["strip"]) == (422, True)


def test_no_stage_and_no_change_are_refused(staff_client, job):
    rosa = at(job, "Received")

    response = staff_client.post(address("pipeline_move", job), {"chosen": [card(rosa)]})
    undo = staff_client.post(address("pipeline_undo", job), {"changes": "x"})

    assert (response.status_code, undo.status_code) == (422, 422)
    assert "Say to which stage." in response.content.decode()


def test_more_than_thirty_are_counted_out_and_moved_in_the_background(
    staff_client, job, django_capture_on_commit_callbacks
):
    people = [at(job, "Received") for _ in range(31)]
    there = at(job, "Review")
    data = {"stage": stage(job, "Review").public_id, "everybody": "on"}

    asked = staff_client.post(address("pipeline_move", job), data)
    html = asked.content.decode()
    assert (asked.status_code, "Type the number of people, 32, to confirm" in html) == (200, True)
    assert ("<b>31</b> move to Review" in html, "<b>1</b> is there already" in html) == (True,) * 2
    assert script(staff_client, address("pipeline_move", job), data).json() == {"ask": True}
    chosen = {
        "stage": data["stage"], "chosen": [card(one) for one in [*people, there]],
    }  # fmt: skip
    wrong = staff_client.post(address("pipeline_move", job), {**chosen, "number": "31"})
    assert (wrong.status_code, Work.objects.count()) == (422, 0)
    move_to_stage(people[0], stage(job, "Offer"), by=UserFactory(name="Tomas"))
    withdraw(people[1], by=UserFactory())
    started = staff_client.post(address("pipeline_move", job), {**chosen, "number": "32"})

    task = Work.objects.get()
    assert started["Location"] == reverse("candidates:task", args=[task.public_id])
    work.work_on(task.pk)
    task.refresh_from_db()
    assert (task.state, task.ok, task.skipped, task.failed) == ("done", 29, 3, 0)
    assert Application.objects.filter(stage=stage(job, "Review")).count() == 30
    reasons = set(task.items.exclude(reason="").values_list("reason", flat=True))
    assert len(reasons) == 3
    assert any("Tomas moved" in reason for reason in reasons)

    before = people[2].hear_by
    move_to_stage(people[3], stage(job, "Offer"), by=UserFactory())
    work_actions.undo(task, by=task.by)
    work.work_on(task.pk)
    task.refresh_from_db()
    assert (task.undone, task.kept) == (28, 1)
    assert state(people[2])[0::2][:2] == ("Received", before)


def test_half_of_a_batch_is_never_moved_by_a_refusal(job, recruiter):
    anna, ben = at(job, "Received"), at(job, "Received")
    pairs = [(anna, anna.stage_id), (ben, 0)]

    moved = move_many(pairs, stage(job, "Review"), by=recruiter)

    assert (len(moved.changes), len(moved.left)) == (1, 1)
    assert (state(anna)[0], state(ben)[0]) == ("Review", "Received")
    undone = undo_many(StageChange.objects.filter(pk__in=moved.changes), by=recruiter)
    assert (undone.changes, undone.left, state(anna)[0]) == (moved.changes, (), "Received")


def test_a_card_of_another_job_is_not_moved_from_this_one(staff_client, job):
    other = JobFactory()
    add_standard_stages(other)
    stranger = at(other, "Received")

    script(
        staff_client,
        address("pipeline_move", job),
        {"stage": stage(job, "Review").public_id, "chosen": [card(stranger)]},
    )

    assert state(stranger)[0] == "Received"


@pytest.mark.parametrize("rows", [1, 3])
def test_moves_cost_the_same_at_any_size(staff_client, job, rows, django_assert_num_queries):
    people = [at(job, "Received") for _ in range(rows)]
    at(job, "Interview")
    data = {"stage": stage(job, "Interview").public_id, "seen": people[0].stage_id}
    here = reverse(
        "applications:pipeline_more", args=[job.public_id, stage(job, "Received").public_id]
    )

    with django_assert_num_queries(24):
        script(staff_client, address("application_move", people[0]), data)
    with django_assert_num_queries(7):
        staff_client.get(here + "?after=2026-01-01_2026-01-01T00:00:00%2B00:00_7")
    with django_assert_num_queries(5):  # session, user, job, moves, closed
        staff_client.get(address("pipeline_changes", job), {"since": timezone.now().isoformat()})


def test_the_page_that_asks_where_a_card_goes(staff_client, job):
    rosa = at(job, "Review", candidate__name="Rosa Osei")

    html = staff_client.get(address("application_move", rosa)).content.decode()

    assert html.count('name="stage"') == 5
    assert "Review (now)" in html
    assert address("application_reject", rosa) in html
    assert json.dumps(state(rosa)[0]) == '"Review"'
