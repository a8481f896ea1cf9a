"""Coming to one's own page: by a link that only leads there, a typed code, or a button (page D).

Whether we know an address is nobody's to find out here: every answer is the same.
"""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from accounts import limits
from accounts.http import hint
from accounts.limits import Limit
from candidates.identity import canonical_email
from candidates.models import Candidate
from engagement import links, tasks
from engagement.actions import access as actions
from engagement.forms.access import WRONG_CODE, AddressForm, CodeForm
from engagement.forms.preferences import ProofForm
from engagement.links import Purpose
from engagement.models import AccessCode
from engagement.recipients import masked_address, person_behind
from engagement.views import unsaved
from engagement.views.arriving import (
    arrive,
    candidate_page,
    from_cookie,
    incomplete,
    nothing_here,
    with_cookie,
)
from engagement.views.visits import Visit, begin, end, visitors_page

_PER_ADDRESS = Limit("code:address", 3)
_PER_NETWORK = Limit("code:network", 20)
_CODE = "code"  # the cookie that names the code which this browser asked for
_LINK = "status"
_ENTER = "enter"
_WHO = "who"


@candidate_page()
def status_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every letter: it names a person, and shows nothing of theirs."""
    return arrive(request, token, (Purpose.STATUS,), _LINK)


def ask_page(
    request: HttpRequest, form: AddressForm | None = None, status: int = 200
) -> HttpResponse:
    """Page D: an address, or one button for whom the link named."""
    named = from_cookie(request, _LINK, (Purpose.STATUS,))
    candidate = person_behind(named.candidate) if named else None
    if named and candidate is None:
        return nothing_here(request)
    context = {
        "form": form or AddressForm(),
        "masked": masked_address(candidate) if candidate else "",
        "is_over": "over" in request.GET,
        "is_kept": "over" in request.GET and unsaved.waits(request),
        "is_out": "out" in request.GET,
    }
    return render(request, "engagement/candidate/status_ask.html", context, status=status)


@candidate_page("POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Leave word that a code is wanted. The same is done, and said, for every address."""
    if request.method != "POST":
        return _to("status")
    form = AddressForm(request.POST)
    candidate = None
    if "known" in request.POST:
        named = from_cookie(request, _LINK, (Purpose.STATUS,))
        candidate = person_behind(named.candidate) if named else None
        if candidate is None:
            return nothing_here(request) if named else incomplete(request)
        whom = _primary_of(candidate)
    elif form.is_valid():
        whom = canonical_email(form.cleaned_data["address"])
    else:
        return ask_page(request, form, status=422)
    if wait := limits.count((_PER_ADDRESS, whom), (_PER_NETWORK, limits.network_of(request))):
        return _too_many(request, form if candidate is None else None, wait)
    left = actions.ask_for(candidate) if candidate else actions.ask(whom)
    hint(tasks.send_codes)
    token = links.make_token(Purpose.ASKED, left.public_id)
    return with_cookie(_to("status_code"), _CODE, token, minutes=links.POWER_MINUTES)


@candidate_page("POST")
def code(request: HttpRequest) -> HttpResponse:
    """Take the code. What is wrong with it is not said: wrong, late and used read alike."""
    asked = from_cookie(request, _CODE, (Purpose.ASKED,))
    if asked is None:
        return _to("status")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        used = actions.enter(asked.candidate, form.cleaned_data["code"])
        if used:
            return _let_in(used)
        form.add_error(
            "code",
            WRONG_CODE,
        )
    context = {"form": form, "minutes": 10}
    status = 422 if form.is_bound else 200
    return render(request, "engagement/candidate/status_code.html", context, status=status)


@candidate_page()
def enter_link(request: HttpRequest, token: str) -> HttpResponse:
    return arrive(request, token, (Purpose.ENTER,), "status_enter", cookie=_ENTER)


