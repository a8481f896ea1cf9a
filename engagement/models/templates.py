import hashlib
import uuid
from typing import Self

from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, user: User) -> Self:
        """The texts of the library. What was written for one campaign alone stays with it."""
        library = self.filter(campaign=None)
        return library if may(user, Permission.VIEW_CAMPAIGNS) else self.none()

    def in_use(self) -> Self:
        return self.filter(archived_at=None)


class Template(models.Model):
    """A text that campaigns use. Its versions are never changed, only followed by another."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    campaign = models.ForeignKey(
        "engagement.Campaign",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="own_texts",
        help_text="Set when the text was written for this campaign alone.",
    )

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """Subject and text as they stood. The text is written; the HTML part is made from it, or from
    the formatted text beside it (`engagement.rich`).

    Both may hold merge fields such as {{ candidate.call_name|there }} from the allow-list of
    `engagement.rendering`, and nothing else that is executed.
    """

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000)
    html = models.TextField(
        max_length=40_000, blank=True, default="", db_default="", help_text="Formatted, cleaned."
    )
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["template", "language", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language", "number"], name="template_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number} ({self.language})"

    @property
    def fingerprint(self) -> str:
        """What a form carries to say which text it was made from."""
        return hashlib.sha256(f"{self.subject}\0{self.text}\0{self.html}".encode()).hexdigest()[:16]
