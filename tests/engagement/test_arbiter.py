"""Each reason of the arbiter, at planning and at sending, by the same rules."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from applications.actions.jobs import add_standard_stages, end_job, open_job
from applications.actions.shapes import copy_job, job_from_template, keep_as_template
from candidates.models import Candidate, ContactGate, GroundEvent, Preference, Stop
from engagement import arbiter
from engagement.models import Campaign
from tests.engagement.conftest import MONDAY
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, MatchFactory
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    GroundEventFactory,
    PreferenceFactory,
)
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    ReplyFactory,
    StepFactory,
)
from tests.factories.privacy import PrivacyTaskFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def cap(person, *days):
    now = timezone.now()
    ContactGate.objects.filter(pk=person.pk).update(
        job_emails_at=[now - timedelta(days=day) for day in days]
    )


def two_people_with_one_mailbox(person):
    other = EmailAddressFactory(
        address=person.emails.get().address.replace("@", "+jobs@"),
        candidate=CandidateFactory(without_email=True),
    ).candidate
    DuplicateSuggestionFactory(one=person, other=other, dismissed=True)


def narrow(person, **lists):
    wide = {"families": ["Electrical"], "places": [], "work_modes": ["any"], "levels": [1]}
    PreferenceFactory(candidate=person, is_narrowed=True, **(wide | lists))


def basis(person, country):
    Candidate.objects.filter(pk=person.pk).update(country=country)
    GroundEventFactory(
        candidate=person,
        purpose="nurture",
        basis="legitimate_interest",
        occurred_at=timezone.now(),
    )


def refused(person, kind):
    GroundEventFactory(
        candidate=person, purpose="nurture", occurred_at=timezone.now(), **{kind: True}
    )


def answered(person, holds, days):
    """An answer of theirs holds job emails back, until so many days from now."""
    until = None if days is None else timezone.localdate() + timedelta(days=days)
    ReplyFactory(candidate=person, message=None, holds=holds, holds_until=until, done=True)


def waits(person):
    """They wrote a month ago, and nobody has answered."""
    ReplyFactory(candidate=person, message=None, at=timezone.now() - timedelta(days=30))


SITUATIONS = [
    ("erased", lambda p: Candidate.objects.filter(pk=p.pk).update(erased_at=timezone.now())),
    ("objected", lambda p: refused(p, "objected")),
    ("unsubscribed", lambda p: refused(p, "withdrawn")),
    ("suppressed", lambda p: p.emails.update(suppressed="nurture")),
    ("no_address", lambda p: p.emails.all().delete()),
    ("bounced", lambda p: p.emails.update(bounced_at=timezone.now())),
    ("no_ground", lambda p: GroundEvent.objects.filter(candidate=p).delete()),
    ("no_ground", lambda p: basis(p, "FR")),
    ("", lambda p: basis(p, "US")),
    ("jurisdiction_unknown", lambda p: basis(p, "")),
    (
        "ground_expired",
        lambda p: GroundEvent.objects.filter(candidate=p).update(expires_at=MONDAY),
    ),
    ("paused_until", lambda p: PreferenceFactory(candidate=p, paused=True)),
    ("hired", lambda p: ApplicationFactory(candidate=p, hired=True)),
    ("employee", lambda p: UserFactory(email=p.emails.get().canonical)),
    ("active_application", lambda p: ApplicationFactory(candidate=p)),
    ("asked_to_stop", lambda p: answered(p, "asked_to_stop", None)),
    ("not_now", lambda p: answered(p, "not_now", 1)),
    ("away", lambda p: answered(p, "away", 1)),
    ("", lambda p: answered(p, "away", 0)),
    ("", lambda p: answered(p, "not_now", -1)),
    ("open_thread", lambda p: Stop.objects.create(candidate=p, reason="replied")),
    ("open_thread", waits),
    ("colleague_wrote", lambda p: Stop.objects.create(candidate=p, reason="called")),
    (
        "suspected_duplicate",
        lambda p: EmailAddressFactory(
            address=p.emails.get().address.replace("@", "+jobs@"),
            candidate=CandidateFactory(without_email=True),
        ),
    ),
    ("minor", lambda p: PrivacyTaskFactory(candidate=p)),
    ("minor", lambda p: PrivacyTaskFactory(candidate=p, confirmed=True)),
    ("", lambda p: PrivacyTaskFactory(candidate=p, of_age=True)),
    ("suspected_duplicate", lambda p: DuplicateSuggestionFactory(one=p)),
    ("suspected_duplicate", lambda p: DuplicateSuggestionFactory(other=p)),
    ("", lambda p: DuplicateSuggestionFactory(one=p, is_sure=False)),
    ("", lambda p: DuplicateSuggestionFactory(one=p, dismissed=True)),
    ("", two_people_with_one_mailbox),
    ("narrowed", narrow),
    ("narrowed", lambda p: narrow(p, families=["Data"])),
    ("cool_off", lambda p: ApplicationFactory(candidate=p, rejected=True)),
    ("frequency_cap", lambda p: cap(p, 6)),
    ("", lambda p: cap(p, 8)),
    ("frequency_cap", lambda p: cap(p, 8, 40, 80)),
    (
        "frequency_cap",
        lambda p: (
            cap(p, 20),
            PreferenceFactory(candidate=p, frequency=Preference.Frequency.MONTHLY),
        ),
    ),
    ("", lambda p: None),
]


@pytest.mark.parametrize(("reason", "happens"), SITUATIONS)
def test_first_reason_at_planning(reason, happens):
    person = CandidateFactory()
    campaign = CampaignFactory(with_step=True, people=[person])
    happens(person)

    ((asked, decision),) = arbiter.decide_many(
        campaign, Candidate.objects.filter(pk=person.pk), MONDAY
    )

    assert (asked, decision.reason, decision.allowed) == (person.pk, reason, not reason)


@pytest.mark.parametrize(("reason", "happens"), [s for s in SITUATIONS if s[0] != "open_thread"])
def test_the_same_reason_at_sending(reason, happens):
    message = MessageFactory()
    happens(message.candidate)

    assert arbiter.decide(message, timezone.now()).reason == reason


def test_whoever_waits_for_our_answer_gets_no_campaign_at_sending_either():
    message = MessageFactory()
    waits(message.candidate)

    assert arbiter.decide(message, timezone.now()).reason == "open_thread"


@pytest.mark.parametrize(
    ("caps", "days", "allowed"),
    [
        ({}, [8, 40], True),
        ({"cap_days": 30}, [8], False),
        ({"cap_days": 30}, [31], True),
        ({"cap_quarter": 1}, [40], False),
        ({"cap_quarter": 2}, [40], True),
    ],
)
def test_a_campaign_may_write_more_rarely_than_the_cap_over_all(caps, days, allowed):
    message = MessageFactory()
    person = message.candidate
    set_caps(message.campaign, **caps)
    cap(person, *days)

    people = Candidate.objects.filter(pk=person.pk)
    ((_, planned),) = arbiter.decide_many(message.campaign, people, timezone.now())
    sent = arbiter.decide(message, timezone.now())

    expected = () if allowed else ("frequency_cap",)
    assert (planned.reasons, sent.reasons) == (expected, expected)


def set_caps(campaign, **caps):
    Campaign.objects.filter(pk=campaign.pk).update(**caps)
    campaign.refresh_from_db()


@pytest.mark.parametrize("caps", [{"cap_days": 6}, {"cap_days": 91}, {"cap_quarter": 4}])
def test_no_campaign_writes_more_often_than_the_cap_over_all(caps):
    with pytest.raises(IntegrityError):
        CampaignFactory(**caps)


def test_a_job_they_were_written_to_about_is_not_written_about_again():
    sent = MessageFactory(handed=True)
    again = CampaignFactory(with_step=True, job=sent.job)

    ((_, decision),) = arbiter.decide_many(
        again, Candidate.objects.filter(pk=sent.candidate_id), MONDAY
    )

    assert decision.reason == "duplicate_of"


@pytest.mark.parametrize("told_of", ["original", "copy", "other copy"])
def test_neither_reopening_nor_copying_writes_about_the_same_job_again(recruiter, told_of):
    original = JobFactory(title="Cable Technician", work_mode="remote")
    add_standard_stages(original)
    copy, other = (
        open_job(copy_job(original, title=title, by=recruiter), by=recruiter)
        for title in ("Technician, nights", "Technician, days")
    )
    job = {"original": original, "copy": copy, "other copy": other}[told_of]
    sent = MessageFactory(
        handed=True,
        job=job,
        enrolment__campaign__job=job,
        armed_at=timezone.now() - timedelta(days=200),
    )
    end_job(original, "closed", by=recruiter)
    open_job(original, by=recruiter)

    reasons = []
    for asked in (original, copy):
        campaign = CampaignFactory(with_step=True, job=asked)
        people = Candidate.objects.filter(pk=sent.candidate_id)
        ((_, decision),) = arbiter.decide_many(campaign, people, MONDAY)
        reasons.append(decision.reason)

    assert reasons == ["duplicate_of", "duplicate_of"]


def test_a_job_from_a_template_is_another_job(recruiter):
    original = JobFactory(title="Cable Technician", work_mode="remote")
    add_standard_stages(original)
    template = keep_as_template(original, title="Technician", by=recruiter)
    job = open_job(job_from_template(template, title="Rigger", by=recruiter), by=recruiter)
    sent = MessageFactory(
        handed=True,
        job=original,
        enrolment__campaign__job=original,
        armed_at=timezone.now() - timedelta(days=200),
    )
    campaign = CampaignFactory(with_step=True, job=job)

    ((_, decision),) = arbiter.decide_many(
        campaign, Candidate.objects.filter(pk=sent.candidate_id), MONDAY
    )

    assert decision.allowed


def test_who_does_not_fit_for_a_colleague_is_not_written_to():
    message = MessageFactory()
    MatchFactory(
        candidate=message.candidate,
        job=message.job,
        verdict="not_a_fit",
        verdict_reason="Too far",
        verdict_at=MONDAY,
    )

    assert arbiter.decide(message, timezone.now()).reason == "not_a_fit"


def test_an_empty_field_without_fallback_is_a_reason_at_planning():
    campaign = CampaignFactory()
    StepFactory(campaign=campaign, template_version__text="Hello {{ candidate.call_name }}")
    person = CandidateFactory(call_name="")

    ((_, decision),) = arbiter.decide_many(campaign, Candidate.objects.filter(pk=person.pk), MONDAY)

    assert decision.reasons == ("missing_merge_field",)


def test_every_reason_has_its_words():
    codes = {rule.code for rule in arbiter.RULES} | set(arbiter.CODE_OF_STOP.values())

    assert codes - set(arbiter.REASONS) == set()
    assert set(arbiter.SHORT) == set(arbiter.REASONS)


def test_who_stopped_is_not_reached_by_an_older_enrolment_even_if_they_began_again():
    message = MessageFactory(enrolment=EnrolmentFactory())
    Stop.objects.create(candidate=message.candidate, reason="unsubscribed")
    GroundEventFactory(candidate=message.candidate, purpose="nurture", occurred_at=timezone.now())

    assert arbiter.decide(message, timezone.now()).reason == "unsubscribed"
