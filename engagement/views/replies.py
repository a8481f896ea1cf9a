"""The inbox of recruiters: who answered, what they wrote, and what to do about it."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.http import StaffRequest, hint, refusals_shown_on, requires
from accounts.permissions import Permission, may
from candidates.models import FollowUp
from engagement import inbox, tasks
from engagement.actions import receiving
from engagement.actions import replies as act
from engagement.forms.replies import AnswerForm, HandOverForm, InboxForm, MarkForm, WhoForm
from engagement.models import Message, Reply
from engagement.views.common import campaign_of, told


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def replies(request: StaffRequest) -> HttpResponse:
    """List the answers: those that wait first."""
    form = InboxForm(request.GET)
    show = str(form.chosen("show")) or inbox.OPEN
    intent = str(form.chosen("intent"))
    after = form.chosen("after") or None
    of = form.chosen("campaign")
    campaign = campaign_of(request, of) if of else None
    rows, older = inbox.replies(request.user, show, intent, after, campaign)
    counts = inbox.counts(request.user)
    start = f"?show={show}" + (f"&intent={intent}" if intent else "")
    start += f"&campaign={of}" if of else ""
    context = {
        "rows": [(row, receiving.excerpt(row, 160)) for row in rows],
        "form": form,
        "show": show,
        "intent": intent,
        "campaign": campaign,
        "tabs": [
            {
                "label": label,
                "href": f"?show={key}" + (f"&campaign={of}" if of else ""),
                "current": key == show,
                "count": counts.get(key),
            }
            for key, label in inbox.SHOWS.items()
        ],
        "older": f"{start}&after={older}" if older else "",
        "first": start if after else "",
    }
    return render(request, "engagement/replies.html", context)


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def reply(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show one answer in its conversation."""
    return _page(request, _reply(request, public_id))


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_answer(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer. It can be taken back for some seconds."""
    found = _reply(request, public_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            act.answer(found, form.cleaned_data["text"], by=request.user)
    if not form.is_valid():
        return _page(request, found, answer_form=form)
    seconds = act.TAKE_BACK_SECONDS
    messages.success(request, f"Your answer leaves in {seconds} seconds. Until then, take it back.")
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def answer_take_back(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep an answer back; its text stands in the box again."""
    visible = Message.objects.visible_to(request.user).filter(answers__isnull=False)
    message = get_object_or_404(visible.select_related("answers"), public_id=public_id)
    found = get_object_or_404(_visible(request), pk=message.answers_id)
    form = AnswerForm({"text": message.text})
    form.is_valid()
    with refusals_shown_on(form):
        act.take_back(message, by=request.user)
    if form.errors:
        for error in form.non_field_errors():
            messages.error(request, str(error))
        return _back(found)
    messages.success(request, "Taken back. Nothing was sent; your text is in the box.")
    found.refresh_from_db()
    return _page(request, found, answer_form=form)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_mark(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what they mean, and let that happen."""
    found = _reply(request, public_id)
    form = MarkForm(request.POST)
    if form.is_valid():
        with refusals_shown_on(form):
            intent, on = form.cleaned_data["intent"], form.cleaned_data.get("on")
            act.mark(found, intent, by=request.user, on=on)
    if not form.is_valid():
        return _page(request, found, mark_form=form)
    messages.success(request, _DONE[intent].format(day=f"{on:%-d %B %Y}" if on else ""))
    return _back(found)


_DONE = {
    Reply.Intent.STOP: "Job emails to them have stopped.",
    Reply.Intent.NOT_NOW: "Job emails wait until {day}. It will stand on your Today page then.",
    Reply.Intent.WRONG_PERSON: "No job email goes to that address any more.",
    Reply.Intent.INTERESTED: "Marked as interested.",
    Reply.Intent.QUESTION: "Marked as a question.",
}


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_not_stop(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _reply(request, public_id)
    with told(request, "Noted. Job emails to them no longer wait because of this."):
        act.did_not_ask_to_stop(found, by=request.user)
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_is_real(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that a person wrote what was taken for a program's answer."""
    found = _reply(request, public_id)
    with told(request, "It waits for an answer now, and campaigns to them have ended."):
        act.is_a_reply(found, by=request.user)
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_close(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _reply(request, public_id)
    with told(request, "Done: nothing is to be answered."):
        act.close(found, by=request.user)
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_reopen(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _reply(request, public_id)
    with told(request, "It waits for an answer again."):
        act.reopen(found, by=request.user)
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_hand_over(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    found = _reply(request, public_id)
    form = HandOverForm(request.POST, by=request.user)
    if form.is_valid():
        with refusals_shown_on(form):
            act.hand_over(found, form.cleaned_data["colleague"], by=request.user)
    if not form.is_valid():
        return _page(request, found, hand_over_form=form)
    messages.success(request, f"{form.cleaned_data['colleague'].name} answers now.")
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_who(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say who wrote from an address that we do not know."""
    found = _reply(request, public_id)
    form = WhoForm(request.POST, user=request.user)
    if form.is_valid() and form.person:
        with refusals_shown_on(form):
            receiving.say_who(found, form.person, by=request.user)
    if not form.is_valid():
        return _page(request, found, who_form=form)
    messages.success(request, f"It stands with {form.person} now.")
    return _back(found)


@require_POST
@requires(Permission.EDIT_PEOPLE)
def reply_discard(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Delete what a stranger sent and nobody wants."""
    found = _reply(request, public_id)
    with told(request, "Deleted."):
        act.discard(found, by=request.user)
    return redirect(f"{reverse('engagement:replies')}?show={inbox.STRANGERS}")


@require_GET
@requires(Permission.MANAGE_SETTINGS)
def coming_in(request: StaffRequest) -> HttpResponse:
    """Show how mail comes back to us, and what came in the last thirty days."""
    since = timezone.now() - timedelta(days=30)
    hooks = [
        {
            "provider": provider,
            "tracking": settings.BASE_URL + reverse("engagement:hook_tracking", args=[provider]),
            "inbound": settings.BASE_URL + reverse("engagement:hook_inbound", args=[provider]),
        }
        for provider in settings.MAIL_HOOKS
    ]
    context = {
        "found": inbox.coming_in(since),
        "hooks": hooks,
        "return_address": settings.REPLIES_TO,
        "has_mailbox": bool(settings.IMAP_URL),
    }
    return render(request, "engagement/coming_in.html", context)


def _visible(request: StaffRequest) -> Any:
    related = ("candidate", "campaign", "message__job", "message__sender", "owner", "done_by")
    return Reply.objects.visible_to(request.user).select_related(*related)


def _reply(request: StaffRequest, public_id: uuid.UUID) -> Reply:
    found: Reply = get_object_or_404(_visible(request), public_id=public_id)
    return found


def _back(found: Reply) -> HttpResponse:
    hint(tasks.deliver)
    return redirect("engagement:reply", found.public_id)


def _page(request: StaffRequest, found: Reply, **forms: Any) -> HttpResponse:
    now = timezone.now()
    person = found.candidate
    may_act = may(request.user, Permission.EDIT_PEOPLE)
    turns = inbox.conversation(person, now) if person else [inbox.Turn(found.at, reply=found)]
    turns = inbox.with_files(turns, request.user)
    context: dict[str, Any] = {
        "reply": found,
        "person": person,
        "turns": turns,
        "may_act": may_act,
        "may_stop": found.holds == Reply.Holds.STOP,
        "intents": Reply.Intent.choices,
        "answer_form": AnswerForm(),
        "mark_form": MarkForm(initial=MarkForm.values_of(found)),
        "hand_over_form": HandOverForm(by=request.user) if may_act else None,
        "who_form": WhoForm(user=request.user, initial={"address": found.address})
        if may_act and not person
        else None,
        "follow_up": FollowUp.objects.open().filter(candidate=person).order_by("on").first()
        if person
        else None,
        **forms,
    }
    status = 422 if any(form.errors for form in forms.values()) else 200
    return render(request, "engagement/reply.html", context, status=status)
