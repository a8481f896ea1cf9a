"""Whom each kind of campaign is for, and who comes in later: never the past, and nobody twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import Application
from candidates.actions import pools
from candidates.models import Candidate, Preference, Stop
from engagement import audiences, planning
from engagement.actions import audience, drafts, intake, lifecycle
from engagement.actions.audience import Entry
from engagement.models import Campaign, Decision, Message
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    JobSkillFactory,
    StageFactory,
)
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, SkillFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.usefixtures("monday_morning")

TEXT = "Hello {{ candidate.call_name|there }}, this is what we build at the moment, and for whom."


@pytest.fixture
def pool():
    return TalentPoolFactory(name="Electricians")


def join(pool, **values):
    person = CandidateFactory(**values)
    PoolMembershipFactory(pool=pool, candidate=person, state="member")
    return person


def pool_campaign(pool, by, **entry):
    campaign = audience.start_draft(None, by=by, kind="pool", pool=pool)
    drafts.write_step(campaign, 1, subject="News", text=TEXT, wait_days=0, by=by)
    if entry:
        audience.set_audience(
            campaign, name="Electricians", everybody=True, by=by, entry=Entry(**entry)
        )
    return Campaign.objects.get()


def under_way(campaign, by, clock):
    """Approve it, wait until its hold is over, and let its first batch arrive."""
    lifecycle.approve(campaign, by=by)
    clock.shift(timedelta(seconds=61))
    lifecycle.tick(timezone.now())
    now = timezone.now()
    campaign.messages.filter(state="due").update(
        state="handed", armed_at=now, handed_at=now, settled_at=now
    )
    lifecycle.tick(timezone.now())
    campaign.refresh_from_db()
    return campaign


def people_in(campaign):
    return set(Candidate.objects.filter(enrolments__campaign=campaign))


def silver(job, **values):
    return ApplicationFactory(
        job=job,
        stage=StageFactory(job=job),
        furthest=4,
        closed_at=timezone.now() - timedelta(days=60),
        outcome="rejected",
        rejection_reason="other_chosen",
        **values,
    ).candidate


def test_a_pool_campaign_is_for_its_members_and_about_no_job(recruiter, pool):
    ana = join(pool)
    PoolMembershipFactory(pool=pool, state="left")
    CandidateFactory()

    campaign = pool_campaign(pool, recruiter)

    assert (campaign.kind, campaign.job, campaign.about) == ("pool", None, "Pool “Electricians”")
    assert list(planning.people_considered(campaign)) == [ana]
    lifecycle.approve(campaign, by=recruiter)
    assert [(m.candidate, m.job) for m in campaign.messages.all()] == [(ana, None)]


def test_silver_medalists_of_a_job_came_far_and_were_not_hired(recruiter):
    job = JobFactory(title="Fitter")
    near = silver(job)
    declined = ApplicationFactory(
        job=job, furthest=3, closed_at=timezone.now(), outcome="offer_declined"
    ).candidate
    ApplicationFactory(job=job, furthest=6, closed_at=timezone.now(), outcome="hired")
    ApplicationFactory(job=job, furthest=4)
    silver(JobFactory())

    campaign = audience.start_draft(None, by=recruiter, kind="silver", source_job=job)

    assert set(planning.people_considered(campaign)) == {near, declined}
    assert campaign.name == "Silver medalists of Fitter"


def test_a_one_off_to_a_pool_keeps_those_who_are_in_it_at_that_moment(recruiter, pool):
    ana = join(pool)
    campaign = audience.start_draft(None, by=recruiter, kind="one_off", pool=pool)
    join(pool)

    assert list(planning.people_considered(campaign)) == [ana]
    assert campaign.pool is None


def test_what_a_kind_needs_is_asked_for(recruiter, pool):
    def code_of(**values):
        with pytest.raises(ValidationError) as refused:
            audience.start_draft(values.pop("job", None), by=recruiter, **values)
        return refused.value.code

    assert code_of() == "no_job"
    assert code_of(kind="silver") == "no_job"
    assert code_of(kind="pool") == "no_pool"
    assert code_of(kind="one_off") == "nobody"
    assert code_of(kind="one_off", people=[]) == "nobody"
    assert code_of(job=JobFactory(closed=True)) == "job_closed"
    pools.close_pool(pool, by=recruiter)
    pool.refresh_from_db()
    assert code_of(kind="pool", pool=pool) == "pool_closed"
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignFactory(kind="pool")


def test_a_one_off_takes_nobody_in_and_picked_people_take_no_others(recruiter):
    def code_of(campaign, **values):
        with pytest.raises(ValidationError) as refused:
            audience.set_audience(campaign, name="A", by=recruiter, **values)
        return refused.value.code

    ana = CandidateFactory()
    one_off = audience.start_draft(None, by=recruiter, kind="one_off", people=[ana])
    picked = audience.start_draft(JobFactory(), by=recruiter, people=[ana])
    later = Entry(takes_in_later=True)

    assert code_of(one_off, everybody=True) == "one_off"
    assert code_of(one_off, everybody=False, entry=later) == "one_off"
    assert code_of(picked, everybody=False, entry=later) == "picked"
    assert code_of(picked, everybody=True, seen="something else") == "conflict"


def test_an_email_about_no_job_is_not_for_who_wants_certain_jobs_only(recruiter, pool):
    ana = join(pool)
    Preference.objects.update_or_create(
        candidate=ana, defaults={"is_narrowed": True, "families": ["Electrical"]}
    )

    plan = planning.dry_run(pool_campaign(pool, recruiter), timezone.now())

    assert plan.counts == {"narrowed": 1}


def test_who_joins_later_comes_in_once(recruiter, pool, monday_morning):
    ana = join(pool)
    campaign = pool_campaign(pool, recruiter, takes_in_later=True)
    under_way(campaign, recruiter, monday_morning)
    ben = join(pool)

    came = [intake.look(timezone.now()), intake.look(timezone.now())]

    assert came == [1, 0]
    assert people_in(campaign) == {ana, ben}
    message = campaign.messages.get(candidate=ben)
    assert (message.state, message.is_first_batch) == (Message.State.DUE, False)
    assert campaign.decisions.get(candidate=ben, phase="planning").allowed
    campaign.refresh_from_db()
    assert campaign.state == "running"


def test_a_rule_for_new_people_leaves_out_whoever_matches_already(recruiter, pool, monday_morning):
    ana = join(pool)
    campaign = pool_campaign(pool, recruiter, takes_in_later=True, only_new=True)
    plan = planning.dry_run(campaign, timezone.now())
    under_way(campaign, recruiter, monday_morning)
    ben = join(pool)

    intake.look(timezone.now())

    assert (plan.will_get, plan.counts) == (0, {"before_rule": 1})
    assert people_in(campaign) == {ben}
    assert campaign.decisions.get(candidate=ana).reasons == ["before_rule"]


def test_a_rule_that_was_paused_does_not_fire_for_what_happened_meanwhile(
    recruiter, pool, monday_morning
):
    campaign = pool_campaign(pool, recruiter, takes_in_later=True, only_new=True)
    under_way(campaign, recruiter, monday_morning)
    lifecycle.pause(campaign, by=recruiter)
    ana = join(pool)
    off = intake.look(timezone.now())
    lifecycle.resume(campaign, by=recruiter)
    ben = join(pool)

    on = intake.look(timezone.now())

    assert (off, on) == (0, 1)
    assert people_in(campaign) == {ben}
    assert campaign.decisions.get(candidate=ana).reasons == ["before_rule"]


def test_what_passes_lets_somebody_in_later_and_what_stays_does_not(
    recruiter, pool, monday_morning
):
    ana, ben = join(pool), join(pool)
    campaign = pool_campaign(pool, recruiter, takes_in_later=True)
    Stop.objects.create(candidate=ana, reason="replied", at=timezone.now() - timedelta(days=3))
    cleo = join(pool, unsubscribed=True)
    under_way(campaign, recruiter, monday_morning)
    early = intake.look(timezone.now())
    written = Decision.objects.filter(candidate=ana).count()
    monday_morning.shift(timedelta(days=5))

    late = intake.look(timezone.now())

    assert (early, written, late) == (0, 1, 1)
    assert people_in(campaign) == {ana, ben}
    assert campaign.decisions.get(candidate=cleo).reasons == ["unsubscribed"]


def test_only_so_many_come_in_on_one_day(recruiter, pool, monday_morning):
    campaign = pool_campaign(pool, recruiter, takes_in_later=True, most_a_day=2)
    under_way(campaign, recruiter, monday_morning)
    for _ in range(3):
        join(pool)

    today = [intake.look(timezone.now()), intake.look(timezone.now())]
    monday_morning.shift(timedelta(days=1))

    assert (today, intake.look(timezone.now())) == ([2, 0], 1)


def test_nobody_comes_in_after_the_last_day_and_the_campaign_finishes(
    recruiter, pool, monday_morning
):
    campaign = pool_campaign(
        pool, recruiter, takes_in_later=True, takes_in_until=timezone.now().date()
    )
    under_way(campaign, recruiter, monday_morning)
    lifecycle.tick(timezone.now())
    campaign.refresh_from_db()
    before = campaign.state
    monday_morning.shift(timedelta(days=1))
    join(pool)

    came = intake.look(timezone.now())
    lifecycle.tick(timezone.now())

    campaign.refresh_from_db()
    assert (before, came, campaign.state) == ("running", 0, "finished")


def test_who_fits_a_job_later_comes_in_while_it_is_open(recruiter, monday_morning):
    skill = SkillFactory(name="Cable jointing")
    job = JobFactory()
    JobSkillFactory(job=job, skill=skill)
    campaign = audience.start_draft(job, by=recruiter)
    drafts.write_step(campaign, 1, subject="A job", text=TEXT, wait_days=0, by=recruiter)
    entry = Entry(takes_in_later=True)
    audience.set_audience(campaign, name="A", everybody=True, by=recruiter, entry=entry)
    campaign = under_way(campaign, recruiter, monday_morning)
    ana = CandidateFactory()
    CandidateSkillFactory(candidate=ana, skill=skill)

    came = intake.look(timezone.now())

    assert (came, people_in(campaign)) == (1, {ana})
    assert campaign.enrolments.get().match.job == job
    type(job).objects.update(status="on_hold")
    ben = CandidateFactory()
    CandidateSkillFactory(candidate=ben, skill=skill)
    assert intake.look(timezone.now()) == 0


def test_a_silver_medalist_of_tomorrow_comes_in_after_the_cool_off(recruiter, monday_morning):
    job = JobFactory()
    campaign = audience.start_draft(None, by=recruiter, kind="silver", source_job=job)
    drafts.write_step(campaign, 1, subject="News", text=TEXT, wait_days=0, by=recruiter)
    entry = Entry(takes_in_later=True)
    audience.set_audience(campaign, name="A", everybody=True, by=recruiter, entry=entry)
    under_way(campaign, recruiter, monday_morning)
    ana = silver(job)
    Application.objects.filter(candidate=ana).update(closed_at=timezone.now())

    soon = intake.look(timezone.now())
    monday_morning.shift(timedelta(days=31))

    assert (soon, intake.look(timezone.now())) == (0, 1)


def test_who_matches_no_more_leaves_and_what_waits_is_kept_back(recruiter, pool, monday_morning):
    ana, ben = join(pool), join(pool)
    campaign = pool_campaign(pool, recruiter, leaves_with_rule=True)
    lifecycle.approve(campaign, by=recruiter)
    monday_morning.shift(timedelta(seconds=61))
    lifecycle.tick(timezone.now())
    pools.remove_people(pool, Candidate.objects.filter(pk=ana.pk), by=recruiter)

    intake.look(timezone.now())

    left = campaign.enrolments.get(candidate=ana)
    assert (left.state, left.end_reason) == ("ended", "left_rule")
    assert campaign.messages.get(candidate=ana).reason == "left_rule"
    assert campaign.enrolments.get(candidate=ben).state == "active"


def test_the_arbiter_asks_at_the_moment_of_sending_whether_they_are_still_in_the_pool(
    recruiter, pool, monday_morning
):
    from engagement import arbiter

    ana = join(pool)
    campaign = pool_campaign(pool, recruiter, leaves_with_rule=True)
    lifecycle.approve(campaign, by=recruiter)
    monday_morning.shift(timedelta(seconds=61))
    lifecycle.tick(timezone.now())
    message = campaign.messages.get()
    before = arbiter.decide(message, timezone.now()).reasons
    ana.pools.update(state="left")

    assert (before, arbiter.decide(message, timezone.now()).reasons) == ((), ("left_rule",))


def test_left_out_people_stay_out_until_they_are_brought_back(recruiter, pool, monday_morning):
    ana, ben = join(pool), join(pool)
    campaign = pool_campaign(pool, recruiter)

    audience.leave_out(campaign, ana, by=recruiter)
    without = set(planning.people_considered(Campaign.objects.get()))
    audience.bring_back(campaign, by=recruiter)

    assert (without, set(planning.people_considered(Campaign.objects.get()))) == ({ben}, {ana, ben})


def test_a_closed_pool_cannot_be_written_to(recruiter, pool):
    join(pool)
    campaign = pool_campaign(pool, recruiter)
    pools.close_pool(pool, by=recruiter)

    with pytest.raises(ValidationError) as refused:
        lifecycle.approve(campaign, by=recruiter)

    assert refused.value.code == "pool_closed"


def test_opened_profiles_count_from_the_campaign_and_from_the_matches(pool, recruiter):
    ana, ben = join(pool), join(pool)
    campaign = pool_campaign(pool, recruiter)
    campaign.audience.looked_at = [ana.pk, 0]

    assert audiences.opened_profiles(campaign, [ana.pk, ben.pk]) == 1


def test_a_merged_person_is_in_a_standing_campaign_once(recruiter, pool, monday_morning):
    from candidates.actions.merging import merge_people

    campaign = pool_campaign(pool, recruiter, takes_in_later=True)
    under_way(campaign, recruiter, monday_morning)
    ana, older = join(pool), join(pool)
    intake.look(timezone.now())
    merge_people(ana, older, by=recruiter)

    again = intake.look(timezone.now())

    assert again == 0
    assert campaign.enrolments.filter(candidate=ana, state="active").count() == 1
    assert EnrolmentFactory._meta.model.objects.filter(campaign=campaign).count() == 2
