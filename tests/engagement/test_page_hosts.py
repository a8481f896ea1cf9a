"""Where links in emails lead, beside the domain that emails come from (C-34, C-35)."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from config import hosts
from engagement.actions.sending_domain import check_domain
from tests.dns import SILENT, DnsServer, dns_server
from tests.engagement.test_sending_domain import (
    DKIM,
    DMARC,
    DOMAIN,
    KEY_NAME,
    SPF,
    finding,
    levels,
)
from tests.factories.engagement import SendingDomainFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
PAGES = f"jobs.{DOMAIN}"


@pytest.fixture
def dns(settings, organisation) -> Iterator[DnsServer]:
    """A DNS in which the records of the domain are in order."""
    SendingDomainFactory(domain=DOMAIN, selectors=["s1"], mechanism="mx")
    with dns_server() as server:
        settings.DNS_SERVERS = [server.address]
        server.texts = {
            DOMAIN: [SPF.replace("include:spf.provider.example", "mx")],
            KEY_NAME: [DKIM],
            f"_dmarc.{DOMAIN}": [DMARC],
        }
        yield server


@pytest.mark.parametrize("host", [PAGES, DOMAIN])
def test_pages_under_the_sending_domain_are_in_order(dns, settings, host):
    settings.BASE_URL = f"https://{host}"

    assert finding(check_domain(), "Links")[0] == "good"


@pytest.mark.parametrize("host", ["jobs.example", f"not{DOMAIN}", "larkspur.example"])
def test_pages_elsewhere_are_told_and_hold_nothing_back(dns, settings, host):
    settings.BASE_URL = f"https://{host}"

    row = check_domain()

    level, said, _ = finding(row, "Links")
    assert (level, row.is_ready) == ("warn", True)
    assert f"such as {PAGES}" in said


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://127.0.0.1:8000"])
def test_of_a_page_without_a_name_nothing_is_said(dns, settings, address):
    settings.BASE_URL = address

    assert set(levels(check_domain())) == {"SPF", "DKIM", "DMARC"}


@pytest.mark.parametrize(
    ("moved", "addresses", "level"),
    [
        ("2026-03-01", ["192.0.2.1"], "good"),
        ("2026-03-01", ["192.0.2.7"], "warn"),
        ("2026-03-01", None, "warn"),
        ("2026-03-01", SILENT, "unknown"),
        ("2023-11-22", None, "good"),  # three years are over
        ("2023-11-23", None, "warn"),  # the last day
        ("2024-02-29", None, "warn"),
    ],
)
def test_former_hosts_are_looked_after_for_three_years(dns, settings, moved, addresses, level):
    settings.BASE_URL = f"https://{PAGES}"
    settings.FORMER_HOSTS = hosts.former({"jobs.old.example": moved})
    dns.hosts = {PAGES: ["192.0.2.1"]}
    if addresses is not None:
        dns.hosts["jobs.old.example"] = addresses

    row = check_domain()

    assert (finding(row, "Former host")[0], row.is_ready) == (level, True)


def test_the_page_says_what_is_wrong_with_the_hosts(dns, settings, admin, signed_in):
    settings.BASE_URL = "https://jobs.example"
    settings.FORMER_HOSTS = hosts.former({"jobs.old.example": "2026-03-01"})
    settings.ALLOWED_HOSTS = ["testserver"]
    check_domain()

    page = signed_in(admin).get(reverse("engagement:sending"))

    assertContains(page, "their links lead to jobs.example, which is not under it")
    assertContains(page, "The DNS does not know it any more")
