"""What every view shares: the permission at its door, and how it answers."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from celery import Task
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails
from kombu.exceptions import OperationalError

from accounts.models import User
from accounts.permissions import Permission, may

logger = logging.getLogger(__name__)

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request behind the sign-in: tells the type checker that `user` is ours."""

    user: User
    htmx: HtmxDetails


def requires(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Let only users with `permission` into the view; others get 403.

    The permission is kept on the view, where the URL-map test reads it.
    """

    def decorate(
        view: Callable[Concatenate[StaffRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(request.user, permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the URL-map test
        return guarded  # type: ignore[return-value]  # a StaffRequest is what the middleware leaves

    return decorate


def own_page(request: HttpRequest) -> str:
    """Return where the form's `next` leads: to a page of ours that was asked for, or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def render_part(
    request: StaffRequest, template: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Answer HTMX with one partial of the template, and everybody else with the page."""
    wants_part = request.htmx and not request.htmx.history_restore_request
    name = f"{template}#{part}" if wants_part else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def hint(task: Task[..., Any], *args: int) -> None:
    """Wake a worker when the transaction commits. Only a hint: beat finds the work anyway.

    So a broker that is away is logged and forgotten; the user's change is saved all the same.
    """

    def send() -> None:
        try:
            task.apply_async(args, retry=False)
        except OperationalError:
            logger.warning("broker away, %s waits for the next tick", task.name)

    transaction.on_commit(send)


@contextmanager
def refusals_shown_on(form: BaseForm) -> Iterator[None]:
    """Show the ValidationError of an action on the form, like any other form error."""
    try:
        yield
    except ValidationError as refusal:
        form.add_error(None, refusal)
