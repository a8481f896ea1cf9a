"""When two spellings are the same address, number or page. Pure: no database.

Identity is strict: `ana+jobs@x.example` and `ana@x.example` are two addresses. Suppression is broad
(`broad_email`): whoever stopped mail to one of them means both.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=20_000)
def canonical_email(address: str) -> str:
    """Return the form that identity compares: NFC, case-folded, the domain in ASCII (IDNA).

    Expects something shaped like an address; a text without "@" comes back folded.
    """
    address = unicodedata.normalize("NFC", address).strip()
    local, at, domain = address.rpartition("@")
    if not at:
        return address.casefold()
    return f"{unicodedata.normalize('NFC', local.casefold())}@{_ascii_domain(domain)}"


def broad_email(address: str) -> str:
    """Return the form that the suppression memory compares: canonical, without a plus tag."""
    local, at, domain = canonical_email(address).rpartition("@")
    untagged = local.partition("+")[0] or local
    return f"{untagged}{at}{domain}"


@lru_cache(maxsize=20_000)
def canonical_phone(number: str, country: str = "") -> str:
    """Return E.164 where the number can be understood, else its digits.

    country: two letters; where a number without "+" is read as a national one.
    """
    number = unicodedata.normalize("NFKC", number).strip()
    if number.startswith("00"):
        number = "+" + number[2:]
    try:
        parsed = phonenumbers.parse(number, country.upper() or None)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", number)
    if not phonenumbers.is_possible_number(parsed):
        return re.sub(r"\D", "", number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=20_000)
def canonical_link(url: str) -> str:
    """Return host and path: without scheme, "www.", user, query, fragment and closing slash."""
    url = unicodedata.normalize("NFC", url).strip()
    parts = urlsplit(url if "://" in url else f"https://{url}")
    host = _ascii_domain(parts.hostname or "").removeprefix("www.")
    path = parts.path.rstrip("/")
    if host in {"linkedin.com", "github.com", "gitlab.com"} or host.endswith(".linkedin.com"):
        path = path.casefold()  # their paths do not know case
        host = "linkedin.com" if host.endswith(".linkedin.com") else host
    return f"{host}{path}"


def tidy_name(name: str) -> str:
    """Return a name in NFC with single spaces: what is stored and shown."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", name)).strip()


@lru_cache(maxsize=5_000)
def _ascii_domain(domain: str) -> str:
    domain = domain.strip().strip(".").casefold()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:  # too long a label, or an empty one: compare as it stands
        return domain
