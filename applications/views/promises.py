"""The promise ledger: what was promised, what is due, and how often we kept our word."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, refusals_shown_on, render_part, requires
from accounts.permissions import Permission, may
from applications.actions import promises as act
from applications.forms.applications import families_known
from applications.forms.promises import (
    ExtendForm,
    HandOverForm,
    HandOverManyForm,
    KeptForm,
    PromiseFilterForm,
    PromiseForm,
    ReleaseForm,
)
from applications.models import Promise
from applications.promises import LEAST_FOR_RATE, kept_rate, latest_end, ledger, page
from applications.views.common import address_of, application_of, job_of, job_tabs, page_of
from candidates.models import Candidate

_TABS = (
    (Promise.State.DUE, "Due"),
    (Promise.State.OPEN, "Open"),
    (Promise.State.KEPT, "Kept"),
    (Promise.State.BROKEN, "Broken"),
    (Promise.State.LAPSED, "Lapsed"),
    (Promise.State.RELEASED, "Released"),
)


@require_GET
@requires(Permission.VIEW_PEOPLE)
def promises(request: StaffRequest) -> HttpResponse:
    return _ledger(request, request.GET)


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promises_hand_over(request: StaffRequest) -> HttpResponse:
    """Give the ticked promises to a colleague."""
    form = HandOverManyForm(request.POST, user=request.user)
    query = QueryDict(request.POST.get("query", ""))
    if form.is_valid():
        with refusals_shown_on(form):
            changed = act.hand_over(
                form.cleaned_data["promise"], form.cleaned_data["owner"], by=request.user
            )
    if not form.is_valid():
        return _ledger(request, query, hand_over=form)
    owner = form.cleaned_data["owner"].name
    messages.success(request, f"{_promises(changed)} handed over to {owner}.")
    return redirect(f"{address_of('applications:promises')}?{query.urlencode()}")


@require_GET
@requires(Permission.VIEW_PEOPLE)
def job_promises(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show the promises that this job made due."""
    job = job_of(request, public_id)
    found = Promise.objects.visible_to(request.user).for_list().filter(due_job=job)
    context = {
        "job": job,
        "promises": page_of(found, None),
        "may_settle": may(request.user, Permission.CLOSE_APPLICATION),
        "write": _write(request),
        "known_people": address_of("applications:known_people", job.public_id),
        "tabs": job_tabs(request, job, "applications:job_promises"),
    }
    return render(request, "applications/job_promises.html", context)


