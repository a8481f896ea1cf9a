import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from candidates.models import Candidate


class SignUp(models.Model):
    """Somebody typed an address and which jobs to hear about. It counts once the address is proved.

    `choices` is what they chose, as `engagement.choices.Choices` stores it. `made_person`: nobody
    had the address; if it is never proved, the person goes with the row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="sign_ups")
    form_id = models.UUIDField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    choices = models.JSONField()
    made_person = models.BooleanField(default=False)
    proved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at"], condition=Q(proved_at=None), name="sign_up_not_proved")
        ]

    def __str__(self) -> str:
        return f"Sign-up {self.pk}"