@candidate_page("POST")
def enter(request: HttpRequest) -> HttpResponse:
    """Come in by a button, in the browser that asked; elsewhere the code has to be typed.

    A mail scanner that follows links and presses buttons has no such cookie, and types no code.
    """
    opened = from_cookie(request, _ENTER, (Purpose.ENTER,))
    if opened is None or opened.about is None:
        return incomplete(request)
    if person_behind(opened.candidate) is None:
        return nothing_here(request)
    if not opened.is_fresh:
        return _over(request, opened.candidate)
    asked = from_cookie(request, _CODE, (Purpose.ASKED,))
    is_where_asked = asked and asked.candidate == opened.about and asked.about is None
    if not is_where_asked:
        token = links.make_token(Purpose.ASKED, opened.about, opened.about)  # asked elsewhere
        return with_cookie(_to("status_code"), _CODE, token, minutes=links.POWER_MINUTES)
    if request.method == "POST":
        form = ProofForm(request.POST)
        if not form.is_valid() or form.cleaned_data["proof"].candidate != opened.candidate:
            return incomplete(request)
        used = actions.enter_by_link(opened.about)
        return _let_in(used) if used else _over(request, opened.candidate)
    context = {"proof": links.make_token(Purpose.FORM, opened.candidate, uuid4())}
    return render(request, "engagement/candidate/status_enter.html", context)


@candidate_page("POST")
def who(request: HttpRequest) -> HttpResponse:
    """Ask which of the people who share a mailbox has come (C-10). Shows initials alone."""
    opened = from_cookie(request, _WHO, (Purpose.CHOOSE,))
    if opened is None or not opened.is_fresh:
        return _to("status")
    used = AccessCode.objects.select_related("candidate").filter(public_id=opened.candidate)
    access = used.filter(used_at__isnull=False, ended_at=None).first()
    people = actions.people_of(access) if access else []
    if request.method == "POST":
        chosen = [one for one in people if str(one.public_id) == request.POST.get("person")]
        if chosen and access:
            return begin(_to("status"), chosen[0], access.public_id)
    context = {"people": [(one.public_id, initials(one)) for one in people]}
    return render(request, "engagement/candidate/status_who.html", context)


@visitors_page("POST")
def stay(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Prolong the visit by half an hour from now."""
    response = _to("status")
    return begin(response, visit.candidate, visit.access) if request.method == "POST" else response


@visitors_page("POST")
def out(request: HttpRequest, visit: Visit) -> HttpResponse:
    if request.method != "POST":
        return _to("status")
    actions.leave(visit.access)
    return end(HttpResponseRedirect(f"{reverse('engagement:status')}?out", status=303))


def initials(candidate: Candidate) -> str:
    """Return "A. O.": enough to know oneself by, whatever the script."""
    return " ".join(f"{word[0].upper()}." for word in candidate.name.split()[:4])


def _let_in(access: AccessCode) -> HttpResponse:
    people = actions.people_of(access)
    if len(people) == 1:
        return begin(_to("status"), people[0], access.public_id)
    token = links.make_token(Purpose.CHOOSE, access.public_id)
    return with_cookie(_to("status_who"), _WHO, token, minutes=links.POWER_MINUTES)


def _too_many(request: HttpRequest, form: AddressForm | None, wait: int) -> HttpResponse:
    said = gettext("Too many codes were asked for. Try again in {time}.").format(
        time=limits.in_words(wait)
    )
    if form is None:
        form = AddressForm({"address": ""})
        form.errors.clear()
    form.add_error(None, said)
    response = ask_page(request, form, status=429)
    response["Retry-After"] = str(wait)
    return response


def _over(request: HttpRequest, candidate: UUID) -> HttpResponse:
    """Say that a link has run out (page E). Less email needs no fresh one."""
    context = {"stop": links.path(Purpose.STOP, candidate)}
    return render(request, "engagement/candidate/status_over.html", context, status=410)


def _primary_of(candidate: Candidate) -> str:
    email = candidate.emails.filter(released_at=None).order_by("-is_primary", "pk").first()
    return email.canonical if email else str(candidate.public_id)


def _to(page: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"engagement:{page}"), status=303)
