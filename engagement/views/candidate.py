"""The pages a person opens from an email: no account, no script, one cookie.

Looking never changes anything: mail scanners open every link (C-01, C-02). What changes something
is a POST from a form that we rendered for that person, or the one-click POST of RFC 8058.
"""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from candidates.models import Candidate, GroundEvent, PreferenceChange
from engagement import explanation, links
from engagement.actions import preferences as actions
from engagement.choices import Choices, in_words, kinds_in_words, months_later, said_to_them
from engagement.forms.preferences import PreferencesForm, ProofForm, StopForm, WhyForm
from engagement.links import Opened, Purpose
from engagement.recipients import (
    Standing,
    all_kinds,
    masked_address,
    message_to,
    person_behind,
    standing_of,
    today_of,
)
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    version_in,
    with_cookie,
)

PAUSE_MONTHS = 3
_STOPS = (Purpose.STOP, Purpose.PAUSE, Purpose.ONE_CLICK)


@candidate_page()
def preferences_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.PREFERENCES,), "preferences")


@candidate_page()
def stop_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.STOP, Purpose.PAUSE), "stop")


@candidate_page()
def why_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.WHY,), "why")


@candidate_page("POST")
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: stop by POST without cookie, token or redirect; GET shows the page (C-04, C-05)."""
    if request.method != "POST":
        return arrive(request, token, (Purpose.ONE_CLICK,), "stop")
    opened = links.open_token(Purpose.ONE_CLICK, token)
    if not isinstance(opened, Opened):
        return incomplete(request)
    if candidate := person_behind(opened.candidate):
        actions.reduce(candidate, Choices(stopped=True), channel=GroundEvent.Channel.ONE_CLICK)
    return HttpResponse()


@candidate_page("POST")
def preferences(request: HttpRequest) -> HttpResponse:
    """Show what a person chose, and let them choose less (page A)."""
    opened, candidate = _reader(request, "preferences", (Purpose.PREFERENCES,))
    if opened is None:
        return incomplete(request)
    if candidate is None:
        return nothing_here(request)
    standing = standing_of(candidate)
    form = PreferencesForm(
        request.POST if request.method == "POST" else None,
        holds=standing.choices,
        known=all_kinds(),
        today=today_of(candidate),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change = actions.reduce(
                candidate,
                form.choices,
                channel=GroundEvent.Channel.LINK,
                action_id=opened.about,
                version=version_in(request),
            )
        except ValidationError:
            return _conflict(request, candidate, form)
        return _saved(request, "preferences", candidate, change)
    message = message_to(candidate, opened.about) if request.method != "POST" else None
    context = {
        **page_about(request, candidate, standing),
        "form": form,
        "why": links.path(Purpose.WHY, candidate.public_id, message.public_id) if message else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/preferences.html", context, status=status)


@candidate_page("POST")
def stop(request: HttpRequest) -> HttpResponse:
    """Ask whether to stop all job emails, with a pause and less of one kind beside it (page B)."""
    opened, candidate = _reader(request, "stop", _STOPS)
    if opened is None:
        return incomplete(request)
    if candidate is None:
        return nothing_here(request)
    if request.method == "POST" and "change" in request.POST:
        return _said_why(request, candidate)
    standing = standing_of(candidate)
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = _wanted(form, candidate, standing)
        change = actions.reduce(
            candidate, wanted, channel=GroundEvent.Channel.LINK, action_id=opened.about
        )
        return _saved(request, "stop", candidate, change)
    message = message_to(candidate, opened.about) if request.method != "POST" else None
    job = message.job if message else None
    family = job.family if job and _can_drop(job.family, standing) else ""
    pause_until = months_later(today_of(candidate), PAUSE_MONTHS)
    paused_until = standing.choices.paused_until
    context = {
        **page_about(request, candidate, standing),
        "family": family,
        "pause_first": opened.purpose == Purpose.PAUSE,
        "pause_until": in_words(pause_until),
        "is_paused": bool(paused_until and paused_until >= pause_until),
        "choose": links.path(
            Purpose.PREFERENCES, candidate.public_id, opened.about if message else None
        ),
    }
    return render(request, "engagement/candidate/stop.html", context)


@candidate_page()
def why(request: HttpRequest) -> HttpResponse:
    """Say which facts led to a message, from the stored match alone (P-36)."""
    opened = from_cookie(request, "why", (Purpose.WHY,))
    if opened is None:
        return incomplete(request)
    candidate = person_behind(opened.candidate)
    message = message_to(candidate, opened.about) if candidate else None
    if candidate is None or message is None:
        return nothing_here(request)
    context = {
        **page_about(request, candidate, standing_of(candidate)),
        "explanation": explanation.of(message),
        "corrected": "corrected" in request.GET,
        "stop": links.path(Purpose.STOP, candidate.public_id, message.public_id),
        "choose": links.path(Purpose.PREFERENCES, candidate.public_id, message.public_id),
    }
    return render(request, "engagement/candidate/why.html", context)


def _reader(
    request: HttpRequest, page: str, purposes: tuple[Purpose, ...]
) -> tuple[Opened | None, Candidate | None]:
    """Return who reads: by the cookie of the page, or by the proof in the form that they sent."""
    if request.method == "POST":
        form = ProofForm(request.POST)
        opened = form.cleaned_data["proof"] if form.is_valid() else None
    else:
        opened = from_cookie(request, page, purposes)
    return opened, person_behind(opened.candidate) if opened else None


def page_about(request: HttpRequest, candidate: Candidate, standing: Standing) -> dict[str, Any]:
    """Return what every page about a person's choices shows."""
    choices, today = standing.choices, today_of(candidate)
    kept = standing.kept_until
    return {
        "masked": masked_address(candidate),
        "standing": standing,
        "choices": choices,
        "only": kinds_in_words(choices.only) if choices.only else "",
        "paused_until": in_words(choices.paused_until) if choices.paused_until else "",
        "stopped_on": in_words(standing.stopped_at.date()) if standing.stopped_at else "",
        "agreed_on": in_words(standing.agreed.occurred_at.date()) if standing.agreed else "",
        "kept_until": in_words(kept.date()) if kept else "",
        "kept_is_over": bool(kept and kept.date() < today),
        "ends_first": bool(
            kept and choices.paused_until and today <= kept.date() < choices.paused_until
        ),
        "proof": links.make_token(Purpose.FORM, candidate.public_id, uuid4()),
        "own_page": links.path(Purpose.STATUS, candidate.public_id),
        **_just_saved(request, candidate),
    }


