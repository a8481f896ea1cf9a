"""Whether the pages behind the links in our emails are where their readers, and old links, expect
them. Pure thinking: `Resolve` asks the DNS.

An email from one domain whose links lead to another looks like fraud (C-35). A link stands in
mailboxes for years, also under a name that we had before (C-34).
"""

import ipaddress
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from engagement.domain_records import Finding

KEPT_YEARS: Final = 3
# The addresses of a host; None: the DNS did not answer.
Resolve = Callable[[str], tuple[str, ...] | None]


def check(
    page_host: str, domain: str, former: Mapping[str, date], resolve: Resolve, today: date
) -> list[Finding]:
    """Judge the host of the pages beside the sending domain, and each former host.

    former: hosts that we had, to the day on which we moved. Nothing is said of a page host that is
    no name of the DNS, as while somebody develops.
    """
    if is_local(page_host):
        return []
    found = [_of_pages(page_host, domain)]
    return found + [
        _of_former(host, moved, page_host, resolve, today) for host, moved in sorted(former.items())
    ]


def is_local(host: str) -> bool:
    """Say whether a host is this machine or a bare address."""
    if host in {"", "localhost"} or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def last_day(moved: date) -> date:
    """Return until when a former host has to answer."""
    try:
        return moved.replace(year=moved.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return moved.replace(year=moved.year + KEPT_YEARS, day=28)


def _of_pages(host: str, domain: str) -> Finding:
    if host == domain or host.endswith(f".{domain}"):
        return Finding("Links", "good", f"Links in our emails lead to a name under {domain}.", host)
    return Finding(
        "Links",
        "warn",
        f"Emails come from {domain}, and their links lead to {host}, which is not under it: people"
        f" and mail programs trust that less. Give the pages a name such as jobs.{domain}"
        " (BASE_URL), and name the present one in FORMER_HOSTS.",
        host,
    )


def _of_former(host: str, moved: date, page_host: str, resolve: Resolve, today: date) -> Finding:
    if (until := last_day(moved)) < today:
        said = f"Three years have passed since {_day(moved)}: it may go from FORMER_HOSTS."
        return Finding("Former host", "good", said, host)
    addresses, present = resolve(host), resolve(page_host)
    if addresses is None:
        return Finding("Former host", "unknown", "The DNS did not answer. Try again later.", host)
    if not addresses:
        return Finding(
            "Former host",
            "warn",
            "The DNS does not know it any more: the links in emails of before"
            f" {_day(moved)} are dead, and whoever wants to stop job emails there cannot. It is to"
            f" answer until {_day(until)}.",
            host,
        )
    if present and not set(addresses) & set(present):
        return Finding(
            "Former host",
            "warn",
            f"It leads to other machines than {page_host}. See that it still reaches these pages:"
            f" it is to answer until {_day(until)}.",
            host,
            found=addresses,
        )
    said = f"It still leads here. Keep it until {_day(until)}."
    return Finding("Former host", "good", said, host, found=addresses)


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
