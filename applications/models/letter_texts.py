from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications.models.applications import RejectionReason
from applications.models.letters import Letter


class LetterTemplate(models.Model):
    """What a kind of letter says before anybody changes it for one person.

    Where there is none for a reason or a language, the words that come with the product stand in
    (`applications.wording`).
    """

    KINDS = (Letter.Kind.DECISION, Letter.Kind.LATER)

    kind = models.CharField(max_length=10, choices=Letter.Kind.choices)
    reason = models.CharField(max_length=20, choices=RejectionReason.choices, blank=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

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
