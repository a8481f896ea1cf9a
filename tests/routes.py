"""Every route of the product, for the tests that walk the map."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, StringConverter, UUIDConverter

from accounts.permissions import Permission
from applications.postings import KeyConverter

# Pages that need no colleague: each with its reason. Everything else names a permission.
PUBLIC = {
    "healthz": "the probe of the load balancer; tells nothing",
    "accounts:sign_in": "the door",
    "accounts:sign_out": "leaving needs no permission",
    "accounts:set_password": "a colleague without a password follows an invitation",
    "applications:careers": "the list of open jobs (so are the next ones)",
    "applications:careers_feed": "the same, as a feed",
    "applications:careers_xml": "the same, for job boards",
    "applications:career": "what a candidate reads about a job, by its old address",
    "applications:posting": "what a candidate reads about a job",
    "applications:our_record": "how we treated people who applied, where that is shown",
    "applications:privacy_notice": "what becomes of what people send us",
    "applications:apply": "the form of a job",
    "applications:applied": "the thanks for what was sent",
    "sitemap": "the same, for search engines",
    "robots": "what search engines may read",
    "outbox": "caught mail, in development and the demo; 404 elsewhere",
    "outbox_message": "the same",
    "outbox_message_html": "the same",
    "outbox_message_raw": "the same",
    "engagement:join": "asking to hear about jobs",
    "engagement:join_link": "saying yes to it, behind a signed link",
    "engagement:preferences": "a person's choices, behind a signed link (so are the next ones)",
    "engagement:preferences_link": "arrives with the token and goes on without it",
    "engagement:stop": "stop all job emails",
    "engagement:stop_link": "the same, arriving",
    "engagement:one_click": "the unsubscribe button of the mail program (RFC 8058)",
    "engagement:why": "why a message was written",
    "engagement:why_link": "the same, arriving",
    "engagement:why_correct": "say that one of its facts is wrong",
    "engagement:undo": "take a change back",
    "engagement:undo_link": "the same, arriving",
    "engagement:again": "ask for job emails again, by a link to one's own address",
    "engagement:again_link": "say yes to them, behind that link",
    "engagement:status": "a person's own page, by a code to their mailbox (so are the next ones)",
    "engagement:language": "choose the language of these pages",
    "engagement:complain": "complain about how we use one's data",
    "engagement:complained": "that we have the complaint: a number and two days",
    "engagement:status_link": "arrives with the token and goes on without it",
    "engagement:status_ask": "ask for the code",
    "engagement:status_code": "type the code",
    "engagement:status_enter": "come in by a button, in the browser that asked",
    "engagement:status_enter_link": "the same, arriving",
    "engagement:status_who": "choose among the people of one mailbox",
    "engagement:status_stay": "prolong the visit",
    "engagement:status_out": "end the visit",
    "engagement:status_withdraw": "withdraw one's own application",
    "engagement:status_take_back": "take that back",
    "engagement:status_feedback": "ask why one was not chosen",
    "engagement:status_keep": "ask to be kept for similar jobs",
    "engagement:status_choices": "choose more or fewer job emails, or other ones",
    "engagement:status_address": "give us another address of one's own",
    "engagement:status_address_code": "prove it",
    "engagement:lost_address": "say that one cannot read one's mailbox any more",
    "engagement:new_address_link": "say yes from the new one, arriving",
    "engagement:new_address": "say yes from the new one, behind a signed link",
    "engagement:status_copy": "ask for a copy of one's data",
    "engagement:status_delete": "ask to be deleted",
    "engagement:status_delete_back": "take that back",
    "engagement:status_letter": "read a letter that was sent",
    "engagement:extension": "may we keep your details longer?",
    "engagement:extension_link": "the same, arriving",
    "engagement:hook_tracking": "a mail provider reports; what it signs is checked",
    "engagement:hook_inbound": "a mail provider hands messages over; the same check",
    "engagement:interested": "say that one would like to hear more, behind a signed link",
    "engagement:interested_link": "the same, arriving",
    "engagement:interview": "choose a time for an interview, behind a signed link",
    "engagement:interview_link": "the same, arriving",
    "engagement:survey": "say how it was to apply, behind a signed link",
    "engagement:survey_link": "the same, arriving",
}
# Pages that answer 404 unless somebody develops.
DEVELOPMENT = {"components", "candidate_components"}


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    converters: dict[str, Any]
    view: Any

    @property
    def permission(self) -> Permission | None:
        return getattr(self.view, "permission", None)

    @property
    def is_open(self) -> bool:
        """Does the view let strangers in?"""
        return not getattr(self.view, "login_required", True)

    def address(self) -> str:
        """An address of this route about something that does not exist."""
        values = {name: _unknown(converter) for name, converter in self.converters.items()}
        path = self.pattern
        for name, value in values.items():
            path = path.replace(f"<{name}>", value)
        return f"/{path}"


def routes(resolver: URLResolver | None = None) -> Iterator[Route]:
    yield from _walk(resolver or get_resolver(), "", [], {})


def _walk(
    resolver: URLResolver, prefix: str, spaces: list[str], converters: dict[str, Any]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + _plain(entry)
        known = {**converters, **entry.pattern.converters}
        if isinstance(entry, URLResolver):
            inner = [*spaces, entry.namespace] if entry.namespace else spaces
            yield from _walk(entry, pattern, inner, known)
        elif isinstance(entry, URLPattern):
            name = ":".join([*spaces, entry.name or pattern])
            yield Route(name, pattern, known, entry.callback)


def _plain(entry: URLPattern | URLResolver) -> str:
    """Return the route text with `<uuid:x>` shortened to `<x>`."""
    import re

    return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(entry.pattern))


def _unknown(converter: Any) -> str:
    if isinstance(converter, UUIDConverter):
        return str(uuid.UUID(int=7, version=4))
    if isinstance(converter, KeyConverter):
        return "unknown-000000000007"
    if isinstance(converter, IntConverter):
        return "7"
    if isinstance(converter, StringConverter):
        return "unknown"
    return "unknown"
