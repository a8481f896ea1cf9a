"""The facet of places: a town by its name, or everybody so many kilometres around it."""

from math import cos, radians
from typing import Final

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from accounts.models import User
from candidates.facets.registry import Chosen, Facet, Params, register
from candidates.models import Candidate
from candidates.places import country_name

KM: Final = "km"
RADII: Final = ((10, "10 km"), (25, "25 km"), (50, "50 km"), (100, "100 km"), (250, "250 km"))
_DEGREE_KM: Final = 111.2
# Great-circle distance (haversine, mean radius of the earth). The box before it is what the index
# answers; the comparison of cosines alone would read everybody.
_WITHIN: Final = """(
    candidates_candidate.latitude BETWEEN %s AND %s
    AND candidates_candidate.longitude BETWEEN %s AND %s
    AND 12742.0176 * asin(least(1, sqrt(
        power(sin(radians(candidates_candidate.latitude - %s) / 2), 2)
        + cos(radians(%s)) * cos(radians(candidates_candidate.latitude))
        * power(sin(radians(candidates_candidate.longitude - %s) / 2), 2)))) <= %s)"""


def asked(values: Chosen, params: Params) -> Q:
    """Ask for those in the places, or around them. Where one is may not be known: then its name."""
    km = _km(params)
    there = Q()
    for value in values:
        there |= _named(value)
        centre = _centre(value) if km else None
        if centre:
            there |= Q(_within(*centre, km))
    return there


def known(values: list[str], _: User) -> dict[str, str]:
    return {value: _words(value) for value in values if value.strip(" ,") and len(value) <= 130}


def register_place() -> None:
    register(
        Facet(
            "place", "Place", asked, known,
            column="CASE WHEN c.city <> '' THEN c.city || ', ' || c.country END",
        ),
        at=30,
    )  # fmt: skip


def _parts(value: str) -> tuple[str, str]:
    city, comma, country = value.rpartition(",")
    country = country.strip()
    if comma and (not country or (len(country) == 2 and country_name(country) != country)):
        return city.strip(), country
    return value.strip(), ""


def _words(value: str) -> str:
    city, country = _parts(value)
    return f"{city}, {country_name(country)}" if country else city


def _named(value: str) -> Q:
    city, country = _parts(value)
    return Q(city__iexact=city, country=country) if country else Q(city__iexact=city)


def _km(params: Params) -> int:
    km = params.get(KM, "")
    return int(km) if km in {str(radius) for radius, _ in RADII} else 0


def _centre(value: str) -> tuple[float, float] | None:
    """Return where a place is: where the first person there is, among all we know."""
    there = Candidate.objects.live().filter(_named(value), latitude__isnull=False).order_by("pk")
    person = there.only("latitude", "longitude").first()
    if person is None or person.latitude is None or person.longitude is None:
        return None
    return person.latitude, person.longitude


def _within(latitude: float, longitude: float, km: int) -> RawSQL:
    """Say who is that near. At the date line and near the poles only the latitude is a bound."""
    high = (km + 1) / _DEGREE_KM
    widest = min(89.0, abs(latitude) + high)
    wide = high / cos(radians(widest))
    west, east = longitude - wide, longitude + wide
    if west < -180 or east > 180 or widest >= 89:
        west, east = -180.0, 180.0
    values = [latitude - high, latitude + high, west, east, latitude, latitude, longitude, km]
    return RawSQL(_WITHIN, values, output_field=BooleanField())  # noqa: S611  # values are apart
