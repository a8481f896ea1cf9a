"""Views of the hiring team: asked for, written, sent, taken back, passed on. None decides."""

import ast
import inspect
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from applications.actions import reviews as act
from applications.actions.closing import withdraw
from applications.actions.scorecards import Said
from applications.forms.reviews import AskForm
from applications.models import Application, HiringTeamMember, Review
from candidates.models import Activity
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    OfficeFactory,
)
from tests.factories.reviews import ReviewFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)  # a Wednesday
FRIDAY = NOW.date() + timedelta(days=2)


@pytest.fixture(autouse=True)
def clock():
    OrganisationFactory()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def application(hiring_manager):
    found = ApplicationFactory()
    HiringTeamMemberFactory(job=found.job, user=hiring_manager)
    return found


def code_of(run) -> str:
    with pytest.raises(ValidationError) as refused:
        run()
    return refused.value.code


def test_asking_leaves_a_line_and_an_audit_entry(application, hiring_manager, recruiter):
    review = act.ask_for_view(
        application, hiring_manager, due_on=FRIDAY, words=" Enough practice? ", by=recruiter
    )

    assert (review.reviewer, review.asked_by) == (hiring_manager, recruiter)
    assert (review.due_on, review.words, review.asked_at) == (FRIDAY, "Enough practice?", NOW)
    line = Activity.objects.get(kind="review.asked")
    assert line.text == f"Asked Hanne Moreau for a view for {application.job.title}."
    event = AuditEvent.objects.get(verb="review.asked")
    assert (event.actor, event.changes) == (
        recruiter.email,
        {"reviewer": ["", hiring_manager.email]},
    )


def test_asking_is_refused(application, hiring_manager, recruiter, admin):
    def ask(who=hiring_manager, day=FRIDAY):
        return act.ask_for_view(application, who, due_on=day, by=recruiter)

    HiringTeamMemberFactory(job=application.job, user=admin)
    assert code_of(lambda: ask(day=NOW.date() - timedelta(days=1))) == "past"
    assert code_of(lambda: ask(UserFactory(hiring_manager=True))) == "not_on_team"
    assert code_of(lambda: ask(admin)) == "not_on_team"
    review = ask()
    assert code_of(ask) == "already_asked"
    act.save_view(review, Said("meet"), version=1, by=hiring_manager, send=True)
    assert code_of(ask) == "already_asked"
    withdraw(application, by=recruiter)
    assert code_of(ask) == "closed"


SAID = Said("meet", "Led isolation.", [("Switching", 3, "At 33 kV."), ("Cables", None, "")])


def test_a_draft_is_kept_and_then_sent(application, hiring_manager):
    review = ReviewFactory(application=application, reviewer=hiring_manager)

    draft = act.save_view(review, Said(summary="So far"), version=1, by=hiring_manager, send=False)

    assert (draft.why, draft.version, draft.is_sent) == ("So far", 2, False)
    assert Activity.objects.filter(kind="review.sent").count() == 0
    sent = act.save_view(review, SAID, version=2, by=hiring_manager, send=True)
    assert (sent.recommendation, sent.why, sent.sent_at) == ("meet", "Led isolation.", NOW)
    assert sent.points == [{"criterion": "Switching", "level": 3, "evidence": "At 33 kV."}]
    assert sent.is_late is False
    assert AuditEvent.objects.get(verb="review.sent").changes == {"hints": ["", ""]}
    assert "isolation" not in str(AuditEvent.objects.values_list("changes", flat=True))


def test_a_view_is_refused(application, hiring_manager):
    review = ReviewFactory(application=application, reviewer=hiring_manager)

    def save(said=SAID, *, by=hiring_manager, version=1):
        return act.save_view(review, said, version=version, by=by, send=True)

    assert code_of(lambda: save(by=UserFactory(hiring_manager=True))) == "not_yours"
    assert code_of(lambda: save(version=7)) == "conflict"
    assert code_of(lambda: save(Said())) == "no_recommendation"
    assert code_of(lambda: save(Said("not_meet"))) == "no_why"
    save()
    assert code_of(lambda: save(version=2)) == "not_waiting"


@pytest.mark.parametrize("said", [Said("meet"), Said("not_meet", "No permit."), Said("unsure")])
def test_no_view_moves_or_closes_an_application(application, hiring_manager, said):
    review = ReviewFactory(application=application, reviewer=hiring_manager)
    before = Application.objects.values().get(pk=application.pk)

    act.save_view(review, said, version=1, by=hiring_manager, send=True)

    assert Application.objects.values().get(pk=application.pk) == before
    assert list(application.stage_changes.all()) == []
    assert list(application.letters.all()) == []


def test_the_actions_on_views_know_nothing_that_decides():
    """P-34: no code path from a view to a stage or an outcome."""
    tree = ast.parse(inspect.getsource(act))
    imported = {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if (node.module or "").startswith("applications")
    }
    assigned = {
        target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for each in getattr(node, "targets", None) or [node.target]
        for target in ast.walk(each)
        if isinstance(target, ast.Attribute)
    }

    assert imported == {
        "applications.actions.lock_order.lock_application",
        "applications.actions.moving.remember",
        "applications.actions.scorecards.Said",
        "applications.models.Application",
        "applications.models.Review",
    }
    assert assigned == {
        "called_off_at", "changed_at", "is_late", "passed_on_at", "points", "recommendation",
        "sent_at", "version", "why",
    }  # fmt: skip


