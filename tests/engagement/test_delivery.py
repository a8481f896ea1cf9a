"""What leaves, through a real SMTP server, and what is written down about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications import postings
from candidates.models import Activity, Stop, Suppression
from engagement import delivery, tasks
from engagement.actions import enrolments, messages
from engagement.models import Campaign, Decision, DeliveryEvent, Enrolment, Message
from tests.factories.applications import ApplicationFactory, JobFactory, MatchFactory, OfficeFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
)

pytestmark = pytest.mark.usefixtures("monday_morning", "smtp_server")


def deliver(batch: list[Message]) -> int:
    with delivery.Lanes() as lanes:
        return delivery.deliver(batch, lanes)


def test_a_due_message_leaves_once_and_is_written_down(smtp_server):
    message = MessageFactory()

    handed = [tasks.deliver(), tasks.deliver()]

    message.refresh_from_db()
    assert handed == [1, 0]
    assert len(smtp_server.messages) == 1
    assert (message.state, message.reason) == (Message.State.HANDED, "")
    assert message.address == message.candidate.emails.get().address
    assert message.provider_reply == "OK"
    assert message.candidate.gate.job_emails_at == [message.armed_at]
    decision = Decision.objects.get()
    assert (decision.message, decision.allowed, decision.phase) == (message, True, "sending")
    event = DeliveryEvent.objects.get()
    assert (event.kind, event.reply_code) == (DeliveryEvent.Kind.HANDED, 250)
    line = Activity.objects.get(kind="message.sent")
    assert line.text == f"Sent the email about {message.job.title}."
    assert line.data == {
        "message": str(message.public_id),
        "job": str(message.job.public_id),
        "campaign": str(message.campaign.public_id),
    }


def test_job_email_says_who_why_and_how_to_stop(smtp_server, settings):
    job = JobFactory(title="Cable Technician")
    job.offices.add(OfficeFactory(city="Cardiff"))
    person = CandidateFactory(call_name="Inês", email__address="ines@mail.example")
    MatchFactory(
        candidate=person,
        job=job,
        inputs={"job": {}, "person": {}},
        criteria=[
            {"code": "pay", "label": "Pay", "verdict": "meets", "evidence": ""},
            {"code": "furthest", "label": "Final round", "verdict": "meets", "evidence": ""},
        ],
    )
    campaign = CampaignFactory(running=True, job=job, by__name="Mina Aldaco")
    step = StepFactory(
        campaign=campaign,
        template_version__subject="{{ job.title }} in {{ job.place }}",
        template_version__text=(
            "Hello {{ candidate.call_name|there }} & all,\n\nnews <here>.\n\n{{ job.url }}"
        ),
    )
    message = MessageFactory(
        enrolment=EnrolmentFactory(campaign=campaign, candidate=person), step=step
    )

    tasks.deliver()

    (mail,) = smtp_server.messages
    plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = mail.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "Cable Technician in Cardiff"
    assert mail["To"] == "ines@mail.example"
    assert mail["From"] == '"Mina Aldaco, Larkspur Tidal Works" <jobs@larkspur-tidal.example>'
    assert mail["Reply-To"] == f"Mina Aldaco <{campaign.sender.email}>"
    assert mail["X-Perennial-Message"] == str(message.public_id)
    assert mail["Message-ID"] == f"<{message.public_id}@larkspur-tidal.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<mailto:jobs@larkspur-tidal.example?subject=stop")
    assert "/u1/" in mail["List-Unsubscribe"]
    assert mail["List-Id"] == (
        "Job emails from Larkspur Tidal Works <job-emails.larkspur-tidal.example>"
    )
    assert plain.startswith("Hello Inês & all,\n\nnews <here>.\n")
    assert "<p>Hello Inês &amp; all,</p>\n<p>news &lt;here&gt;.</p>" in html
    for part in (plain, html):
        assert "you asked Larkspur Tidal Works to tell you about jobs" in part
        assert "What you hope to earn fits what the job pays." in part
        assert "Final round" not in part
        assert "We keep your details until" in part
        assert "Larkspur Tidal Works Ltd, 1 Pier Street, Exampleton" in part
        assert all(path in part for path in ("/p/", "/u/", "/why/"))
    address = postings.url_of(job)
    assert f"\n\n{address}\n" in plain
    assert f'<p><a href="{address}">Read about this job</a></p>' in html
    assert '<html lang="en" dir="ltr">' in html
    assert '<div lang="en" dir="ltr"' in html
    assert "<img" not in html
    assert max(len(line) for line in mail.as_bytes().split(b"\n")) < 998


def test_a_name_cannot_add_a_header(smtp_server):
    person = CandidateFactory(call_name="Ana\r\nBcc: everybody@mail.example")
    campaign = CampaignFactory(running=True)
    step = StepFactory(campaign=campaign, template_version__subject="For {{ candidate.call_name }}")
    MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person), step=step)

    tasks.deliver()

    (mail,) = smtp_server.messages
    assert mail["Bcc"] is None
    assert mail["Subject"] == "For Ana Bcc: everybody@mail.example"


def test_one_text_that_cannot_be_filled_in_does_not_hold_the_others(smtp_server):
    campaign = CampaignFactory(running=True)
    step = StepFactory(campaign=campaign, template_version__text="{{ candidate.city }}")
    people = [CandidateFactory(), CandidateFactory(city=""), CandidateFactory()]
    rows = [
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=p), step=step)
        for p in people
    ]

    assert tasks.deliver() == 2

    rows[1].refresh_from_db()
    assert (rows[1].state, rows[1].reason) == (Message.State.WITHHELD, "missing_merge_field")


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda m: GroundEventFactory(
            candidate=m.candidate, purpose="nurture", withdrawn=True, occurred_at=timezone.now()
        ), "unsubscribed"),
        (lambda m: Stop.objects.create(candidate=m.candidate, reason="replied"), "replied"),
        (lambda m: ApplicationFactory(candidate=m.candidate), "active_application"),
        (lambda m: m.candidate.emails.update(bounced_at=timezone.now()), "bounced"),
        (lambda m: m.candidate.emails.update(suppressed="all"), "suppressed"),
        (lambda m: set_on(m.job, status="closed"), "job_closed"),
        (lambda m: set_on(m.campaign, state="stopped"), "campaign_stopped"),
        (lambda m: set_on(m.campaign.sender, is_active=False), "sender_gone"),
        (lambda m: set_on(m.candidate, erased_at=timezone.now()), "erased"),
    ],
)  # fmt: skip
def test_what_happens_after_the_claim_still_stops_the_message(smtp_server, happens, reason):
    message = MessageFactory()
    batch = Message.objects.claim(10, now=timezone.now())
    happens(message)

    assert deliver(batch) == 0

    message.refresh_from_db()
    assert smtp_server.messages == []
    assert (message.state, message.reason) == (Message.State.WITHHELD, reason)
    assert message.candidate.gate.job_emails_at == []
    enrolment = message.enrolment
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.end_reason) == (Enrolment.State.ENDED, reason)
    assert Decision.objects.get(message=message).reasons[0] == reason
    assert Activity.objects.get(kind="message.withheld").data["message"] == str(message.public_id)


def test_a_paused_campaign_keeps_its_message_for_later(smtp_server):
    message = MessageFactory()
    batch = Message.objects.claim(10, now=timezone.now())
    Campaign.objects.update(state=Campaign.State.PAUSED)

    deliver(batch)

    message.refresh_from_db()
    assert (smtp_server.messages, message.state) == ([], Message.State.PLANNED)


def test_quiet_hours_put_a_message_off_until_morning_where_the_person_lives(
    smtp_server, monday_morning
):
    message = MessageFactory(enrolment__candidate__time_zone="Pacific/Auckland")  # 23:00 there

    tasks.deliver()

    message.refresh_from_db()
    assert (smtp_server.messages, message.state) == ([], Message.State.DUE)
    assert message.due_at.isoformat() == "2026-11-23T19:00:00+00:00"


def test_a_public_holiday_puts_a_message_off_until_the_next_working_morning(
    smtp_server, monday_morning
):
    person = CandidateFactory(country="GB", region="England", time_zone="Europe/London")
    monday_morning.move_to("2026-12-25T10:00:00+00:00")
    message = MessageFactory(enrolment__candidate=person)

    tasks.deliver()

    message.refresh_from_db()
    assert (smtp_server.messages, message.state) == ([], Message.State.DUE)
    assert message.due_at.isoformat() == "2026-12-29T08:00:00+00:00"


def test_the_server_says_not_now_and_the_message_waits_longer_each_time(
    smtp_server, monday_morning
):
    message = MessageFactory()
    smtp_server.replies = ["450 4.3.0 busy", "451 4.3.0 busy"]
    waits = []
    for _ in range(2):
        tasks.deliver()
        message.refresh_from_db()
        waits.append((message.due_at - timezone.now()).total_seconds() // 60)
        monday_morning.move_to(message.due_at)

    assert tasks.deliver() == 1
    assert waits[0] in {0, 1}
    assert 4 <= waits[1] <= 6
    assert (
        len(message.candidate.gate.__class__.objects.get(pk=message.candidate_id).job_emails_at)
        == 1
    )
    assert message.events.filter(kind=DeliveryEvent.Kind.DEFERRED).count() == 2


def test_an_address_that_does_not_exist_is_remembered_and_not_tried_again(smtp_server):
    message = MessageFactory()
    address = message.candidate.emails.get()
    smtp_server.refused[address.address] = "550 5.1.1 no such user"

    tasks.deliver()
    enrolments.carry_stops()

    message.refresh_from_db()
    address.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.BOUNCED, "bounced")
    assert address.bounced_at is not None
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED
    assert Stop.objects.get().reason == Stop.Reason.BOUNCED
    assert message.enrolment.__class__.objects.get().end_reason == "bounced"


def test_a_full_mailbox_is_no_bounce(smtp_server):
    message = MessageFactory()
    smtp_server.replies = ["552 5.2.2 mailbox full"]

    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.FAILED, "refused")
    assert message.candidate.emails.get().bounced_at is None
    assert message.candidate.gate.job_emails_at == []


def test_no_server_leaves_everything_due(settings, smtp_server):
    settings.EMAIL_PORT = 1
    message = MessageFactory()

    assert tasks.deliver() == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.DUE, 0)


def test_a_message_that_is_too_late_expires(smtp_server):
    message = MessageFactory(not_after=timezone.now() - timedelta(seconds=1))

    tasks.deliver()

    message.refresh_from_db()
    assert (message.state, message.reason) == (Message.State.EXPIRED, "too_late")


def test_reap_takes_back_what_a_lost_worker_left(smtp_server):
    claimed = MessageFactory(state="claimed", lease_until=timezone.now() - timedelta(seconds=1))
    armed = MessageFactory(
        state="armed",
        armed_at=timezone.now() - timedelta(minutes=6),
        lease_until=timezone.now() - timedelta(seconds=1),
    )

    assert delivery.reap() == {"claimed": 1, "uncertain": 1, "expired": 0}

    claimed.refresh_from_db()
    armed.refresh_from_db()
    assert (claimed.state, armed.state) == (Message.State.DUE, Message.State.UNCERTAIN)
    assert Activity.objects.get(kind="message.uncertain").candidate == armed.candidate


@pytest.mark.parametrize("arrived", [True, False])
def test_a_person_settles_an_uncertain_message(smtp_server, recruiter, arrived):
    message = MessageFactory(uncertain=True)
    message.candidate.gate.job_emails_at = [message.armed_at]
    message.candidate.gate.save()

    messages.settle_uncertain(message, arrived=arrived, by=recruiter)
    sent = tasks.deliver()

    message.refresh_from_db()
    assert message.state == Message.State.HANDED
    assert sent == (0 if arrived else 1)


def test_a_senders_day_is_full_at_the_limit(smtp_server, settings):
    settings.JOB_EMAILS_PER_SENDER_PER_DAY = 2
    campaign = CampaignFactory(running=True, with_step=True)
    for person in CandidateFactory.create_batch(3):
        MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    assert tasks.deliver() == 2

    waiting = Message.objects.get(state=Message.State.DUE)
    assert waiting.due_at.date().isoformat() == "2026-11-24"


@pytest.mark.parametrize("redis", ["there", "gone"])
def test_limits_begin_low_and_never_open_without_redis(smtp_server, settings, redis):
    settings.MAIL_PER_SECOND = 20
    if redis == "gone":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
    delivery.limits._redis.cache_clear()
    now = timezone.now()

    granted = [delivery.limits.take_for_server(200, now) for _ in range(2)]

    delivery.limits._redis.cache_clear()
    assert granted == ([20, 0] if redis == "there" else [2, 2])


def set_on(row, **values):
    row.__class__.objects.filter(pk=row.pk).update(**values)
