"""The form of a job, and the page that thanks. Both are the same for whoever sends it (X-30)."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from accounts.limits import Limit
from applications import first_look, postings
from applications.actions.applying import apply as take_application
from applications.actions.applying import hear_by_said
from applications.actions.questions import is_in_the_eu
from applications.consent import offer_of
from applications.forms.applying import ApplyForm
from applications.models import Arrival, Job, Question
from applications.views.careers import closed, in_their_language, job_behind, job_of_key
from applications.views.common import address_of

View = Callable[..., HttpResponse]
_SALT = "applications.thanks"


def form_page(view: View) -> View:
    """Open a page with a form to everybody, and keep it out of every cache.

    It needs no cookie against forgery: whoever sends it does so in nobody's name.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = in_their_language(view)(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    guarded = require_http_methods(["GET", "HEAD", "POST"])(page)
    return csrf_exempt(login_not_required(guarded))


@form_page
def apply(request: HttpRequest, key: str) -> HttpResponse:
    """Show the form of a job, and take what was sent."""
    job = job_behind(request, key)
    if request.method == "POST":
        return _take(request, job)
    if key != postings.key_of(job):
        address = reverse("applications:apply", args=[postings.key_of(job)])
        is_public = job.is_public(timezone.now())
        look = "" if is_public else first_look.suffix_of(job)
        return redirect(f"{address}{look}", permanent=is_public)
    if not job.takes_applications(timezone.now()):
        return closed(request, job)
    return _page(request, job, _form_of(job, request))


@login_not_required
@require_safe
@never_cache
@in_their_language
def applied(request: HttpRequest, key: str) -> HttpResponse:
    """Thank them, with the day by which they hear from us. The job need not be public."""
    job = job_of_key(key)
    try:
        day = date.fromisoformat(signing.loads(request.GET.get("by", ""), salt=_SALT))
    except (signing.BadSignature, ValueError):
        if not first_look.may_see(request, job):
            raise Http404 from None
        return redirect(postings.path_of(job))
    context = {"job": job, "hear_by": day, "own_page": address_of("engagement:status")}
    return render(request, "applications/careers/applied.html", context)


def questions_of(job: Job) -> list[Question]:
    """Return what the form asks. Pay history is not asked where the job is in the EU by now."""
    in_eu = is_in_the_eu(job)
    return [one for one in job.questions.all() if not (in_eu and one.asks_pay_history)]


def _take(request: HttpRequest, job: Job) -> HttpResponse:
    form, network = _form_of(job, request), limits.network_of(request)
    if wait := limits.count((_tries(), network)):
        return _too_many(request, job, form, wait)
    is_valid = form.is_valid()
    if not job.takes_applications(timezone.now()):
        return _closed_meanwhile(request, job, form)
    if not is_valid:
        return _page(request, job, form, status=422)
    address = form.cleaned_data["email"]
    if wait := limits.count((_per_address(), address), (_per_network(), network)):
        return _too_many(request, job, form, wait)
    try:
        _take_once(job, form)
    except ValidationError as refusal:
        if refusal.code == "closed":
            return _closed_meanwhile(request, job, form)
        form.add_error(None, refusal)
        return _page(request, job, form, status=422)
    day = hear_by_said(job, timezone.now())
    proof = signing.dumps(day.isoformat(), salt=_SALT)
    thanks = reverse("applications:applied", args=[postings.key_of(job)])
    return HttpResponseRedirect(f"{thanks}?by={proof}", status=303)


def _take_once(job: Job, form: ApplyForm) -> None:
    """Take the form in. Of one form sent twice at once, the other one may be in already."""
    try:
        take_application(job, form.for_action())
    except IntegrityError:
        if not Arrival.objects.filter(form_id=form.form_id).exists():
            raise


def _form_of(job: Job, request: HttpRequest) -> ApplyForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return ApplyForm(*sent, questions=questions_of(job), offer=offer_of(job, timezone.now()))


def _page(request: HttpRequest, job: Job, form: ApplyForm, status: int = 200) -> HttpResponse:
    context = {"job": job, "where": postings.where_of(job), "form": form}
    return render(request, "applications/careers/apply.html", context, status=status)


def _too_many(request: HttpRequest, job: Job, form: ApplyForm, wait: int) -> HttpResponse:
    form.add_error(
        None,
        gettext(
            "Too many applications came from you or your network. Try again in {time}."
            " What you typed is still here."
        ).format(time=limits.in_words(wait)),
    )
    response = _page(request, job, form, status=429)
    response["Retry-After"] = str(wait)
    return response


def _closed_meanwhile(request: HttpRequest, job: Job, form: ApplyForm) -> HttpResponse:
    """The job closed while they wrote: say so, and give them back every word."""
    typed = [
        (field.label, field.value())
        for field in form
        if field.name not in {"stamp", "homepage", "file", "job_emails"} and field.value()
    ]
    return closed(request, job, typed=typed, name=form["name"].value(), email=form["email"].value())


def _per_address() -> Limit:
    return Limit("apply:address", 5)


def _per_network() -> Limit:
    return Limit("apply:network", settings.APPLICATIONS_PER_NETWORK_PER_HOUR)


def _tries() -> Limit:
    """How often a form may be sent at all, with its file: wrong ones count as well."""
    return Limit("apply:tries", 5 * settings.APPLICATIONS_PER_NETWORK_PER_HOUR)
