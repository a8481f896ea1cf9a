"""The languages that candidate pages and their emails speak.

English is the language of the code; others are catalogues in `locale/`. A page speaks what its
reader chose on it, which a cookie remembers, else the language of whom a link names, else what the
browser asks for. Colleagues' pages are English.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from babel.dates import format_date
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

P = ParamSpec("P")
R = TypeVar("R")
ENGLISH = "en"
NAMES = {"en": "English", "fr": "Français", "ar": "العربية"}
IN_ENGLISH = {"en": "English", "fr": "French", "ar": "Arabic"}  # for colleagues
COOKIE = "language"
_YEAR = 365 * 24 * 3600


def current() -> str:
    """Return the code of the language that is spoken now."""
    code = (translation.get_language() or ENGLISH).partition("-")[0]
    return code if code in NAMES else ENGLISH


def known(code: str) -> str:
    """Return the code if we speak that language, else ""."""
    short = code.partition("-")[0].lower()
    return short if short in NAMES else ""


def first_of(*codes: str) -> str:
    """Return the first of these languages that we speak, "fr" for "fr-CA"; else English."""
    return next((code for one in codes if (code := known(one))), ENGLISH)


def speaking(code: str) -> AbstractContextManager[None]:
    """Speak a language for a while; English where we do not have it."""
    code = known(code) or ENGLISH
    return translation.override(settings.LANGUAGE_CODE if code == ENGLISH else code)


def chosen(request: HttpRequest) -> str:
    """Return what the reader chose on a page of ours, or ""."""
    return known(request.COOKIES.get(COOKIE, ""))


def of(request: HttpRequest) -> str:
    """Return the language for a page."""
    if code := chosen(request):
        return code
    for accepted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code := known(accepted):
            return code
    return ENGLISH


def remember(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(
        COOKIE, code, max_age=_YEAR, secure=not settings.DEBUG, httponly=True, samesite="Lax"
    )
    return response


def day_in_words(day: date) -> str:
    """Return "23 February 2027" in the language spoken now: never a date to be read two ways."""
    said = format_date(day, "d MMMM y", locale=current())
    return said.replace("1 ", "1er ", 1) if current() == "fr" and day.day == 1 else said


def weekday_in_words(at: date | datetime, *, with_year: bool = True) -> str:
    """Return "Tuesday 24 November 2026" in the language spoken now."""
    return format_date(at, "EEEE d MMMM y" if with_year else "EEEE d MMMM", locale=current())


def comma() -> str:
    """Return what stands between the words of a list."""
    return "، " if current() == "ar" else ", "


def all_of(words: list[str]) -> str:
    """Return "Bristol, Cork and Hull"."""
    return _joined(words, gettext("{one} and {other}"))


def one_of(words: list[str]) -> str:
    """Return "Bristol, Cork or Hull"."""
    return _joined(words, gettext("{one} or {other}"))


def _joined(words: list[str], pattern: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return pattern.format(one=comma().join(words[:-1]), other=words[-1])


def semicolon() -> str:
    return "؛ " if current() == "ar" else "; "


def recorded_in_english(action: Callable[P, R]) -> Callable[P, R]:
    """Let an action write what colleagues read in English, whatever page it was called from."""

    @wraps(action)
    def in_english(*args: P.args, **kwargs: P.kwargs) -> R:
        with speaking(ENGLISH):
            return action(*args, **kwargs)

    return in_english
