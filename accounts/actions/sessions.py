"""Signing in and ending sessions. Nothing else deletes a session row of a colleague."""

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
def note_failed_confirmation(user: User) -> None:
    """Remember a wrong password of somebody who is signed in."""
    audit.record(user, "user.confirmation_failed", user)


@transaction.atomic
def end_session(session: Session, *, by: User) -> None:
    """End one session. Ending it twice does nothing."""
    ended, _ = Session.objects.filter(pk=session.pk).delete()
    if ended and session.user:
        audit.record(by, "user.session_ended", session.user)


@transaction.atomic
def end_all_sessions(user: User, *, by: User, keep: str | None = None) -> int:
    """End every session of `user`, but the one with the key `keep`. Returns how many ended."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=keep or "").delete()
    if ended:
        audit.record(by, "user.sessions_ended", user, sessions=[str(ended), "0"])
    return ended
