import uuid
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from applications.models import Job
from engagement.models.campaigns import Campaign
from engagement.models.templates import Template


class OpeningRuleQuerySet(models.QuerySet["OpeningRule"]):
    def visible_to(self, user: User) -> Self:
        return self if may(user, Permission.VIEW_CAMPAIGNS) else self.none()

    def locked(self, pk: int) -> "OpeningRule":
        related = self.select_related("template", "sender", "by", "approver")
        return related.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def switched_on(self) -> Self:
        return self.filter(switched_on_at__isnull=False)


class OpeningRule(models.Model):
    """Whenever a job of a kind opens, a draft of a campaign is there, and somebody is asked for it.

    It sends nothing: a person approves each list (P-35). It fires for jobs that open after it was
    switched on, once for each.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    family = models.CharField(
        "kind of work", max_length=60, blank=True, help_text="Empty: any kind of work."
    )
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    sender = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, related_name="+")
    takes_in_later = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    switched_on_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it fires; empty: it is switched off."
    )

    objects = OpeningRuleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class RuleFiring(models.Model):
    """One job for which a rule left a draft."""

    rule = models.ForeignKey(OpeningRule, models.CASCADE, related_name="firings")
    job = models.ForeignKey(Job, models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "job"], name="rule_fires_once_for_a_job"),
        ]

    def __str__(self) -> str:
        return f"Firing {self.pk}"
