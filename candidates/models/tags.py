import uuid
from typing import Self

from django.db import models
from django.db.models import Count, F, Func, Q, TextField, Value
from django.utils import timezone

from accounts.models import User
from candidates.models.people import Candidate


class TagQuerySet(models.QuerySet["Tag"]):
    def called(self, name: str) -> Self:
        """The tag of that name, whatever its case and accents: at most one."""
        asked = Func(Value(name), function="candidates_fold", output_field=TextField())
        own = Func(F("name"), function="candidates_fold", output_field=TextField())
        return self.alias(folded=own).filter(folded=asked)

    def with_people(self, user: User) -> Self:
        """Each with `count`: how many people that this user may see have it."""
        seen = Q(people__candidate__in=Candidate.objects.visible_to(user))
        return self.annotate(count=Count("people", filter=seen)).order_by("name", "pk")

    def locked(self, pk: int) -> "Tag | None":
        """Lock a tag, before the people who get or lose it. None: it was deleted meanwhile."""
        return self.select_for_update(no_key=True).filter(pk=pk).first()


class Tag(models.Model):
    """A word of our own that groups people, such as “Silver 2026”. Its colour is decoration only.

    Nothing decides by tags: they say nothing about grounds, and matching does not read them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Func(F("name"), function="candidates_fold"),
                name="tag_once_whatever_its_case",
                violation_error_message="There is a tag of that name already.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CandidateTag(models.Model):
    """A person has a tag."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="people")
    tagged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "tag"], name="candidate_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.candidate_id}"
