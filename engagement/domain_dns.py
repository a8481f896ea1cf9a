"""Asks the DNS, with a limit on how long anybody waits."""

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings

from engagement.domain_records import Answer

SECONDS_A_SERVER = 2.0
SECONDS_A_NAME = 4.0
# One domain is some ten names. A page must answer before a proxy gives up on it.
MOST_NAMES = 40


class Asker:
    """Answers each name once; after the DNS stayed silent for one name, no further one is asked."""

    def __init__(self) -> None:
        self._resolver = _resolver()
        self._known: dict[str, Answer] = {}
        self._is_silent = False

    def __call__(self, name: str) -> Answer:
        if name not in self._known:
            is_too_much = self._is_silent or len(self._known) >= MOST_NAMES
            self._known[name] = Answer(is_known=False) if is_too_much else self._ask(name)
        return self._known[name]

    def addresses(self, host: str) -> tuple[str, ...] | None:
        """Return the addresses of a host, none where there is no such host. None: no answer."""
        found: list[str] = []
        for kind in ("A", "AAAA"):
            try:
                records = self._resolver.resolve(host, kind, search=False)
            except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
                continue
            except (dns.exception.DNSException, OSError):
                return None
            found += [record.address for record in records]
        return tuple(sorted(found))

    def _ask(self, name: str) -> Answer:
        try:
            found = self._resolver.resolve(name, "TXT", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Answer()
        except dns.resolver.LifetimeTimeout:
            self._is_silent = True
            return Answer(is_known=False)
        except (dns.exception.DNSException, OSError):
            return Answer(is_known=False)
        texts = [b"".join(record.strings).decode("utf-8", "replace") for record in found]
        return Answer(tuple(sorted(texts)))  # the DNS gives them in any order


def _resolver() -> dns.resolver.Resolver:
    """Return a resolver for the servers of DNS_SERVERS, such as 127.0.0.1:5353; else the system's.

    Raises dns.resolver.NoResolverConfiguration: the system names none.
    """
    servers = settings.DNS_SERVERS
    resolver = dns.resolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [_server(one) for one in servers]
    resolver.timeout, resolver.lifetime = SECONDS_A_SERVER, SECONDS_A_NAME
    return resolver


def _server(written: str) -> dns.nameserver.Nameserver:
    host, _, port = written.rpartition(":") if written.count(":") == 1 else (written, "", "")
    return dns.nameserver.Do53Nameserver(host or written, int(port or 53))