@requires(Permission.CLOSE_APPLICATION)
def promise_new(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Promise to keep the person of an application in mind."""
    application = application_of(request, public_id)
    back = address_of("applications:application", public_id)
    return _make(
        request, application.candidate, back, families=application.job.family,
        application=application,
    )  # fmt: skip


@requires(Permission.CLOSE_APPLICATION)
def person_promise_new(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Promise to keep a person in mind, whatever they applied for."""
    people = Candidate.objects.visible_to(request.user)
    candidate = get_object_or_404(people, public_id=public_id)
    return _make(request, candidate, address_of("candidates:profile", public_id))


@require_GET
@requires(Permission.VIEW_PEOPLE)
def promise(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one promise, and what can be done about it; on the page of its person, only that."""
    return _promise(request, _found(request, public_id))


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promise_keep(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    form = KeptForm(request.POST, promise=found)
    return _do(
        request, found, "kept", form, "Kept. Thank you for keeping it.",
        lambda: act.keep_promise(
            found, form.cleaned_data["kind"], form.cleaned_data["summary"], at=form.moment,
            by=request.user,
        ),
    )  # fmt: skip


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promise_release(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    form = ReleaseForm(request.POST)
    return _do(
        request, found, "release", form, "The promise is released.",
        lambda: act.release_promise(found, **form.cleaned_data, by=request.user),
    )  # fmt: skip


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promise_extend(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    form = ExtendForm(request.POST)
    return _do(
        request, found, "extend", form, "The promise holds longer now.",
        lambda: act.extend_promise(found, form.cleaned_data["until"], by=request.user),
    )  # fmt: skip


@require_POST
@requires(Permission.CLOSE_APPLICATION)
def promise_hand_over(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _found(request, public_id)
    form = HandOverForm(request.POST)
    return _do(
        request, found, "hand_over", form, "The promise is handed over.",
        lambda: act.hand_over([found], form.cleaned_data["owner"], by=request.user),
    )  # fmt: skip


def _found(request: StaffRequest, public_id: uuid.UUID) -> Promise:
    visible = Promise.objects.visible_to(request.user)
    return get_object_or_404(
        visible.select_related("candidate", "owner", "due_job", "application__job"),
        public_id=public_id,
    )


def _do(
    request: StaffRequest,
    found: Promise,
    name: str,
    form: Form,
    done: str,
    action: Callable[[], object],
) -> HttpResponse:
    if form.is_valid():
        with refusals_shown_on(form):
            action()
    if not form.is_valid():
        return _promise(request, _found(request, found.public_id), **{name: form})
    messages.success(request, done)
    return redirect(_back(request) or address_of("applications:promise", found.public_id))


def _promise(request: StaffRequest, found: Promise, **forms: Form) -> HttpResponse:
    latest = latest_end(found.candidate)
    ids = f"promise-{found.public_id}-%s"  # those of several may be open on the page of a person
    context: dict[str, Any] = {
        "promise": found,
        "candidate": found.candidate,
        "latest": latest,
        "may_extend": found.is_running and latest > found.until,
        "may_settle": may(request.user, Permission.CLOSE_APPLICATION),
        "write": _write(request),
        "kept": KeptForm(promise=found, prefix=None),
        "release": ReleaseForm(auto_id=ids),
        "extend": ExtendForm(initial={"until": latest}, auto_id=ids),
        "hand_over": HandOverForm(auto_id=ids),
        "refused": next(iter(forms.values()), None),
        "back": _back(request),
        **forms,
    }
    status = 422 if forms else 200
    return render_part(request, "applications/promise.html", "forms", context, status)


def _back(request: StaffRequest) -> str:
    """Return the page of ours that the forms were opened on, or nothing."""
    back = request.POST.get("back", "") or request.GET.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


def _make(
    request: StaffRequest, candidate: Candidate, back: str, *, families: str = "", **more: Any
) -> HttpResponse:
    initial = {"families": families, **PromiseForm.values_of(candidate)}
    form = PromiseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            act.make_promise(candidate, by=request.user, **more, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The promise is recorded.")
            return redirect(back)
    context = {
        "candidate": candidate,
        "back_address": back,
        "form": form,
        "latest": latest_end(candidate),
        "families": families_known(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/promise_new.html", context, status=status)


def _ledger(
    request: StaffRequest, query: QueryDict, hand_over: HandOverManyForm | None = None
) -> HttpResponse:
    form = PromiseFilterForm(query, user=request.user)
    visible = Promise.objects.visible_to(request.user)
    narrowed = form.apply(visible)
    whole = ledger(request.user)
    counts = narrowed.counts() if form.is_narrowed else whole
    state = form.said.get("state") or ("due" if counts["due"] else "open")
    after = form.said.get("after")
    shown = page(narrowed, state, visible.filter(public_id=after).first() if after else None)
    settled = whole["kept"] + whole["broken"]
    context = {
        "promises": shown.promises,
        "older": _with(query, state=state, after=shown.after) if shown.after else "",
        "first": _with(query, state=state, after="") if after else "",
        "tabs": [
            {
                "label": label,
                "href": _with(query, state=value, after=""),
                "current": state == value,
                "count": counts[value],
            }
            for value, label in _TABS
        ],
        "form": form,
        "state": state,
        "counts": whole,
        "rate": kept_rate(whole["kept"], whole["broken"]),
        "settled": settled,
        "least": LEAST_FOR_RATE,
        "has_none": not any(whole.values()),
        "may_settle": may(request.user, Permission.CLOSE_APPLICATION),
        "write": _write(request),
        "hand_over": hand_over or HandOverManyForm(user=request.user),
        "query": query.urlencode(),
        "is_running": state in {Promise.State.DUE, Promise.State.OPEN},
    }
    status = 422 if hand_over else 200
    return render(request, "applications/promises.html", context, status=status)


def _with(query: QueryDict, **values: str) -> str:
    """Return the address of this list with other values; an empty one is left out."""
    changed = query.copy()
    for name, value in values.items():
        changed[name] = value
    for name in [name for name, value in changed.items() if not value]:
        del changed[name]
    return f"?{changed.urlencode()}"


def _write(request: StaffRequest) -> str:
    """Return the page that begins a campaign, which lives above, to those who may."""
    if not may(request.user, Permission.EDIT_CAMPAIGNS):
        return ""
    return address_of("engagement:campaign_new")


def _promises(number: int) -> str:
    return "1 promise was" if number == 1 else f"{number} promises were"
