"""Names that we had before: old links go on to work, and somebody is told when they do not."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from candidates.models import GroundState
from config import hosts
from config.checks import hosts_answer
from engagement import links
from engagement.links import Purpose
from tests.dns import SILENT, dns_server
from tests.factories.accounts import OrganisationFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import MessageFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "jobs.old-name.example", "jobs.larkspur-tidal.example"


@pytest.fixture(autouse=True)
def _moved(settings):
    settings.BASE_URL = f"https://{NEW}"
    settings.FORMER_HOSTS = {OLD: date(2026, 3, 1)}
    settings.ALLOWED_HOSTS = [NEW, OLD]
    OrganisationFactory()


@pytest.fixture
def old():
    return Client(headers={"host": OLD})


@pytest.mark.parametrize("purpose", [Purpose.PREFERENCES, Purpose.STOP, Purpose.WHY])
def test_a_link_in_an_old_email_leads_to_its_page_where_it_is(old, purpose):
    message = MessageFactory(handed=True)
    link = links.path(purpose, message.candidate.public_id, message.public_id)

    arrived = old.get(link, follow=True)

    assert arrived.status_code == 200
    assert arrived.redirect_chain == [("/" + link.split("/")[1] + "/", 303)]


def test_the_unsubscribe_button_of_an_old_email_works_without_a_redirection(old):
    message = MessageFactory(handed=True)
    link = links.path(Purpose.ONE_CLICK, message.candidate.public_id, message.public_id)

    answer = old.post(link, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.content) == (200, b"")
    ground = GroundState.objects.get(candidate=message.candidate, purpose="nurture")
    assert ground.kind == "withdrawn"


def test_choices_are_changed_where_the_link_led(old):
    person = CandidateFactory()
    page = old.get(links.path(Purpose.STOP, person.public_id), follow=True)

    assert page.status_code == 200
    assert OLD not in page.content.decode()
    assert NEW not in page.content.decode()


@pytest.mark.parametrize("path", ["/", "/careers?q=rigger", "/today", "/jobs/rigger-1"])
def test_every_other_page_moved(old, path):
    for method in (old.get, old.head):
        answer = method(path)
        assert (answer.status_code, answer["Location"]) == (301, f"https://{NEW}{path}")


def test_nobody_signs_in_under_the_old_name(old):
    assert old.post("/sign-in", {"username": "a", "password": "b"}).status_code == 404


def test_the_present_name_answers_as_ever():
    assert Client(headers={"host": NEW}).get("/careers").status_code == 200


def test_every_link_in_an_email_is_answered_in_place(old):
    for path in sorted(links.PATHS):
        assert old.get(f"{path}{'x' * 50}").status_code != 301, path


@pytest.mark.parametrize(
    ("said", "known"),
    [({}, {}), ({"Old.Example": "2026-03-01"}, {"old.example": date(2026, 3, 1)})],
)
def test_hosts_are_read_from_the_environment(said, known):
    assert hosts.former(said) == known


def test_a_host_without_its_day_is_refused():
    with pytest.raises(ImproperlyConfigured):
        hosts.former({"old.example": "last spring"})


# ----------------------------------------------------------------- the deployment check


def warned(settings, addresses):
    with dns_server() as server:
        settings.DNS_SERVERS = [server.address]
        server.hosts = addresses
        return [(one.id, str(one.msg).partition(":")[0]) for one in hosts_answer(None)]


def test_a_former_host_that_leads_here_is_no_warning(settings):
    assert warned(settings, {OLD: ["192.0.2.1"], NEW: ["192.0.2.1"]}) == []


@pytest.mark.parametrize("addresses", [{NEW: ["192.0.2.1"]}, {OLD: SILENT, NEW: ["192.0.2.1"]}])
def test_one_that_does_not_resolve_is(settings, addresses):
    assert warned(settings, addresses) == [("perennial.W002", OLD)]


def test_one_that_leads_elsewhere_is(settings):
    addresses = {OLD: ["192.0.2.9"], NEW: ["192.0.2.1", "2001:db8::1"]}

    assert warned(settings, addresses) == [("perennial.W002", OLD)]


def test_hosts_that_are_not_allowed_are_named(settings):
    settings.ALLOWED_HOSTS = ["other.example"]

    assert [
        str(one.msg).split()[0] for one in hosts_answer(None) if one.id == "perennial.W001"
    ] == [NEW, OLD]


def test_nothing_is_asked_where_nobody_moved(settings):
    settings.FORMER_HOSTS = {}
    with dns_server() as server:
        settings.DNS_SERVERS = [server.address]
        assert hosts_answer(None) == []
        assert server.asked == []
