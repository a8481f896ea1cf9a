"""Today, and what a colleague puts off, says is not theirs, or hands over there."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.actions import put_offs as act
from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.permissions import Permission
from config import today as page
from config.forms import HandThingOverForm, PutOffForm, ViewForm

# What a legal thing asks of who gets it.
_NEEDS = {"request": Permission.MANAGE_PRIVACY, page.TO_TELL: Permission.RECORD_REQUESTS}


@require_GET
@requires(Permission.USE_PRODUCT)
def today(request: StaffRequest) -> HttpResponse:
    """Show what is due for this user, now in their zone."""
    now, show = timezone.localtime(), request.GET.get("show", "")
    whose = ViewForm.whose(request.GET)
    return render(request, "config/today.html", page.context(request.user, now, show, whose))


@require_POST
@requires(Permission.USE_PRODUCT)
def put_off(request: StaffRequest) -> HttpResponse:
    """Show a thing again tomorrow or next week, or no more because it is not theirs."""
    form = PutOffForm(request.POST)
    if not form.is_valid():
        return HttpResponse("Choose tomorrow, next week or not mine.", status=422)
    thing, when = form.cleaned_data["thing"], form.cleaned_data["when"]
    if _kind(request, thing) in _NEEDS:
        return redirect(f"{reverse('today_hand_over')}?thing={thing}")
    until = _day(when)
    act.put_off(thing, until, by=request.user, today=timezone.localdate())
    said = f"Put off until {until:%A %-d %B}." if until else "It is off your day. “All” shows it."
    messages.success(request, said)
    return redirect(_back(form.cleaned_data["view"]))


@requires(Permission.USE_PRODUCT)
def hand_over(request: StaffRequest) -> HttpResponse:
    """Hand a legal thing to a colleague who may do it. It cannot be dismissed."""
    values = request.POST if request.method == "POST" else request.GET
    thing = values.get("thing", "")
    if not thing:  # an address that was cut short
        return redirect("today")
    needs = _NEEDS.get(_kind(request, thing))
    if needs is None:
        raise Http404
    form = HandThingOverForm(request.POST or None, needs=needs, by=request.user)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            act.hand_over(thing, form.cleaned_data["colleague"], needs=needs, by=request.user)
        if form.is_valid():
            messages.success(request, f"Handed over to {form.cleaned_data['colleague'].name}.")
            return redirect("today")
    context = {"form": form, "thing": thing}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "config/today_hand_over.html", context, status=status)


@require_POST
@requires(Permission.USE_PRODUCT)
def bring_back(request: StaffRequest) -> HttpResponse:
    """Show again what was put off."""
    act.bring_back(by=request.user)
    messages.success(request, "What you put off is back.")
    return redirect(_back(ViewForm.whose(request.POST)))


def _kind(request: StaffRequest, thing: str) -> str:
    kind = page.kind_shown(request.user, thing, timezone.localtime())
    if not kind:
        raise Http404
    return kind


def _day(when: str) -> date | None:
    """Return tomorrow, the next Monday, or None for what is not theirs."""
    day = timezone.localdate()
    days = {"tomorrow": 1, "next_week": 7 - day.weekday(), "not_mine": 0}[when]
    return day + timedelta(days=days) if days else None


def _back(view: str) -> str:
    return f"{reverse('today')}?view={view}" if view else reverse("today")
