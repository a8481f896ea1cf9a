"""Talent pools: the list, one pool with its members and proposals, and the pools of one person."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.forms import ButtonForm
from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates import pool_health
from candidates import pools as reading
from candidates.actions import pools as actions
from candidates.actions import work
from candidates.bulk import persons
from candidates.bulk.pools import AddToPool
from candidates.filters import people_of
from candidates.forms.pools import PersonForm, PoolForm, PoolPickForm, ProposalsForm
from candidates.models import Candidate, PoolMembership, TalentPool
from candidates.tasks import do_work, fill_pool
from candidates.tray import show_in_tray
from candidates.views.common import person_of


@require_safe
@requires(Permission.VIEW_PEOPLE)
def pools(request: StaffRequest) -> HttpResponse:
    """Open pools by name, each with its consent health; or the closed ones."""
    form = reading.PoolsForm(request.GET)
    visible = TalentPool.objects.visible_to(request.user).select_related("owner")
    shown, older = form.page_of(visible)
    standing = {} if form.shows_closed else pool_health.shown_of(shown)
    context = {
        "rows": [(pool, *standing.get(pool.pk, (None, None))) for pool in shown],
        "older": older,
        "shows_closed": form.shows_closed,
        "is_first_page": form.start is None,
        "has_closed": form.shows_closed or visible.closed().exists(),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
    }
    return render(request, "candidates/pools.html", context)


@requires(Permission.EDIT_PEOPLE)
def pool_new(request: StaffRequest) -> HttpResponse:
    """Make a pool; `?query=` brings the search along that fills it, or fills it once.

    Whom a search finds now comes into a pool by hand as one bulk action: it goes on in the
    background and can be undone, however many they are.
    """
    initial = {
        "owner": str(request.user.public_id),
        "query": request.GET.get("query", ""),
        "name": request.GET.get("name", ""),
        "joining": "approval",
        "leaving": "stay",
    }
    form = PoolForm(request.POST or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form), transaction.atomic():
            pool = actions.create_pool(by=request.user, **form.for_action())
            if query := form.taken_in_now:
                return _take_in(request, pool, query)
            hint(fill_pool, pool.pk)
            return redirect("candidates:pool", pool.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "candidates/pool_edit.html", {"form": form}, status=status)


@requires(Permission.EDIT_PEOPLE)
def pool_edit(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    pool = _pool(request, public_id)
    form = PoolForm(
        request.POST or None, pool=pool, by=request.user, initial=PoolForm.values_of(pool)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form), transaction.atomic():
            actions.change_pool(pool, by=request.user, was=form.was(), **form.for_action())
            hint(fill_pool, pool.pk)
            messages.success(request, "Saved.")
            return redirect("candidates:pool", public_id)
    context: dict[str, Any] = {"form": form, "pool": pool}
    if form.has_error("__all__", code="conflict"):
        pool.refresh_from_db()
        stored = PoolForm.values_of(pool)
        context |= {
            "differences": form.differences(stored),
            "settled": form.settled(stored),
            "changed": audit.last_change(pool, "pool.changed"),
        }
    status = 422 if form.is_bound else 200
    return render(request, "candidates/pool_edit.html", context, status=status)


@require_safe
@requires(Permission.VIEW_PEOPLE)
def pool(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _page(request, _pool(request, public_id))


@require_POST
@requires(Permission.EDIT_PEOPLE)
def pool_close(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.close_pool)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def pool_reopen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _press(request, public_id, actions.reopen_pool)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def pool_proposals(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take in, or decline, those whom the search proposes."""
    found = _pool(request, public_id)
    form = ProposalsForm(request.POST, pool=found)
    if form.is_valid():
        people = Candidate.objects.visible_to(request.user)
        if not form.cleaned_data["everybody"]:
            people = people.filter(pools__in=form.cleaned_data["item"])
        approves = form.cleaned_data["answer"] == "approve"
        act = actions.approve if approves else actions.decline
        with refusals_shown_on(form):
            count = persons(len(act(found, people, by=request.user)))
            done = "in the pool now" if approves else "declined; the search does not ask again"
            messages.success(request, f"{count} {done}.")
    if form.is_valid():
        return redirect("candidates:pool", public_id)
    return _page(request, found, form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def pool_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take one person out. The page then offers to put them back."""
    found, form = _pool(request, public_id), PersonForm(request.POST)
    candidate = _member(request, form, found.memberships.members())
    with refusals_shown_on(form):
        actions.remove_people(found, candidate, by=request.user)
    if form.is_valid():
        removed = candidate.get().public_id
        return redirect(f"{reverse('candidates:pool', args=[public_id])}?removed={removed}")
    return _page(request, found, form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def pool_return(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put somebody back who had left."""
    found, form = _pool(request, public_id), PersonForm(request.POST)
    candidate = _member(request, form, found.memberships.past())
    with refusals_shown_on(form):
        actions.add_people(found, candidate, by=request.user)
    if form.is_valid():
        messages.success(request, f"{candidate.get()} is in the pool again.")
        return redirect("candidates:pool", public_id)
    return _page(request, found, form)


@require_safe
@requires(Permission.VIEW_PEOPLE)
def person_pools(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """The pools that one person is in: a section of their page."""
    return _panel(request, person_of(request, public_id))


@require_POST
@requires(Permission.EDIT_PEOPLE)
def person_pool_add(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _for_person(request, public_id, actions.add_people)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def person_pool_remove(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    return _for_person(request, public_id, actions.remove_people)


def _take_in(request: StaffRequest, pool: TalentPool, query: str) -> HttpResponse:
    people = people_of(QueryDict(query), request.user)
    chosen = work.freeze(people, by=request.user, query=query)
    started = work.start(
        chosen,
        kind=AddToPool.key,
        title=AddToPool().title({"pool": pool}, chosen.total),
        values={"pool": pool.pk},
        by=request.user,
    )
    hint(do_work, started.pk)
    response = redirect("candidates:task", started.public_id)
    show_in_tray(response)
    return response


def _pool(request: StaffRequest, public_id: uuid.UUID) -> TalentPool:
    visible = TalentPool.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(visible, public_id=public_id)


def _member(request: StaffRequest, form: PersonForm, rows: Any) -> Any:
    """Return the person that the form names, if they are among these; else 404."""
    if not form.is_valid():
        raise Http404
    people = Candidate.objects.visible_to(request.user).filter(
        public_id=form.cleaned_data["person"], pk__in=rows.values("candidate")
    )
    if not people.exists():
        raise Http404
    return Candidate.objects.filter(pk=people.get().pk)


def _press(
    request: StaffRequest, public_id: uuid.UUID, action: Callable[..., TalentPool]
) -> HttpResponse:
    found, form = _pool(request, public_id), ButtonForm(request.POST)
    with refusals_shown_on(form):
        action(found, by=request.user)
    if form.is_valid():
        return redirect("candidates:pool", public_id)
    return _page(request, found, form)


def _page(request: StaffRequest, found: TalentPool, form: BaseForm | None = None) -> HttpResponse:
    listing = reading.MembersForm(request.GET)
    members, older = listing.page_of(found, request.user)
    health, waiting = pool_health.shown_of([found])[found.pk]
    here = reverse("candidates:pool", args=[found.public_id])
    shows_left = listing.chosen.get("show") == "left"
    context = {
        "pool": found,
        "form": form,
        "health": health,
        "proposals": reading.proposals_of(found, request.user),
        "waiting": waiting,
        "members": members,
        "older": older,
        "is_first_page": not listing.chosen.get("before"),
        "shows_left": shows_left,
        "tabs": [
            {"label": "Members", "href": here, "current": not shows_left, "count": health.said},
            {"label": "Left", "href": f"{here}?show=left", "current": shows_left},
        ],
        "removed": _removed(request, found, listing),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
        "fills": found.is_living and found.closed_at is None and found.owner.is_active,
    }
    status = 422 if form and form.errors else 200
    return render(request, "candidates/pool.html", context, status=status)


def _removed(
    request: StaffRequest, found: TalentPool, listing: reading.MembersForm
) -> Candidate | None:
    """Return whoever was just taken out, as long as they are out."""
    public_id = listing.chosen.get("removed")
    if public_id is None:
        return None
    out = found.memberships.past().values("candidate")
    people = Candidate.objects.visible_to(request.user).filter(public_id=public_id, pk__in=out)
    return people.first()


def _for_person(
    request: StaffRequest, public_id: uuid.UUID, action: Callable[..., list[int]]
) -> HttpResponse:
    candidate = person_of(request, public_id)
    form = PoolPickForm(request.POST, pools=TalentPool.objects.visible_to(request.user).open())
    if not form.is_valid():
        return _panel(request, candidate, form)
    with refusals_shown_on(form):
        action(
            form.cleaned_data["pool"], Candidate.objects.filter(pk=candidate.pk), by=request.user
        )
    if form.is_valid() and not request.htmx:
        return redirect(f"{reverse('candidates:profile', args=[public_id])}#pools")
    return _panel(request, candidate, form if form.errors else None)


def _panel(
    request: StaffRequest, candidate: Candidate, form: PoolPickForm | None = None
) -> HttpResponse:
    states = [PoolMembership.State.MEMBER, PoolMembership.State.PROPOSED]
    rows = candidate.pools.filter(state__in=states, pool__closed_at=None)
    held = list(rows.select_related("pool").order_by("pool__name"))
    visible = TalentPool.objects.visible_to(request.user).open()
    members = [row.pool_id for row in held if row.state == PoolMembership.State.MEMBER]
    context = {
        "candidate": candidate,
        "memberships": held,
        "form": form or PoolPickForm(pools=visible.exclude(pk__in=members)),
        "may_edit": may(request.user, Permission.EDIT_PEOPLE),
    }
    status = 422 if form and form.errors else 200
    whole = not request.htmx
    template = "candidates/pools_of_person.html" if whole else "candidates/pools_panel.html"
    return render(request, template, context, status=status)
