"""The links of an email, what stands on the page behind one, and what the database holds."""

import re
from uuid import UUID

from django.db import connection
from django.http import HttpResponse

from candidates.models import Candidate, GroundEvent
from engagement import links
from engagement.actions.preferences import reduce
from engagement.choices import Choices
from engagement.links import Purpose
from tests.factories.engagement import MessageFactory
from tests.factories.privacy import ExtensionRequestFactory, ending_in

PAGES = {
    Purpose.PREFERENCES: "/p/",
    Purpose.STOP: "/u/",
    Purpose.PAUSE: "/u/",
    Purpose.ONE_CLICK: "/u1/",
    Purpose.WHY: "/why/",
    Purpose.UNDO: "/undo/",
    Purpose.EXTENSION: "/e/",
}
LINK = GroundEvent.Channel.LINK


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def hidden(response: HttpResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text_of(response))
    assert found, name
    return found[1]


def checksum() -> dict[str, str]:
    """Return a checksum of every table of ours but the sessions of colleagues."""
    sums = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                f'FROM "{table}" t'
            )
            sums[table] = cursor.fetchone()[0]
    return sums


def all_links(candidate: Candidate | None = None) -> dict[Purpose, str]:
    candidate = candidate or ending_in(30)
    message = MessageFactory(candidate=candidate, enrolment__candidate=candidate)
    change = reduce(candidate, Choices(monthly=True), channel=LINK)
    assert change is not None
    about: dict[Purpose, UUID] = dict.fromkeys(Purpose, message.public_id)
    about[Purpose.UNDO] = change.public_id
    about[Purpose.EXTENSION] = ExtensionRequestFactory(candidate=candidate).public_id
    return {p: links.path(p, candidate.public_id, about[p]) for p in PAGES}
