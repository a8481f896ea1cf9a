"""What kind of answer it is, with the reasons. Pure: no database, and nothing is decided here.

Headers come before words: a program that answers by itself says so (RFC 3834). What a person means
is only ever suggested, from their first lines; a colleague says whether it is so (C-31).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from engagement.incoming import dates
from engagement.incoming.quotes import split, without_signature
from engagement.incoming.reader import Mail

REPLY, AWAY, AUTOMATIC, STATUS, UNSUBSCRIBE = "reply", "away", "automatic", "status", "unsubscribe"
INTERESTED, NOT_NOW, QUESTION, STOP, WRONG_PERSON = (
    "interested", "not_now", "question", "stop", "wrong_person",
)  # fmt: skip

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MAILTO_STOP = re.compile(rf"^\s*stop\s+({_UUID})\s*$", re.IGNORECASE)
_AWAY_SUBJECT = re.compile(
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[ -]?(?:reply|response)"
    r"|on (?:holiday|vacation|(?:annual |parental |maternity |paternity )?leave)\b"
    r"|r[ée]ponse automatique|absen(?:t|te|ce)\b|en cong[ée]s?\b"
    r"|automatische antwort|abwesen(?:d|heit)|\bim urlaub\b"
    r"|خارج المكتب|رد (?:تلقائي|آلي)|في إجازة",
    re.IGNORECASE,
)
_AWAY_TEXT = re.compile(
    r"\bI(?:['’]m| am)(?: currently)? (?:out of (?:the )?office|away (?:from|until|on)|on (?:annual"
    r" |parental )?(?:leave|holiday|vacation))"
    r"|\bje suis(?: actuellement)? (?:absente?|en cong[ée]s?|en vacances)"
    r"|\bich bin (?:derzeit |zurzeit |momentan |bis \S+ |vom .{4,40} )?"
    r"(?:nicht im (?:b[üu]ro|haus)|im urlaub|abwesend|au(?:ß|ss)er haus)"
    r"|(?:أنا|انا|سأكون) (?:حاليًا |حاليا |الآن )?(?:خارج المكتب|في إجازة)",
    re.IGNORECASE,
)
_INTENTS: Final = {
    STOP: re.compile(
        r"\bunsubscribe\b|\b(?:remove|delete) me\b|\btake me off\b"
        r"|\b(?:do not|don'?t|please don'?t|never) (?:contact|email|e-mail|write to|mail) me\b"
        r"|\bstop (?:emailing|e-mailing|writing|contacting|sending|mailing)\b"
        r"|\bno more (?:e-?mails?|messages?|job emails?)\b|\bopt(?:ing)?[ -]?out\b"
        r"|\bd[ée]s(?:abonn|inscri)\w*|\bne (?:plus|pas) (?:me |m')?"
        r"(?:contacter|[ée]crire|recevoir|envoyer)|\bretire[zr][ -]moi\b"
        r"|\babmelden\b|\babbestell\w+|\baustragen\b|\bkeine (?:weiteren )?(?:e-?mails|mails"
        r"|nachrichten)\b|\bnicht mehr (?:kontaktier|anschreib|schreib)\w*"
        r"|[إا]لغاء (?:ال)?اشتراك|لا (?:تراسلو|تكتبو|ترسلو|تتواصلو)\w*"
        r"|(?:أوقف|اوقف|توقف)\w* (?:عن )?(?:ال)?(?:رسائل|إرسال|ارسال|مراسل)\w*|احذفو?ني",
        re.IGNORECASE,
    ),
    WRONG_PERSON: re.compile(
        r"\bwrong (?:person|address|recipient|email)\b|\bnot the (?:right )?person\b"
        r"|\bmauvaise (?:personne|adresse)\b|\btrompez? de (?:personne|destinataire)\b"
        r"|\bfalsche (?:person|adresse|empf[äa]nger\w*)\b|\bnicht die richtige person\b"
        r"|(?:الشخص|العنوان) (?:الخطأ|الخاطئ)|عنوان (?:خطأ|خاطئ)",
        re.IGNORECASE,
    ),
    NOT_NOW: re.compile(
        r"\bnot (?:right )?now\b|\bnot (?:currently|looking|interested|at (?:the|this) moment)\b"
        r"|\bmaybe later\b|\bin a few (?:weeks|months)\b|\bnext year\b|\bask (?:me )?again\b"
        r"|\bpas (?:pour le moment|actuellement|int[ée]ress[ée]e?)\b|\bplus tard\b"
        r"|\b(?:momentan|derzeit|zurzeit|zur zeit|jetzt|im moment) (?:nicht|kein)\w*"
        r"|\bkein interesse\b|\bsp[äa]ter\b|\bn[äa]chstes jahr\b"
        r"|ليس الآن|غير مهتم|لست مهتم|لاحقًا|لاحقا|(?:العام|السنة) القادمة?",
        re.IGNORECASE,
    ),
    INTERESTED: re.compile(
        r"\binterested\b|\bsounds (?:good|great|interesting)\b|\b(?:would|'d) (?:love|like) to\b"
        r"|\bhappy to\b|\btell me more\b|\bcall me\b|\bint[ée]ress[ée]e?\b|\bavec plaisir\b"
        r"|\binteressiert\b|\bgerne?\b|\binteresse\b|\bمهتم|يهمني|يسعدني",
        re.IGNORECASE,
    ),
    QUESTION: re.compile(r"\S[^?؟\n]{0,60}[?؟]"),
}
_FIRST_LINES = 12
_ONE_WORD = re.compile(
    r"^\W*(?:stop|unsubscribe|arr[êe]t|stopp|توقفوا?|أوقفوا?|إلغاء)\W*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Seen:
    """What was recognised. `reasons` are whole sentences; `words` are theirs, for the suggestion.

    back_on: the first day on which they can be written to again. stops: the id of the message whose
    unsubscribe button sent this.
    """

    kind: str
    text: str
    quoted: str = ""
    reasons: tuple[str, ...] = ()
    suggestion: str = ""
    words: str = ""
    back_on: date | None = None
    stops: str = ""


def recognise(mail: Mail, today: date) -> Seen:
    """Say what kind of answer a message is, and what its sender may mean."""
    text, quoted = split(mail.text)
    if mail.reports or (
        mail.content_type == "multipart/report" and mail.report_type == "delivery-status"
    ):
        return Seen(STATUS, text, quoted, ("A mail server reports what became of an email.",))
    if stop := _MAILTO_STOP.match(mail.subject):
        reason = "Their mail program's unsubscribe button sent this."
        return Seen(UNSUBSCRIBE, text, quoted, (reason,), stops=stop[1].lower())
    if daemon := _from_daemon(mail):
        return Seen(AUTOMATIC, text, quoted, (daemon,))
    if header := _says_it_is_a_program(mail):
        return _automatic(mail, text, quoted, header, today)
    own = without_signature(text)
    if why := _away_in_words(mail, own):
        return Seen(AWAY, text, quoted, why, back_on=dates.back_on(own, today))
    suggestion, words = _intent(own)
    day = dates.later_day(own, today) if suggestion == NOT_NOW else None
    reasons = (f"They wrote “{words}”.",) if words else ()
    return Seen(REPLY, text, quoted, reasons, suggestion, words, back_on=day)


def _from_daemon(mail: Mail) -> str:
    local = mail.sender.address.partition("@")[0].lower()
    if local in {"mailer-daemon", "postmaster"}:
        return f"It comes from {local}, a mail server."
    return ""


def _says_it_is_a_program(mail: Mail) -> str:
    """Return the header by which a program says that it answers, as it stands."""
    said = mail.headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    if said and said != "no":
        return f"Auto-Submitted: {said}"
    for name in ("x-autoreply", "x-autorespond"):
        if name in mail.headers and mail.headers[name].lower() != "no":
            return f"{name.title()}: {mail.headers[name]}"[:80]
    precedence = mail.headers.get("precedence", "").strip().lower()
    if precedence in {"auto_reply", "bulk", "junk", "list"}:
        return f"Precedence: {precedence}"
    return ""


def _automatic(mail: Mail, text: str, quoted: str, header: str, today: date) -> Seen:
    """A program answered: somebody is away, or it is a machine that always answers."""
    answers = "auto-replied" in header or "auto_reply" in header or header.startswith("X-Auto")
    words = _AWAY_SUBJECT.search(mail.subject) or _AWAY_TEXT.search(text[:2_000])
    reasons = [f"The header “{header}” says that a program answered."]
    if words:
        reasons.append(f"It says “{words[0]}”.")
    day = dates.back_on(f"{mail.subject}\n{text}", today)
    if words or (answers and day):
        return Seen(AWAY, text, quoted, tuple(reasons), back_on=day)
    return Seen(AUTOMATIC, text, quoted, tuple(reasons))


def _away_in_words(mail: Mail, own: str) -> tuple[str, ...]:
    """No header says so. The subject of an answering program does, or the first words alone do."""
    if found := _AWAY_SUBJECT.search(mail.subject):
        return (f"The subject says “{found[0]}”.",)
    first = " ".join(own.split("\n")[:4])
    found = _AWAY_TEXT.search(first)
    if found and not {"?", "؟"} & set(own) and not _INTENTS[INTERESTED].search(own):
        return (f"It begins with “{found[0]}”.",)
    return ()


def _intent(own: str) -> tuple[str, str]:
    """Return what they may mean, and the words that say so."""
    lines = [line for line in own.split("\n") if line.strip()][:_FIRST_LINES]
    first = "\n".join(lines)[:2_000]
    if lines and _ONE_WORD.match(lines[0]):
        return STOP, lines[0].strip()[:40]
    for intent, pattern in _INTENTS.items():
        if found := pattern.search(first):
            return intent, " ".join(found[0].split())[:80]
    return "", ""
