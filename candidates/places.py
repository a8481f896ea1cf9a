"""Names of countries and languages. Pure."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

_NOT_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_ENGLISH = Locale("en")


@lru_cache(maxsize=1)
def country_choices() -> list[tuple[str, str]]:
    """Every country by its English name; two letters as its key."""
    pairs = [
        (code, name)
        for code, name in _ENGLISH.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(pairs, key=lambda pair: pair[1])


def country_name(code: str) -> str:
    return str(_ENGLISH.territories.get(code, code))


def country_of_zone(zone: str) -> str:
    """Return the two letters of the country that a time zone is of; "" where it is of none."""
    return str(get_global("zone_territories").get(zone, ""))


def language_name(code: str) -> str:
    """Return the English name of a language; the code itself where it has none."""
    try:
        return Locale.parse(code.replace("-", "_")).get_display_name("en") or code
    except (ValueError, UnknownLocaleError):
        return code


@lru_cache(maxsize=1)
def language_choices() -> list[tuple[str, str]]:
    """Return the languages of two letters, by their English names."""
    pairs = [(code, name) for code, name in _ENGLISH.languages.items() if len(code) == 2]
    return sorted(pairs, key=lambda pair: pair[1])


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Names of countries in the languages that files come in, folded → two letters."""
    codes = {"uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB"}
    codes |= {"usa": "US", "united states of america": "US", "holland": "NL"}
    for language in ("de", "es", "fr", "it", "nl", "pl", "pt", "en"):
        names = Locale(language).territories
        codes |= {
            str(names[code]).casefold(): code for code, _ in country_choices() if code in names
        }
    return codes | {code.casefold(): code for code, _ in country_choices()}


def country_code(text: str) -> str:
    """Return the two letters of a country named in words or letters; "" if it is not one."""
    return _codes().get(" ".join(text.split()).casefold().rstrip("."), "")
