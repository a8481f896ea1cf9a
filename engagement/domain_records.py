"""What the DNS of a sending domain should say, and what is wrong where it does not. Pure thinking:
`Ask` brings the records.

Mail programs judge by three of them: who may send for the domain (SPF, RFC 7208), by which key its
emails are signed (DKIM, RFC 6376), and what to do with the rest (DMARC, RFC 7489).
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Level = Literal["good", "warn", "bad", "unknown"]
MOST_LOOKUPS: Final = 10  # RFC 7208, 4.6.4: a record that needs more counts as broken
_SPKI_1024, _SPKI_2048 = 162, 294  # bytes of an RSA key as it stands in a DKIM record
_ASKING: Final = re.compile(
    r"[+?~-]?(include|a|mx|ptr|exists)(?=[:/]|$)|redirect(?==)", re.IGNORECASE
)


@dataclass(frozen=True)
class Answer:
    """The TXT records of a name. `is_known` is false where the DNS did not answer."""

    texts: tuple[str, ...] = ()
    is_known: bool = True


Ask = Callable[[str], Answer]


@dataclass(frozen=True)
class Finding:
    """What was found of one kind. `record`: what to add at `name`, where that is known."""

    what: str
    level: Level
    said: str
    name: str
    record: str = ""
    found: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "found": list(self.found)}


@dataclass(frozen=True)
class Wanted:
    """What we know of the domain. selectors: of the keys that sign; mechanism: what the provider
    asks for in SPF, such as include:spf.provider.example; contact: where DMARC reports go."""

    domain: str
    selectors: tuple[str, ...] = ()
    mechanism: str = ""
    contact: str = ""


def check(wanted: Wanted, ask: Ask) -> list[Finding]:
    """Judge the three kinds of record, DKIM for each selector."""
    senders = spf(wanted, ask)
    keys = [dkim(wanted.domain, selector, ask) for selector in wanted.selectors]
    return [senders, *(keys or [_no_selector(wanted.domain)]), dmarc(wanted, ask)]


def is_ready(findings: list[Finding]) -> bool:
    return all(finding.level in {"good", "warn"} for finding in findings)


def spf(wanted: Wanted, ask: Ask) -> Finding:
    domain = wanted.domain
    answer = ask(domain)
    if not answer.is_known:
        return _unknown("SPF", domain)
    found = tuple(text for text in answer.texts if _is_spf(text))
    sends = wanted.mechanism or "mx"
    fresh = f"v=spf1 {sends} ~all"

    def said(level: Level, sentence: str, record: str = "") -> Finding:
        return Finding("SPF", level, sentence, domain, record, found)

    if not found:
        return said("bad", "There is no SPF record: nobody is said to send for this domain.", fresh)
    if len(found) > 1:
        return said(
            "bad", "There are several SPF records, so none counts. Leave one.", _merged(found)
        )
    terms = found[0].split()[1:]
    lowered = [term.lower() for term in terms]
    lacks = wanted.mechanism.lower() not in {term.lstrip("+") for term in lowered}
    missing = [wanted.mechanism] if wanted.mechanism and lacks else []
    if any(term in {"+all", "all"} for term in lowered):
        kept = [term for term in terms if term.lower() not in {"+all", "all"}]
        safe = " ".join(["v=spf1", *missing, *kept, "~all"])
        return said("bad", "It lets everybody send for this domain (+all).", safe)
    if missing:
        added = " ".join(["v=spf1", *missing, *terms])
        return said("bad", f"It does not name {wanted.mechanism}, by which we send.", added)
    lookups = _lookups(found[0], ask, frozenset({domain.lower()}))
    if lookups > MOST_LOOKUPS:
        return said(
            "bad",
            f"It needs {lookups} further questions to the DNS; with more than {MOST_LOOKUPS} it"
            " counts as broken. Take out what no longer sends.",
        )
    closes = any(term in {"-all", "~all"} or term.startswith("redirect=") for term in lowered)
    if not closes:
        safe = " ".join(["v=spf1", *(t for t in terms if t.lower() != "?all"), "~all"])
        return said("warn", "It does not say what becomes of everybody else.", safe)
    return said("good", "It says who sends for this domain.")


def dkim(domain: str, selector: str, ask: Ask) -> Finding:
    name = f"{selector}._domainkey.{domain}"
    answer = ask(name)
    if not answer.is_known:
        return _unknown("DKIM", name)
    found = tuple(text for text in answer.texts if "p=" in text.replace(" ", ""))

    def said(level: Level, sentence: str) -> Finding:
        return Finding("DKIM", level, sentence, name, "", found)

    if not found:
        return said(
            "bad",
            f"There is no key under the selector {selector}. The record to add stands in the"
            " settings of your mail provider or server: it holds a key that only they have.",
        )
    if len(found) > 1:
        return said("bad", "There are several keys under one selector. Leave the one in use.")
    return said(*_judged_key(_tags(found[0])))


def _judged_key(tags: dict[str, str]) -> tuple[Level, str]:
    if tags.get("v", "DKIM1") != "DKIM1":
        return "bad", "It is no DKIM record: it begins with another version than DKIM1."
    try:
        key = base64.b64decode(re.sub(r"\s", "", tags.get("p", "")), validate=True)
    except (binascii.Error, ValueError):
        return "bad", "The key is cut or mistyped. Copy the record again as a whole."
    if not key:
        return "bad", "The key was withdrawn (p is empty): nothing signed by it is believed."
    bytes_of_rsa = len(key) if tags.get("k", "rsa") == "rsa" else _SPKI_2048
    if bytes_of_rsa < _SPKI_1024:
        return "bad", "The key is shorter than 1024 bits: it counts as none."
    if "y" in tags.get("t", "").split(":"):
        return "warn", "The key is marked as a test (t=y): some ignore it. Take the mark out."
    if bytes_of_rsa < _SPKI_2048:
        return "warn", "The key is shorter than 2048 bits. Ask for a longer one."
    return "good", "There is a key for the signature."


def dmarc(wanted: Wanted, ask: Ask) -> Finding:
    """Judge the policy: that of the domain, else of the nearest domain above it."""
    own = f"_dmarc.{wanted.domain}"
    reports = f"; rua=mailto:{wanted.contact}" if wanted.contact else ""
    fresh = f"v=DMARC1; p=quarantine{reports}"
    name = own
    found: tuple[str, ...] = ()
    for name in _names_above(wanted.domain):
        answer = ask(name)
        if not answer.is_known:
            return _unknown("DMARC", name)
        found = tuple(text for text in answer.texts if _is_dmarc(text))
        if found:
            break

    def said(level: Level, sentence: str, record: str = "") -> Finding:
        return Finding("DMARC", level, sentence, name if found else own, record, found)

    if not found:
        return said("bad", "There is no DMARC record: large providers turn such mail away.", fresh)
    if len(found) > 1:
        return said("bad", "There are several DMARC records, so none counts. Leave one.")
    tags = _tags(found[0])
    policy = tags.get("p", "").lower()
    if name != own:
        policy = tags.get("sp", policy).lower()
    if policy not in {"none", "quarantine", "reject"}:
        return said("bad", "It has no policy (p) that anybody knows.", fresh)
    if policy == "none":
        return said(
            "warn",
            "It only watches (p=none). Once the reports show nothing strange, ask for more.",
            fresh,
        )
    return said("good", f"It says what becomes of mail that is not ours ({policy}).")


def _no_selector(domain: str) -> Finding:
    return Finding(
        "DKIM",
        "bad",
        "Nobody has said by which selector our mail is signed. It stands in the settings of your"
        " mail provider, and after s= in the DKIM-Signature of an email that you received.",
        f"…._domainkey.{domain}",
    )


def _unknown(what: str, name: str) -> Finding:
    return Finding(what, "unknown", "The DNS did not answer. Try again later.", name)


def _is_spf(text: str) -> bool:
    return text.lower().split(" ")[0] == "v=spf1"


def _is_dmarc(text: str) -> bool:
    return text.replace(" ", "").lower().partition(";")[0] == "v=dmarc1"


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}


def _merged(records: tuple[str, ...]) -> str:
    """Return one SPF record that names whatever any of these named."""
    terms = [term for record in records for term in record.split()[1:]]
    kept = [term for term in dict.fromkeys(terms) if term.lower().lstrip("+-~?") != "all"]
    return " ".join(["v=spf1", *kept, "~all"])


def _names_above(domain: str) -> list[str]:
    """Return where a policy may stand: at the domain, then above it, but at no top level."""
    labels = domain.split(".")
    return [f"_dmarc.{'.'.join(labels[start:])}" for start in range(len(labels) - 1)]


def _lookups(record: str, ask: Ask, seen: frozenset[str]) -> int:
    """Count the questions that a record leads to, with those of the records that it includes."""
    count = 0
    for term in record.split()[1:]:
        if not _ASKING.match(term):
            continue
        count += 1
        kind, _, target = (
            term.lower().lstrip("+?~-").replace("redirect=", "redirect:").partition(":")
        )
        if kind not in {"include", "redirect"} or target in seen or count > MOST_LOOKUPS:
            continue
        texts = [text for text in ask(target).texts if _is_spf(text)]
        if texts:
            count += _lookups(texts[0], ask, seen | {target})
    return count
