"""The board: who is shown where and to whom, filters, long columns, what changed since."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from applications import pipeline
from applications.actions.closing import withdraw
from applications.actions.jobs import add_standard_stages
from applications.actions.moves import move_to_stage, set_board
from applications.models import BoardSetting
from candidates.models import CandidateSkill
from tests.applications.pipeline.conftest import address, at, script, stage
from tests.factories.accounts import UserFactory
from tests.factories.applications import HiringTeamMemberFactory, JobFactory, JobSkillFactory
from tests.factories.candidates import CandidateFactory, CandidateTagFactory

pytestmark = pytest.mark.django_db


def names(html):
    """The people on a page of the pipeline, in their order."""
    return [part.split("</bdi>")[0] for part in html.split("data-row-link><bdi>")[1:]]


# ------------------------------------------------------------------------- who sees what


def test_a_hiring_manager_looks_and_moves_nobody(signed_in, hiring_manager, job):
    HiringTeamMemberFactory(job=job, user=hiring_manager)
    rosa = at(job, "Received", candidate__name="Rosa Osei")
    client = signed_in(hiring_manager)

    html = client.get(address("pipeline", job)).content.decode()

    assert names(html) == ["Rosa Osei"]
    shown = ("data-move", 'name="chosen"', 'data-close="reject"', 'name="tag"', 'name="mine"')
    assert [words in html for words in shown] == [False] * 5
    for name, thing in (
        ("application_move", rosa),
        ("application_undo", rosa),
        ("pipeline_move", job),
        ("pipeline_undo", job),
    ):
        assert client.post(address(name, thing)).status_code == 403
    other = JobFactory()
    for name in ("pipeline", "pipeline_changes"):
        assert client.get(address(name, other)).status_code == 404
    assert client.post(address("pipeline_setting", other)).status_code == 404


def test_archived_and_erased_people_are_on_no_board(staff_client, job):
    at(job, "Received", candidate__name="Rosa Osei")
    at(job, "Received", candidate__archived=True)
    at(job, "Received", candidate__erased=True)
    at(job, "Review", candidate__archived=True, hear_by=timezone.now().date() - timedelta(days=9))

    board = staff_client.get(address("pipeline", job)).content.decode()
    table = staff_client.get(address("pipeline", job, "?view=table")).content.decode()

    assert (names(board), names(table)) == (["Rosa Osei"], ["Rosa Osei"])
    assert board.count("data-late hidden") == 5


# ------------------------------------------------------------------------------- filters


def test_filters_stand_in_the_address(staff_client, job, recruiter):
    skill = JobSkillFactory(job=job).skill
    anna = at(job, "Received", candidate__name="Anna", source="referral")
    ben = at(job, "Review", candidate__name="Ben", candidate__owner=recruiter)
    cleo = at(
        job, "Review", candidate__name="Cleo", hear_by=timezone.now().date() - timedelta(days=3)
    )
    CandidateSkill.objects.create(candidate=anna.candidate, skill=skill, source="stated")
    tag = CandidateTagFactory(candidate=cleo.candidate).tag
    review = ben.stage.public_id

    for query, expected in [
        ("?q=ANN", ["Anna"]),
        ("?late=on", ["Cleo"]),
        ("?mine=on", ["Ben"]),
        ("?source=referral", ["Anna"]),
        (f"?skill={skill.pk}", ["Anna"]),
        (f"?tag={tag.public_id}", ["Cleo"]),
        (f"?stage={review}", ["Cleo", "Ben"]),
        (f"?stage={review}&mine=on", ["Ben"]),
        ("?tag=nonsense&source=unknown", ["Anna", "Cleo", "Ben"]),
    ]:
        board = names(staff_client.get(address("pipeline", job, query)).content.decode())
        table = names(
            staff_client.get(address("pipeline", job, f"{query}&view=table")).content.decode()
        )
        assert (query, board, sorted(table)) == (query, expected, sorted(expected))


def test_heads_say_how_many_and_how_many_are_late(staff_client, job):
    at(job, "Review", hear_by=timezone.now().date() - timedelta(days=3))
    at(job, "Review")
    at(job, "Offer")

    html = staff_client.get(address("pipeline", job)).content.decode()

    heads = [part.split("<")[0] for part in html.split("data-head>")[1:]]
    assert heads == [
        "Received, 0 people", "Review, 2 people, 1 late", "Interview, 0 people",
        "Decision, 0 people", "Offer, 1 person",
    ]  # fmt: skip


def test_one_flag_for_each_card(job, recruiter):
    day = timedelta(days=1)
    now = timezone.now()
    old = CandidateFactory(created_at=now - 900 * day)
    flags = {}
    for name, values in {
        "late": {"hear_by": now.date() - 3 * day, "candidate": old},
        "no date": {"hear_by": None, "candidate": old},
        "new": {},
        "known": {"candidate": old, "applied_at": now - 3 * day},
        "plain": {"applied_at": now - 3 * day},
    }.items():
        other = JobFactory()
        add_standard_stages(other)
        application = at(other, "Received", **values)
        flags[name] = pipeline.considered(other, recruiter, now).get(pk=application.pk).flag[0]

    year = old.created_at.year
    assert flags == {
        "late": "Late", "no date": "No date", "new": "New", "known": f"Known since {year}",
        "plain": "",
    }  # fmt: skip


# ------------------------------------------------------------------------ more of a column


def test_a_column_is_loaded_in_parts_without_gap_or_repeat(staff_client, job, monkeypatch):
    monkeypatch.setattr(pipeline, "PER_COLUMN", 3)
    days = [5, 5, 5, 1, None, None, 2, 2]
    today = timezone.now().date()
    for number, day in enumerate(days):
        at(
            job, "Received", candidate__name=f"P{number}",
            hear_by=None if day is None else today + timedelta(days=day),
            applied_at=timezone.now() - timedelta(days=1, minutes=number % 2),
        )  # fmt: skip
    at(job, "Review", candidate__name="Elsewhere")

    html = staff_client.get(address("pipeline", job)).content.decode()
    seen = [name for name in names(html) if name != "Elsewhere"]
    while 'data-more="' in html:
        more = html.split('data-more="')[1].split('"')[0].replace("&amp;", "&")
        html = staff_client.get(more).content.decode()
        seen += names(html)

    everybody = pipeline.considered(job, UserFactory(), timezone.now())
    expected = everybody.filter(stage=stage(job, "Received"))
    assert seen == [one.candidate.name for one in expected]
    assert len(set(seen)) == 8


def test_a_place_that_makes_no_sense_is_not_found(staff_client, job):
    here = reverse(
        "applications:pipeline_more", args=[job.public_id, stage(job, "Review").public_id]
    )
    for query in ("", "?after=x", "?after=a_b_c"):
        assert staff_client.get(here + query).status_code == 404
    elsewhere = reverse("applications:pipeline_more", args=[job.public_id, uuid4()])
    right = "?after=2026-01-01_2026-01-01T00:00:00%2B00:00_7"
    assert staff_client.get(elsewhere + right).status_code == 404
    assert staff_client.get(here + right).status_code == 200


# ---------------------------------------------------------------------- what changed since


def test_changes_are_told_once_and_one_s_own_are_known(staff_client, job, recruiter):
    rosa, ben, cleo = (at(job, "Received") for _ in range(3))
    html = staff_client.get(address("pipeline", job)).content.decode()
    since = html.split('data-now="')[1].split('"')[0]
    known = html.split('data-known="')[1].split('"')[0].split()

    def changed():
        asked = {"since": since}
        return staff_client.get(address("pipeline_changes", job), asked).json()["changes"]

    assert (changed(), known) == ([], [])
    answer = script(
        staff_client, address("application_move", rosa), {"stage": stage(job, "Offer").public_id}
    ).json()
    assert changed() == [[str(rosa.public_id), answer["known"][0]]]
    undone = script(staff_client, address("application_undo", rosa), {}).json()
    assert changed() == [[str(rosa.public_id), undone["known"][0]]]
    move_to_stage(ben, stage(job, "Review"), by=UserFactory())
    withdraw(cleo, by=UserFactory())
    assert {one for one, _ in changed()} == {str(one.public_id) for one in (rosa, ben, cleo)}
    assert staff_client.get(address("pipeline_changes", job)).status_code == 404


def test_what_changed_just_before_a_page_was_drawn_is_known_to_it(staff_client, job, recruiter):
    rosa = at(job, "Received")
    move_to_stage(rosa, stage(job, "Review"), by=recruiter)

    html = staff_client.get(address("pipeline", job)).content.decode()

    since = html.split('data-now="')[1].split('"')[0]
    known = html.split('data-known="')[1].split('"')[0].split()
    told = staff_client.get(address("pipeline_changes", job), {"since": since}).json()["changes"]
    assert [key for _, key in told] == known
    assert len(known) == 1


# ------------------------------------------------------------------- board or table, costs


def test_the_choice_of_board_or_table_is_remembered(staff_client, job, recruiter):
    at(job, "Received")
    assert 'data-view="board"' in staff_client.get(address("pipeline", job)).content.decode()

    response = staff_client.post(address("pipeline_setting", job, "?late=on"), {"view": "table"})

    assert response["Location"] == address("pipeline", job, "?late=on&view=table")
    assert 'data-view="table"' in staff_client.get(address("pipeline", job)).content.decode()
    board = staff_client.get(address("pipeline", job, "?view=board")).content.decode()
    assert 'data-view="board"' in board
    staff_client.post(address("pipeline_setting", job), {"keeps_place": "true"})
    assert "data-keeps-place" in staff_client.get(address("pipeline", job)).content.decode()
    setting = BoardSetting.objects.get()
    assert (setting.user, setting.view, setting.keeps_place) == (recruiter, "table", True)
    set_board(recruiter, keeps_place=False)
    setting.refresh_from_db()
    assert (setting.view, setting.keeps_place) == ("table", False)
    assert AuditEvent.objects.filter(verb="board.set").count() == 3
