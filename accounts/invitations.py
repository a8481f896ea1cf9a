"""The link with which a colleague sets a password: works once, for three days."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from accounts.models import User


def link_for(user: User) -> str:
    """Make the whole address of the page. It is shown to an admin once and stored nowhere."""
    token = default_token_generator.make_token(user)
    return f"{settings.BASE_URL}{reverse('accounts:set_password', args=[user.public_id, token])}"


def is_good(user: User, token: str) -> bool:
    """Is the token of this user, fresh, and unused? Setting a password or signing in uses it up."""
    return user.is_active and default_token_generator.check_token(user, token)
