"""Signing in and ending sessions. Nothing else deletes a session row of a colleague."""

import uuid

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import Organisation, Session, User


@transaction.atomic
def note_sign_in(user: User) -> None:
    """Remember that somebody signed in. The session itself is rotated by Django's login."""
    audit.record(user, "user.signed_in", user)


@transaction.atomic
def note_failed_sign_in(email: str) -> None:
    """Remember a wrong password; for an address that nobody has, remember no address."""
    user = User.objects.filter(email=email.strip().lower()).first()
    audit.record("sign-in", "user.sign_in_failed", user or Organisation.current())


@transaction.atomic
def end_session(user: User, public_id: uuid.UUID, *, by: User) -> None:
    """End one session of `user`.

    Raises ValidationError: it has ended already, or is not theirs.
    """
    session = user.sessions.select_for_update().filter(public_id=public_id).first()
    if session is None:
        raise ValidationError("That session has ended already.", code="unknown_session")
    session.delete()
    audit.record(by, "user.session_ended", user)


@transaction.atomic
def end_all_sessions(user: User, *, by: User, keep: str | None = None) -> int:
    """End every session of `user`, but the one with the key `keep`. Returns how many ended."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=keep or "").delete()
    if ended:
        audit.record(by, "user.sessions_ended", user, sessions=[str(ended), "0"])
    return ended
