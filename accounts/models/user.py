import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    """What a colleague may do; `accounts.permissions` says what each of them means."""

    ADMIN = "admin", "Admin"
    RECRUITER = "recruiter", "Recruiter"
    HIRING_MANAGER = "hiring_manager", "Hiring manager"
    INTERVIEWER = "interviewer", "Interviewer"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def wanting_email(self) -> Self:
        """Those who want email on working mornings: about their day, or what is asked of them."""
        wanted = ~Q(daily_email=User.DailyEmail.NEVER) | Q(wants_reminders=True)
        return self.active().filter(wanted)

    def with_role(self, role: Role) -> Self:
        return self.filter(roles__contains=[role])

    def locked(self, pk: int) -> "User":
        return self.select_for_update().get(pk=pk)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]  # built at run time
    def get_by_natural_key(self, email: str | None) -> "User":
        """Find a user by email, whatever its case: people type their address as they please."""
        user: User = self.get(email=(email or "").strip().lower())
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an admin who is also a recruiter: the first account of a new installation."""
        fields.setdefault("roles", [Role.ADMIN, Role.RECRUITER])
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, **fields)


class User(AbstractBaseUser):
    """A colleague who signs in. Candidates never have an account.

    Roles add up: an admin sees settings but no candidate unless they are a recruiter too.
    """

    class DailyEmail(models.TextChoices):
        MORNING = "morning", "Each working morning at 8:30, when something is due"
        NEVER = "never", "Never"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        unique=True,
        error_messages={"unique": "Somebody already signs in with this email address."},
    )
    name = models.CharField(max_length=200)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    title = models.CharField(
        max_length=200, blank=True, help_text="Shown to candidates, such as “Recruiter”."
    )
    team = models.CharField(
        max_length=60,
        blank=True,
        help_text="Recruiters of one team read each other’s private notes.",
    )
    time_zone = models.CharField(max_length=64, default="Europe/London")
    shortcuts_enabled = models.BooleanField("single-key shortcuts", default=True)
    daily_email = models.CharField(
        "email about your day",
        max_length=10,
        choices=DailyEmail.choices,
        default=DailyEmail.MORNING,
        db_default=DailyEmail.MORNING,
    )
    wants_reminders = models.BooleanField(
        "remind me of views and feedback that are due",
        default=True,
        db_default=True,
        help_text="They stand in the email about your day; without that one they come alone.",
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower"),
            models.CheckConstraint(condition=~Q(roles=[]), name="user_has_a_role"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_role(self, role: Role) -> bool:
        return role in self.roles

    @property
    def wants_email(self) -> bool:
        """The same as `wanting_email`, of one colleague."""
        is_told = self.daily_email != self.DailyEmail.NEVER or self.wants_reminders
        return self.is_active and is_told

    @property
    def role_names(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)
