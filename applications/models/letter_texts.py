from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications.models.applications import RejectionReason
from applications.models.letters import Letter


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def in_use(self) -> "LetterTemplateQuerySet":
        """Those whose words colleagues wrote; the others say what comes with the product."""
        return self.filter(is_own=True)


class LetterTemplate(models.Model):
    """What a kind of letter says before anybody changes it for one person.

    Where there is none for a reason or a language, or colleagues went back to the words that come
    with the product, those stand in (`applications.letter_wording`).
    """

    KINDS = (Letter.Kind.DECISION, Letter.Kind.LATER, Letter.Kind.NOTICE)

    kind = models.CharField(max_length=10, choices=Letter.Kind.choices)
    reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    is_own = models.BooleanField(default=True, help_text="No: the words of the product count.")
    number = models.PositiveIntegerField(default=1, help_text="Of the newest version.")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "reason", "language", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reason", "language"], name="letter_template_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="decision") | Q(reason=""), name="letter_template_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Template {self.pk}"


class LetterTemplateVersion(models.Model):
    """The words of a template as they stood. Never changed, only followed by another."""

    template = models.ForeignKey(LetterTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    is_own = models.BooleanField(default=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"], name="letter_template_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of template {self.template_id}"