def _just_saved(request: HttpRequest, candidate: Candidate) -> dict[str, Any]:
    """Return what the region at the top says after a form was sent (page A2)."""
    saved = request.GET.get("saved", "")
    if not saved:
        return {}
    if saved == "same":
        return {"saved": [gettext("Nothing had to be changed.")]}
    try:
        change_id = UUID(saved)
    except ValueError:
        return {}
    change = PreferenceChange.objects.filter(
        public_id=change_id, candidate=candidate, undone_at=None
    ).first()
    if change is None:
        return {}
    said = said_to_them(Choices.from_json(change.before), Choices.from_json(change.after))
    return {
        "saved": said,
        "why_said": bool(change.why),
        "why_form": WhyForm(initial={"change": change.public_id}),
        "undo": links.make_token(Purpose.UNDO, candidate.public_id, change.public_id),
    }


def _saved(
    request: HttpRequest, page: str, candidate: Candidate, change: PreferenceChange | None
) -> HttpResponse:
    """Go on to the page as it now stands, with what was saved and its undo."""
    target = f"{reverse(f'engagement:{page}')}?saved={change.public_id if change else 'same'}"
    response = HttpResponseRedirect(target, status=303)
    purposes = (Purpose.PREFERENCES,) if page == "preferences" else _STOPS
    reader = from_cookie(request, page, purposes)
    if reader and person_behind(reader.candidate) == candidate:
        return response
    return with_cookie(response, page, links.make_token(purposes[0], candidate.public_id))


def _said_why(request: HttpRequest, candidate: Candidate) -> HttpResponse:
    form, change = WhyForm(request.POST), None
    if form.is_valid():
        asked = form.cleaned_data
        change = actions.say_why(candidate, asked["change"], asked["why"])
    return _saved(request, "stop", candidate, change)


def _conflict(request: HttpRequest, candidate: Candidate, form: PreferencesForm) -> HttpResponse:
    """Show what holds beside what was chosen: another tab was faster (C-08)."""
    standing = standing_of(candidate)
    together = standing.choices.reduced_by(form.choices)
    sent = [(key, value) for key, values in request.POST.lists() for value in values]
    context = {
        **page_about(request, candidate, standing),
        "sent": [(k, v) for k, v in sent if k not in {"proof", "version"}],
        "chosen": said_to_them(Choices(), form.choices) or [gettext("No less than before.")],
        "together": said_to_them(Choices(), together) or [gettext("No less than before.")],
        "holds": said_to_them(Choices(), standing.choices)
        or [gettext("At most one email a week.")],
    }
    return render(request, "engagement/candidate/conflict.html", context, status=409)


def _wanted(form: StopForm, candidate: Candidate, standing: Standing) -> Choices:
    what = form.cleaned_data["do"]
    if what == "pause":
        return Choices(paused_until=months_later(today_of(candidate), PAUSE_MONTHS))
    if what == "family":
        family = form.cleaned_data["family"]
        held = standing.choices.only or all_kinds()
        may_drop = _can_drop(family, standing)
        return Choices(only=held.without_family(family)) if may_drop else Choices()
    return Choices(stopped=True)


def _can_drop(family: str, standing: Standing) -> bool:
    """Whether leaving this family out leaves anything: an empty set must never come about here."""
    held = standing.choices.only or all_kinds()
    return family in held.families and not held.without_family(family).empty_sides
