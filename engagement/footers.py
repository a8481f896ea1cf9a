"""What stands below the text of every job email, in the languages that we have.

A text in any other language has it in English.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from babel.dates import format_date

from engagement.bodies import ACTION, slot


@dataclass(frozen=True)
class Words:
    """Whole sentences. In braces: day, organisation."""

    why: str
    more: str
    pause: str
    choose: str
    stop: str
    yes: str
    read: str
    asked: str
    known: str
    kept_until: str
    kept: str
    after_pause: str
    colon: str = ":"


WORDS: Final[dict[str, Words]] = {
    "en": Words(
        why="Why you get this",
        more="More about that, and how to correct it",
        pause="Pause job emails for 3 months",
        choose="Choose which jobs you hear about",
        stop="Stop all job emails",
        yes="Yes, I would like to hear more",
        read="Read about this job",
        asked="On {day} you asked {organisation} to tell you about jobs that may suit you.",
        known="{organisation} knows you from an earlier contact, and you have not asked us to stop"
        " writing about jobs.",
        kept_until="We keep your details until {day}.",
        kept="We keep your details until you ask us to delete them.",
        after_pause="Your pause ended on {day}, so job emails come again.",
    ),
    "fr": Words(
        why="Pourquoi vous recevez ce message",
        more="En savoir plus, et corriger ce qui est faux",
        pause="Suspendre ces messages pendant 3 mois",
        choose="Choisir les postes qui vous intéressent",
        stop="Ne plus recevoir aucun message sur nos postes",
        yes="Oui, je souhaite en savoir plus",
        read="Lire l’annonce de ce poste",
        asked="Le {day}, vous avez demandé à {organisation} de vous signaler les postes qui"
        " pourraient vous convenir.",
        known="{organisation} vous connaît d’un contact précédent, et vous ne nous avez pas demandé"
        " de cesser de vous écrire au sujet de nos postes.",
        kept_until="Nous conservons vos données jusqu’au {day}.",
        kept="Nous conservons vos données jusqu’à ce que vous nous demandiez de les supprimer.",
        after_pause="Votre pause a pris fin le {day} : les e-mails d’offres reprennent.",
        colon=" :",
    ),
    "ar": Words(
        why="لماذا تصلك هذه الرسالة",
        more="المزيد عن ذلك، وكيفية تصحيح الخطأ",
        pause="إيقاف رسائل الوظائف مؤقتًا لمدة 3 أشهر",
        choose="اختيار الوظائف التي تهمك",
        stop="إيقاف جميع رسائل الوظائف",
        yes="نعم، أود معرفة المزيد",
        read="اقرأ عن هذه الوظيفة",
        asked="في {day} طلبت من {organisation} إخبارك بالوظائف التي قد تناسبك.",
        known="تعرفك {organisation} من تواصل سابق، ولم تطلب منا التوقف عن مراسلتك بشأن الوظائف.",
        kept_until="نحتفظ ببياناتك حتى {day}.",
        kept="نحتفظ ببياناتك إلى أن تطلب منا حذفها.",
        after_pause="انتهى الإيقاف المؤقت في {day}، لذلك تصلك رسائل الوظائف من جديد.",
    ),
}


def words_of(language: str) -> Words:
    return WORDS.get(code_of(language), WORDS["en"])


def code_of(language: str) -> str:
    """Return the language without its region: "fr" of "fr-CA"."""
    return language.partition("-")[0].lower()


def has(language: str) -> bool:
    return code_of(language) in WORDS


def why(language: str, asked_on: date | None, basis: str, organisation: str) -> str:
    """Return why somebody gets this, in words for them. Names no earlier application: another
    person may be reading."""
    words = words_of(language)
    if asked_on and basis == "consent":
        return words.asked.format(day=_day(asked_on, language), organisation=organisation)
    return words.known.format(organisation=organisation)


def kept(language: str, until: date | None) -> str:
    words = words_of(language)
    return words.kept_until.format(day=_day(until, language)) if until else words.kept


def after_pause(language: str, ended: date) -> str:
    """Return why emails come again after a pause (C-28)."""
    return words_of(language).after_pause.format(day=_day(ended, language))


@lru_cache
def text(language: str) -> str:
    """Return the footer of the plain part, with marks: each link on a line of its own (A-13)."""
    words = words_of(language)
    links = [
        (words.pause, "pause_url"),
        (words.choose, "choose_url"),
        (words.stop, "stop_url"),
    ]
    shown = "\n".join(f"{label}{words.colon}\n{slot(url)}\n" for label, url in links)
    return (
        f"- - -\n\n{words.why}{words.colon} {slot('why')}\n{words.more}{words.colon}\n"
        f"{slot('why_url')}\n\n{slot('kept')}\n\n{shown}"
    )


@lru_cache
def html(language: str) -> str:
    """Return the footer of the HTML part, with marks."""
    words = words_of(language)
    links = [
        (words.pause, "pause_url"),
        (words.choose, "choose_url"),
        (words.stop, "stop_url"),
    ]
    shown = "<br>\n".join(ACTION % (slot(url), label) for label, url in links)
    return (
        f'<hr>\n<h2 style="font-size:16px;margin:16px 0 4px;">{words.why}</h2>\n'
        f'<p>{slot("why")} <a href="{slot("why_url")}">{words.more}</a></p>\n'
        f"<p>{slot('kept')}</p>\n<p>{shown}</p>\n"
    )


@lru_cache(maxsize=1024)
def _day(day: date, language: str) -> str:
    code = code_of(language)
    if code == "en" or code not in WORDS:
        return f"{day:%-d %B %Y}"
    return format_date(day, format="long", locale=code)
