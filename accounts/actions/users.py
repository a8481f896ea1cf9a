"""Every change to a colleague's account."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.actions.sessions import end_all_sessions
from accounts.models import Role, User


@transaction.atomic
def invite(*, by: User, email: str, name: str, roles: list[str], **fields: Any) -> User:
    """Add a colleague who has no password yet: `accounts.invitations` makes the link that sets it.

    Raises ValidationError: somebody already signs in with that address.
    """
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise ValidationError(
            "Somebody already signs in with this email address.", code="email_taken"
        )
    user = User.objects.create_user(email, None, name=name, roles=roles, **fields)
    audit.record(by, "user.invited", user, roles=["", user.role_names])
    return user


@transaction.atomic
def change_own_details(
    user: User, *, name: str, title: str, time_zone: str, shortcuts_enabled: bool
) -> User:
    """Change what a colleague may change about themselves."""
    user = User.objects.locked(user.pk)
    before = (user.name, user.title, user.time_zone)
    user.name, user.title, user.time_zone = name, title, time_zone
    user.shortcuts_enabled = shortcuts_enabled
    user.save(update_fields=["name", "title", "time_zone", "shortcuts_enabled"])
    if before != (name, title, time_zone):
        audit.record(by=user, verb="user.changed", subject=user)
    return user


@transaction.atomic
def change_own_emails(user: User, *, daily_email: str, wants_reminders: bool) -> User:
    """Change what a colleague is told by email. What is on its way already may still arrive."""
    user = User.objects.locked(user.pk)
    before = (user.daily_email, user.wants_reminders)
    user.daily_email, user.wants_reminders = daily_email, wants_reminders
    user.save(update_fields=["daily_email", "wants_reminders"])
    if before != (daily_email, wants_reminders):
        audit.record(
            user,
            "user.emails_changed",
            user,
            daily_email=[before[0], daily_email],
            reminders=[str(before[1]), str(wants_reminders)],
        )
    return user


@transaction.atomic
def change_user(
    user: User, *, by: User, name: str, title: str, roles: list[str], team: str | None = None
) -> User:
    """Change a colleague's name, title, roles and, if it is given, team.

    Raises ValidationError: no role is left, or nobody would be an admin any more.
    """
    admins = _locked_admins()
    user = User.objects.locked(user.pk)
    if not roles:
        raise ValidationError("A colleague needs at least one role.", code="no_role")
    if Role.ADMIN not in roles:
        _refuse_last_admin(user, admins)
    before, team_before = user.role_names, user.team
    user.name, user.title, user.roles = name, title, roles
    user.team = user.team if team is None else " ".join(team.split())
    user.save(update_fields=["name", "title", "roles", "team"])
    changes = {"roles": [before, user.role_names]} if before != user.role_names else {}
    if user.team != team_before:
        changes["team"] = [team_before, user.team]
    audit.record(by, "user.changed", user, **changes)
    return user


@transaction.atomic
def deactivate(user: User, *, by: User) -> User:
    """Close an account and end all its sessions in the same transaction.

    Raises ValidationError: it is one's own, or nobody would be an admin any more.
    """
    admins = _locked_admins()
    user = User.objects.locked(user.pk)
    if user == by:
        raise ValidationError("You cannot close your own account.", code="own_account")
    if not user.is_active:
        return user
    _refuse_last_admin(user, admins)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_all_sessions(user, by=by)
    audit.record(by, "user.deactivated", user)
    return user


@transaction.atomic
def reactivate(user: User, *, by: User) -> User:
    """Open a closed account again, with the password it had."""
    user = User.objects.locked(user.pk)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(by, "user.reactivated", user)
    return user


@transaction.atomic
def set_password(user: User, password: str, *, by: User, keep: str | None = None) -> User:
    """Set a password and end every session, but the one with the key `keep`.

    Raises ValidationError: the password is too short, too common or too like the account.
    """
    user = User.objects.locked(user.pk)
    if not user.is_active:
        raise ValidationError("This account is closed.", code="inactive")
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_all_sessions(user, by=by, keep=keep)
    audit.record(by, "user.password_set", user)
    return user


@transaction.atomic
def note_invitation(user: User, *, by: User) -> None:
    """Remember that a link which sets `user`'s password was shown to `by`.

    Raises ValidationError: the account is closed.
    """
    user = User.objects.locked(user.pk)
    if not user.is_active:
        raise ValidationError("This account is closed. Open it first.", code="inactive")
    audit.record(by, "user.password_link_made", user)


def _locked_admins() -> list[int]:
    """Lock all admins before anybody else, in one order, so that two cannot remove each other."""
    admins = User.objects.active().with_role(Role.ADMIN).select_for_update().order_by("pk")
    return [admin.pk for admin in admins]


def _refuse_last_admin(user: User, admins: list[int]) -> None:
    if admins == [user.pk]:
        raise ValidationError(
            "This is the only admin. Make somebody else an admin first.", code="last_admin"
        )
