"""What `manage.py check --deploy` says of the names under which people reach us (C-34)."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register  # noqa: A004  (its name there)
from django.http.request import validate_host

from engagement import domain_dns, page_hosts


@register("perennial", deploy=True)
def hosts_answer(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Warn of a host in links of ours that is not allowed, and of a former one that is gone.

    It asks the DNS about former hosts alone, for some seconds at most.
    """
    page_host = urlsplit(settings.BASE_URL).hostname or ""
    found: list[CheckMessage] = [
        Warning(
            f"{host} stands in links in our emails, and is not in ALLOWED_HOSTS.",
            hint="Add it, or whoever follows such a link sees an error.",
            id="perennial.W001",
        )
        for host in (page_host, *settings.FORMER_HOSTS)
        if not validate_host(host, settings.ALLOWED_HOSTS)
    ]
    if settings.FORMER_HOSTS and not page_hosts.is_local(page_host):
        ask = domain_dns.Asker().addresses
        judged = page_hosts.check(page_host, "", settings.FORMER_HOSTS, ask, date.today())  # noqa: DTZ011  (days)
        found += [
            Warning(f"{one.name}: {one.said}", id="perennial.W002")
            for one in judged
            if one.what == "Former host" and one.level != "good"
        ]
    return found
