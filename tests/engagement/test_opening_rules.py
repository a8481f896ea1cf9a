"""Standing rules: a draft for each job that opens, never for the past, approved by a person."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from engagement import due
from engagement.actions import opening_rules
from engagement.models import Campaign, OpeningRule, RuleFiring
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import OpeningRuleFactory, TemplateVersionFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def opens(**values):
    return JobFactory(opened_at=timezone.now(), **values)


def fire():
    return opening_rules.fire(timezone.now())


def test_a_job_that_opens_leaves_a_draft_and_asks_somebody(recruiter):
    olga = UserFactory(name="Olga", roles=["recruiter"])
    rule = OpeningRuleFactory(name="Our people", approver=olga, by=recruiter, takes_in_later=True)
    job = opens(title="Fitter")

    fired = [fire(), fire()]

    campaign = Campaign.objects.get()
    assert fired == [1, 0]
    assert (campaign.name, campaign.job, campaign.state) == ("Fitter: Our people", job, "draft")
    assert (campaign.approver, campaign.takes_in_later) == (olga, True)
    assert campaign.steps.get().template_version.template == rule.template
    assert list(due.campaigns(olga, "mine")) == [campaign]
    assert RuleFiring.objects.get().campaign == campaign
    assert AuditEvent.objects.filter(verb="opening_rule.fired").count() == 1


def test_it_never_fires_for_the_past(recruiter):
    rule = OpeningRuleFactory(off=True)
    opens()
    rule = opening_rules.switch_on(rule, by=recruiter)
    before = fire()
    opening_rules.switch_off(rule, by=recruiter)
    opens()
    while_off = fire()
    opening_rules.switch_on(rule, by=recruiter)

    assert (before, while_off, fire()) == (0, 0, 0)
    opens()
    assert fire() == 1


def test_only_for_its_kind_of_work(recruiter):
    OpeningRuleFactory(family="Electrical")
    opens(family="Data")
    job = opens(family="Electrical")

    fire()

    assert [firing.job for firing in RuleFiring.objects.all()] == [job]


def test_a_job_that_is_over_by_then_leaves_nothing(recruiter):
    OpeningRuleFactory()
    job = opens()
    type(job).objects.filter(pk=job.pk).update(status="closed")

    assert fire() == 0


def test_a_rule_goes_on_when_its_sender_or_text_is_gone(recruiter):
    gone = UserFactory(roles=["recruiter"], is_active=False)
    rule = OpeningRuleFactory(sender=gone, approver=gone, by=recruiter)
    rule.template.archived_at = timezone.now()
    rule.template.save()
    opens()

    fire()

    campaign = Campaign.objects.get()
    assert (campaign.sender, campaign.approver, campaign.steps.count()) == (recruiter, None, 0)


def test_writing_a_rule_down_refuses_who_may_not(recruiter, hiring_manager):
    template = TemplateVersionFactory().template

    def code_of(**values):
        given = {
            "name": "A", "family": "", "template": template, "sender": recruiter,
            "approver": recruiter, "takes_in_later": False, **values,
        }  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            opening_rules.create_rule(by=recruiter, **given)
        return refused.value.code

    assert code_of(sender=hiring_manager) == "sender_gone"
    assert code_of(approver=hiring_manager) == "not_allowed"
    template.archived_at = timezone.now()
    template.save()
    assert code_of() == "archived"
    rule = OpeningRuleFactory(off=True, template=template)
    with pytest.raises(ValidationError):
        opening_rules.switch_on(rule, by=recruiter)


def test_switching_twice_does_it_once(recruiter):
    rule = OpeningRuleFactory(off=True)
    first = opening_rules.switch_on(rule, by=recruiter).switched_on_at
    again = opening_rules.switch_on(rule, by=recruiter).switched_on_at
    for _ in range(2):
        opening_rules.switch_off(rule, by=recruiter)

    assert first == again
    assert AuditEvent.objects.filter(verb="opening_rule.switched").count() == 2


def test_a_rule_is_written_and_switched_on_its_pages(staff_client, recruiter):
    template = TemplateVersionFactory().template
    JobFactory(family="Electrical")
    new = reverse("engagement:opening_rule_new")
    values = {
        "name": "Our electricians", "family": "Electrical", "template": template.public_id,
        "sender": recruiter.public_id, "approver": recruiter.public_id,
    }  # fmt: skip

    empty = staff_client.get(reverse("engagement:opening_rules")).content.decode()
    refused = staff_client.post(new, {**values, "template": ""})
    staff_client.post(new, values)
    rule = OpeningRule.objects.get()
    page = staff_client.get(reverse("engagement:opening_rules")).content.decode()
    staff_client.post(reverse("engagement:opening_rule_on", args=[rule.public_id]))
    rule.refresh_from_db()
    on = rule.switched_on_at
    staff_client.post(reverse("engagement:opening_rule_off", args=[rule.public_id]))
    rule.refresh_from_db()

    assert "No rule yet" in empty
    assert (refused.status_code, 'value="Our electricians"' in refused.content.decode()) == (
        422, True,
    )  # fmt: skip
    assert ("Our electricians" in page, "Switch on" in page) == (True, True)
    assert timezone.now() - on < timedelta(minutes=1)
    assert rule.switched_on_at is None


@pytest.mark.parametrize("name", ["opening_rule_on", "opening_rule_off"])
def test_a_foreign_rule_is_404(staff_client, name):
    address = reverse(f"engagement:{name}", args=[CandidateFactory().public_id])

    assert staff_client.post(address).status_code == 404
