"""The email of a working morning: who gets it, when, what stands in it, and that it comes once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from applications.actions.reviews import call_off
from config import tasks
from engagement.models import StaffEmail
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, HiringTeamMemberFactory, JobFactory
from tests.factories.interviews import InterviewFactory
from tests.factories.privacy import PrivacyRequestFactory
from tests.factories.reviews import ReviewFactory

pytestmark = pytest.mark.django_db
State = StaffEmail.State
MONDAY = "2026-11-23T09:00Z"


@pytest.fixture(autouse=True)
def house():
    return OrganisationFactory()


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def late(owner, name="Ana Ruiz", **fields):
    """Somebody whom we told a day that is over, of a job of this recruiter."""
    return ApplicationFactory(
        candidate__name=name,
        job=JobFactory(owner=owner, title="Rigger"),
        hear_by=timezone.now().date() - timedelta(days=3),
        **fields,
    )


def manager(**fields):
    return UserFactory(
        hiring_manager=True, name="Hanne", daily_email=User.DailyEmail.NEVER, **fields
    )


def alone(user):
    """Let nobody else want email: whoever asked for a view has a day of their own."""
    User.objects.exclude(pk=user.pk).update(daily_email="never", wants_reminders=False)


def text_of(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(message):
    return message.get_body(("html",)).get_content().replace("\r\n", "\n")


# ------------------------------------------------------------- who, and when


def test_a_recruiter_is_told_their_own_day_once(smtp_server, clock, recruiter):
    application = late(recruiter)
    late(UserFactory(daily_email="never", wants_reminders=False), name="Of another")

    assert tasks.write_to_staff() == 1
    clock.shift(timedelta(hours=1))
    assert tasks.write_to_staff() == 0

    (message,) = smtp_server.to(recruiter.email)
    page = reverse("applications:application", args=[application.public_id])
    assert (message["Subject"], message["Auto-Submitted"]) == (
        "1 thing is due today",
        "auto-generated",
    )
    assert f"- Ana Ruiz, 3 days late\n  {settings.BASE_URL}{page}\n" in text_of(message)
    assert f'<a href="{settings.BASE_URL}{page}"><bdi>Ana Ruiz</bdi></a>' in html_of(message)
    assert "Of another" not in text_of(message)
    assert "/account#emails" in text_of(message)
    assert StaffEmail.objects.get(user=recruiter).state == State.HANDED


def test_a_day_without_anything_due_brings_no_email(smtp_server, clock, recruiter):
    assert tasks.write_to_staff() == 0
    assert smtp_server.messages == []
    assert StaffEmail.objects.get(user=recruiter).state == State.SKIPPED


def test_the_next_working_day_brings_another(smtp_server, clock, recruiter):
    late(recruiter)

    for _ in range(7):
        tasks.write_to_staff()
        clock.shift(timedelta(days=1))

    days = StaffEmail.objects.filter(user=recruiter).values_list("day", flat=True)
    assert list(days) == [date(2026, 11, day) for day in (27, 26, 25, 24, 23)]
    assert len(smtp_server.to(recruiter.email)) == 5


@pytest.mark.parametrize(
    ("at", "zone", "sent"),
    [
        ("2026-11-23T08:29Z", "Europe/London", 0),
        ("2026-11-23T08:30Z", "Europe/London", 1),
        ("2026-11-23T13:59Z", "Europe/London", 1),
        ("2026-11-23T14:00Z", "Europe/London", 0),
        ("2026-11-22T19:30Z", "Pacific/Auckland", 1),  # Monday 08:30 there
        ("2026-11-23T19:30Z", "America/Los_Angeles", 1),
        ("2026-11-28T09:00Z", "Europe/London", 0),  # Saturday
        ("2026-11-27T20:00Z", "Pacific/Auckland", 0),  # Saturday there
        ("2026-12-25T09:00Z", "Europe/London", 0),  # a public holiday there
        ("2026-11-26T15:00Z", "America/New_York", 0),  # another one there alone
        ("2026-11-26T09:00Z", "Europe/London", 1),
    ],
)
def test_it_comes_in_the_morning_of_a_working_day_there(smtp_server, recruiter, at, zone, sent):
    User.objects.update(time_zone=zone)
    with time_machine.travel(at, tick=False):
        late(recruiter)
        assert tasks.write_to_staff() == sent


@pytest.mark.parametrize(
    "fields",
    [{"is_active": False}, {"daily_email": "never", "wants_reminders": False}],
)
def test_who_left_or_wants_none_gets_none(smtp_server, clock, fields):
    user = UserFactory(**fields)
    late(user)

    assert tasks.write_to_staff() == 0
    assert StaffEmail.objects.count() == 0


def test_who_turns_it_off_meanwhile_gets_none(smtp_server, clock, recruiter):
    late(recruiter)
    StaffEmail.objects.create(
        user=recruiter,
        day=timezone.localdate(),
        due_at=timezone.now(),
        not_after=timezone.now() + timedelta(hours=1),
    )
    User.objects.update(daily_email="never", wants_reminders=False)

    assert tasks.write_to_staff() == 0
    assert StaffEmail.objects.get().state == State.SKIPPED


def test_without_a_sender_nothing_leaves(smtp_server, clock, recruiter, house):
    late(recruiter)
    house.letters_from = ""
    house.save()

    assert tasks.write_to_staff() == 0
    assert smtp_server.messages == []


# ----------------------------------------------------------------- reminders


def test_a_view_is_reminded_of_from_its_day_on_and_late_it_may_be_passed_on(smtp_server, clock):
    user = manager()
    review = ReviewFactory(
        reviewer=user, due_on=date(2026, 11, 24), application__candidate__name="Bo Lind"
    )
    alone(user)
    pass_on = reverse("applications:review_pass_on", args=[review.public_id])

    assert tasks.write_to_staff() == 0  # it is Monday
    clock.shift(timedelta(days=1))
    assert tasks.write_to_staff() == 1
    assert tasks.write_to_staff() == 0
    clock.shift(timedelta(days=1))
    assert tasks.write_to_staff() == 1

    first, second = map(text_of, smtp_server.to(user.email))
    assert ("- Bo Lind, by Tue 24 Nov" in first, pass_on in first) == (True, False)
    assert "- Bo Lind, 1 day late" in second
    assert f"  Pass on: {settings.BASE_URL}{pass_on}" in second


def test_feedback_is_reminded_of_from_its_day_on(smtp_server, clock, interviewer):
    User.objects.filter(pk=interviewer.pk).update(daily_email="never")
    now = timezone.now()
    InterviewFactory(
        held=True,
        panel=[interviewer],
        application__candidate__name="Bo Lind",
        starts_at=now - timedelta(hours=1),
        ends_at=now,
    )
    alone(interviewer)

    assert tasks.write_to_staff() == 0
    clock.shift(timedelta(days=1))
    assert tasks.write_to_staff() == 1

    (message,) = smtp_server.to(interviewer.email)
    assert "Feedback due: 1\n- Bo Lind, " in text_of(message)


def test_what_is_called_off_is_no_longer_reminded_of(smtp_server, clock, recruiter):
    user = manager()
    review = ReviewFactory(reviewer=user, overdue=True)
    call_off(review, by=recruiter)
    alone(user)

    assert tasks.write_to_staff() == 0


def test_who_left_the_team_reads_no_name_by_email(smtp_server, clock):
    user = manager()
    review = ReviewFactory(reviewer=user, overdue=True)
    review.application.job.team.all().delete()
    alone(user)

    assert tasks.write_to_staff() == 0


def test_a_blind_review_names_nobody(smtp_server, clock):
    user = manager()
    ReviewFactory(
        reviewer=user,
        overdue=True,
        application__job__blind_review=True,
        application__candidate__name="Bo Lind",
    )
    alone(user)

    assert tasks.write_to_staff() == 1

    (message,) = smtp_server.to(user.email)
    assert "Bo Lind" not in message.as_string()
    assert "- Candidate " in text_of(message)


def test_a_manager_reads_of_their_own_job_alone(smtp_server, clock):
    user = manager()
    User.objects.filter(pk=user.pk).update(daily_email="morning")
    review = ReviewFactory(reviewer=user, application__candidate__name="Bo Lind")
    HiringTeamMemberFactory(user=user, job=JobFactory())
    ReviewFactory(application__job=JobFactory(), application__candidate__name="Cy Foreign")
    candidate = review.application.candidate

    assert tasks.write_to_staff() >= 1

    (message,) = smtp_server.to(user.email)
    whole = text_of(message) + html_of(message)
    assert ("Bo Lind" in whole, "Cy Foreign" in whole) == (True, False)
    for address in candidate.emails.values_list("address", flat=True):
        assert address not in whole


def test_the_subject_names_nobody_and_long_lists_end_in_a_number(smtp_server, clock, recruiter):
    for number in range(8):
        late(recruiter, name=f"Person {number}")

    tasks.write_to_staff()

    (message,) = smtp_server.to(recruiter.email)
    assert message["Subject"] == "8 things are due today"
    assert text_of(message).count("\n- Person ") == 6
    assert "\n- and 2 more\n" in text_of(message)


def test_who_asks_about_their_own_data_is_counted_and_not_named(
    smtp_server, clock, privacy_officer
):
    PrivacyRequestFactory(candidate__name="Bo Lind", due_on=date(2026, 11, 24))
    alone(privacy_officer)

    assert tasks.write_to_staff() == 1

    (message,) = smtp_server.to(privacy_officer.email)
    assert f"Privacy requests: 1\n  {settings.BASE_URL}/privacy" in text_of(message)
    assert "Bo Lind" not in message.as_string()


# -------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("reply", "state"), [("550 no such colleague", State.FAILED), ("451 later", State.DUE)]
)
def test_what_the_server_says_decides(smtp_server, clock, recruiter, reply, state):
    late(recruiter)
    smtp_server.replies = [reply]

    assert tasks.write_to_staff() == 0
    assert StaffEmail.objects.get().state == state
    clock.shift(timedelta(minutes=11))
    assert tasks.write_to_staff() == (1 if state == State.DUE else 0)


def test_one_that_waited_too_long_is_given_up(smtp_server, clock, recruiter):
    late(recruiter)
    smtp_server.replies = ["451 later"]
    tasks.write_to_staff()
    clock.shift(timedelta(hours=6))

    assert tasks.write_to_staff() == 0
    assert StaffEmail.objects.get().state == State.EXPIRED


def test_no_server_leaves_it_for_later(smtp_server, clock, recruiter):
    late(recruiter)
    with override_settings(EMAIL_PORT=1):
        assert tasks.write_to_staff() == 0
    clock.shift(timedelta(minutes=11))

    assert tasks.write_to_staff() == 1


@pytest.mark.parametrize(
    ("lost", "after"), [(State.CLAIMED, State.HANDED), (State.ARMED, State.UNCERTAIN)]
)
def test_what_a_lost_worker_had_in_hand(smtp_server, clock, recruiter, lost, after):
    late(recruiter)
    StaffEmail.objects.create(
        user=recruiter,
        day=timezone.localdate(),
        state=lost,
        due_at=timezone.now(),
        not_after=timezone.now() + timedelta(hours=4),
        lease="00000000-0000-4000-8000-000000000001",
        lease_until=timezone.now() - timedelta(seconds=1),
    )

    tasks.write_to_staff()
    clock.shift(timedelta(minutes=11))
    tasks.write_to_staff()

    assert StaffEmail.objects.get().state == after
    assert len(smtp_server.messages) == (after == State.HANDED)


def test_rows_of_the_last_month_are_forgotten(clock, recruiter):
    for days in (29, 31):
        StaffEmail.objects.create(
            user=recruiter,
            day=timezone.localdate() - timedelta(days=days),
            due_at=timezone.now(),
            not_after=timezone.now(),
        )

    assert (tasks.forget_staff_emails(), tasks.forget_staff_emails()) == (1, 0)


# -------------------------------------------------------------------- the page


def test_a_colleague_chooses_and_stops_it_with_one_click(staff_client, recruiter):
    page = staff_client.get(reverse("accounts:account")).content.decode()
    assert "Send me none of these" in page

    staff_client.post(
        reverse("accounts:change_emails"), {"daily_email": "never", "wants_reminders": "on"}
    )
    recruiter.refresh_from_db()
    assert (recruiter.daily_email, recruiter.wants_reminders) == ("never", True)
    response = staff_client.post(reverse("accounts:stop_emails"), follow=True)
    recruiter.refresh_from_db()
    assert (recruiter.daily_email, recruiter.wants_reminders) == ("never", False)
    assert "Send me none of these" not in response.content.decode()
    verbs = AuditEvent.objects.filter(verb="user.emails_changed").values_list("changes", flat=True)
    assert list(verbs) == [
        {"daily_email": ["never", "never"], "reminders": ["True", "False"]},
        {"daily_email": ["morning", "never"], "reminders": ["True", "True"]},
    ]


def test_what_is_no_choice_is_refused(staff_client, recruiter):
    response = staff_client.post(reverse("accounts:change_emails"), {"daily_email": "hourly"})

    recruiter.refresh_from_db()
    assert (response.status_code, recruiter.daily_email) == (422, "morning")


def test_everybody_may_choose():
    from accounts.views import account

    for view in (account.change_emails, account.stop_emails):
        assert view.permission == Permission.USE_PRODUCT
