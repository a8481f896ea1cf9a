import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, may
from candidates.models.people import Candidate


class TalentPoolQuerySet(models.QuerySet["TalentPool"]):
    def visible_to(self, user: User) -> Self:
        return self if may(user, Permission.VIEW_PEOPLE) else self.none()

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def living(self) -> Self:
        """Those that fill by themselves: somebody whose search it is looks after them."""
        return self.open().filter(kind=TalentPool.Kind.LIVING, owner__is_active=True)

    def locked(self, pk: int) -> "TalentPool":
        """Lock a pool, before the people who come and go."""
        return self.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=pk)


class TalentPool(models.Model):
    """A kept group of candidates: by hand, or living off a search that keeps filling it.

    Being in a pool allows nothing: whether somebody may be written to is their ground's affair.
    """

    class Kind(models.TextChoices):
        BY_HAND = "by_hand", "By hand"
        LIVING = "living", "Living"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BY_HAND)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    query = models.TextField(blank=True, help_text="The people query of a living pool.")
    joins_by_itself = models.BooleanField(
        default=False, help_text="Else whoever is found waits for approval."
    )
    leaves_by_itself = models.BooleanField(
        default=False, help_text="Whoever is no longer found leaves. Else they stay."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TalentPoolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="pool_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind="living") | Q(query=""), name="pool_by_hand_has_no_search"
            ),
            models.CheckConstraint(
                condition=Q(kind="by_hand") | ~Q(query=""), name="pool_that_lives_has_a_search"
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="pool_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_living(self) -> bool:
        return self.kind == self.Kind.LIVING


class PoolMembershipQuerySet(models.QuerySet["PoolMembership"]):
    def members(self) -> Self:
        return self.filter(state=PoolMembership.State.MEMBER)

    def proposed(self) -> Self:
        return self.filter(state=PoolMembership.State.PROPOSED)

    def past(self) -> Self:
        return self.filter(state=PoolMembership.State.LEFT)


class PoolMembership(models.Model):
    """One person and one pool: are they in it, how, and since when. One row, whatever happens."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        MEMBER = "member", "Member"
        LEFT = "left", "Left"
        DECLINED = "declined", "Declined"

    class How(models.TextChoices):
        HAND = "hand", "By hand"
        RULE = "rule", "By its search"
        BULK = "bulk", "With others"

    pool = models.ForeignKey(TalentPool, models.CASCADE, related_name="memberships")
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="pools")
    state = models.CharField(max_length=10, choices=State.choices)
    how = models.CharField(max_length=6, choices=How.choices)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, help_text="When they came, or were proposed.")
    left_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why they left.")
    kept_out = models.BooleanField(
        default=False, help_text="A colleague took them out: the search does not bring them back."
    )

    objects = PoolMembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "candidate"], name="pool_membership_once"),
        ]
        indexes = [
            models.Index(fields=["pool", "state", "-at", "-id"], name="pool_members_newest"),
            models.Index(fields=["pool", "-left_at"], name="pool_left_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.candidate_id} {self.state}"


class PoolCount(models.Model):
    """How the members of a large pool stood to job emails when they were last counted.

    Counting looks at each of them, so a page only reads it (`pool_health`).
    """

    pool = models.OneToOneField(TalentPool, models.CASCADE, primary_key=True, related_name="counts")
    lasting = models.PositiveIntegerField()
    ending = models.PositiveIntegerField()
    paused = models.PositiveIntegerField()
    ask = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    unreachable = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Numbers of pool {self.pool_id}"