def test_a_view_may_be_taken_back_for_ten_minutes(application, hiring_manager, clock):
    review = ReviewFactory(application=application, reviewer=hiring_manager)
    assert code_of(lambda: act.take_back_view(review, by=hiring_manager)) == "not_sent"
    act.save_view(review, SAID, version=1, by=hiring_manager, send=True)
    assert code_of(lambda: act.take_back_view(review, by=UserFactory())) == "not_yours"
    clock.move_to(NOW + timedelta(minutes=9, seconds=59))

    back = act.take_back_view(review, by=hiring_manager)

    assert (back.sent_at, back.why, back.version) == (None, "Led isolation.", 3)
    act.save_view(review, SAID, version=3, by=hiring_manager, send=True)
    clock.shift(timedelta(minutes=10))
    assert code_of(lambda: act.take_back_view(review, by=hiring_manager)) == "too_late"


def test_after_the_decision_a_view_is_kept_as_a_late_one(application, hiring_manager, recruiter):
    review = ReviewFactory(application=application, reviewer=hiring_manager)
    withdraw(application, by=recruiter)

    sent = act.save_view(review, SAID, version=1, by=hiring_manager, send=True)

    assert (sent.is_late, sent.why) == (True, "Led isolation.")
    line = Activity.objects.get(kind="review.sent")
    assert line.text == f"Gave a view for {application.job.title}, after the decision."


def test_somebody_else_is_asked_instead(application, hiring_manager, recruiter):
    other = HiringTeamMemberFactory(job=application.job).user
    review = ReviewFactory(application=application, reviewer=hiring_manager, overdue=True)

    passed = act.pass_on(review, other, words="You know cables.", by=hiring_manager)

    review.refresh_from_db()
    assert (review.passed_on_at, review.passed_to) == (NOW, passed)
    assert (passed.reviewer, passed.asked_by) == (other, review.asked_by)
    assert (passed.words, passed.due_on) == ("You know cables.", NOW.date())
    assert list(Review.objects.asked_of(hiring_manager).waiting()) == []
    assert list(Review.objects.asked_of(other).waiting()) == [passed]
    assert code_of(lambda: act.pass_on(review, other, by=hiring_manager)) == "not_waiting"
    again = act.pass_on(passed, hiring_manager, by=recruiter)  # a recruiter, in their stead
    assert again.reviewer == hiring_manager


def test_passing_on_is_refused(application, hiring_manager, recruiter):
    other = HiringTeamMemberFactory(job=application.job).user
    stranger = UserFactory(hiring_manager=True)
    review = ReviewFactory(application=application, reviewer=hiring_manager)

    assert code_of(lambda: act.pass_on(review, other, by=other)) == "not_yours"
    assert code_of(lambda: act.pass_on(review, stranger, by=hiring_manager)) == "not_on_team"
    ReviewFactory(application=application, reviewer=other)
    assert code_of(lambda: act.pass_on(review, other, by=hiring_manager)) == "already_asked"
    withdraw(application, by=recruiter)
    assert code_of(lambda: act.pass_on(review, stranger, by=hiring_manager)) == "closed"


def test_a_view_is_called_off(application, hiring_manager, recruiter):
    review = ReviewFactory(application=application, reviewer=hiring_manager)

    act.call_off(review, by=recruiter)

    assert list(Review.objects.asked_of(hiring_manager).waiting()) == []
    assert code_of(lambda: act.call_off(review, by=recruiter)) == "not_waiting"
    refused = code_of(lambda: act.save_view(review, SAID, version=1, by=hiring_manager, send=True))
    assert refused == "not_waiting"
    again = act.ask_for_view(application, hiring_manager, due_on=FRIDAY, by=recruiter)
    assert again.pk != review.pk


def test_others_are_read_once_ones_own_is_sent_and_never_off_the_team(application, hiring_manager):
    peer = ReviewFactory(application=application, sent=True)
    mine = ReviewFactory(application=application, reviewer=hiring_manager)
    ReviewFactory(sent=True)  # of another job

    assert list(Review.objects.visible_to(hiring_manager)) == [mine]
    act.save_view(mine, SAID, version=1, by=hiring_manager, send=True)
    assert set(Review.objects.visible_to(hiring_manager)) == {mine, peer}
    HiringTeamMember.objects.filter(user=hiring_manager).delete()
    assert list(Review.objects.visible_to(hiring_manager)) == []
    assert list(Review.objects.asked_of(hiring_manager)) == []


def test_an_interviewer_on_the_team_reads_for_two_weeks_after_their_view(interviewer, clock):
    review = ReviewFactory(reviewer=interviewer)
    act.save_view(review, SAID, version=1, by=interviewer, send=True)

    clock.move_to(NOW + timedelta(days=13))
    assert list(Review.objects.asked_of(interviewer)) == [review]
    clock.move_to(NOW + timedelta(days=14))
    assert list(Review.objects.asked_of(interviewer)) == []


@pytest.mark.parametrize(
    ("asked", "due_on"),
    [
        ("2026-11-25", date(2026, 11, 30)),  # over a weekend
        ("2026-12-23", date(2026, 12, 30)),  # and over Christmas, where the job is
    ],
)
def test_a_view_is_wanted_three_working_days_later(recruiter, clock, asked, due_on):
    application = ApplicationFactory()
    application.job.offices.add(OfficeFactory())
    clock.move_to(datetime.fromisoformat(f"{asked}T12:00Z"))

    assert AskForm(application=application, by=recruiter)["due_on"].value() == due_on
