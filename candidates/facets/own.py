"""The facets that the record itself knows."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import Role, User
from candidates.facets.registry import Chosen, Facet, Params, fixed, register
from candidates.models import CandidateTag, PoolMembership, Seniority, Tag, TalentPool
from candidates.places import country_name, language_name

NOBODY = "nobody"
CONTACT = (
    ("30", "In the last 30 days"),
    ("90", "31 to 90 days ago"),
    ("365", "91 days to a year ago"),
    ("older", "Longer ago"),
    ("never", "Never"),
)
SENIORITIES = tuple((str(value), label) for value, label in Seniority.choices)


def _owner(values: Chosen, _: Params) -> Q:
    named = [value for value in values if value != NOBODY]
    asked = Q(owner__in=User.objects.filter(public_id__in=named)) if named else Q(pk=None)
    return asked | Q(owner=None) if NOBODY in values else asked


def _known_owners(values: list[str], _: User) -> dict[str, str]:
    known = {NOBODY: "Nobody"} if NOBODY in values else {}
    ids = [value for value in values if _is_uuid(value)]
    if ids:
        colleagues = User.objects.filter(public_id__in=ids).with_role(Role.RECRUITER)
        known |= {str(colleague.public_id): colleague.name for colleague in colleagues}
    return known


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _country(values: Chosen, _: Params) -> Q:
    return Q(country__in=list(values))


def _known_countries(values: list[str], _: User) -> dict[str, str]:
    return {code: country_name(code) for code in values if country_name(code) != code}


def _language(values: Chosen, _: Params) -> Q:
    return Q(language__in=list(values))


def _known_languages(values: list[str], _: User) -> dict[str, str]:
    return {code: language_name(code) for code in values if language_name(code) != code}


def _source(values: Chosen, _: Params) -> Q:
    return Q(source__in=list(values))


def _known_sources(values: list[str], _: User) -> dict[str, str]:
    """Any source may be asked for; one that nobody came from finds nobody."""
    return {value: value for value in values if len(value) <= 60}


def _seniority(values: Chosen, _: Params) -> Q:
    return Q(seniority__in=[int(value) for value in values])


def _contact(values: Chosen, _: Params) -> Q:
    asked = Q()
    for value in values:
        asked |= _spoken(value, timezone.now())
    return asked


def _spoken(value: str, now: datetime) -> Q:
    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    if value == "never":
        return Q(last_contact_at=None)
    if value == "older":
        return Q(last_contact_at__lte=ago(365))
    if value == "30":
        return Q(last_contact_at__gt=ago(30))
    return Q(last_contact_at__lte=ago({"90": 30, "365": 90}[value])) & Q(
        last_contact_at__gt=ago(int(value))
    )


def _tag(values: Chosen, _: Params) -> Q:
    tagged = CandidateTag.objects.filter(tag__name__in=list(values))
    return Q(pk__in=tagged.values("candidate"))


def _known_tags(values: list[str], _: User) -> dict[str, str]:
    return {
        name: name for name in Tag.objects.filter(name__in=values).values_list("name", flat=True)
    }


def _pool(values: Chosen, _: Params) -> Q:
    members = PoolMembership.objects.members().filter(pool__public_id__in=list(values))
    return Q(pk__in=members.values("candidate"))


def _known_pools(values: list[str], user: User) -> dict[str, str]:
    asked = [value for value in values if _is_uuid(value)]
    pools = TalentPool.objects.visible_to(user).filter(public_id__in=asked)
    return {str(public_id): name for public_id, name in pools.values_list("public_id", "name")}


def register_own() -> None:
    register(
        Facet(
            "owner", "Looked after by", _owner, _known_owners,
            column="c.owner_id",
            naming=(
                "LEFT JOIN accounts_user u ON u.id = counted.value",
                f"coalesce(u.public_id::text, '{NOBODY}')",
                "coalesce(u.name, 'Nobody')",
            ),
        ),
        at=60,
    )  # fmt: skip
    register(
        Facet("country", "Country", _country, _known_countries, column="nullif(c.country, '')"),
        at=40,
    )
    register(
        Facet(
            "seniority", "Seniority", _seniority, fixed(SENIORITIES),
            column="c.seniority", options=SENIORITIES,
        ),
        at=50,
    )  # fmt: skip
    register(
        Facet("language", "Language", _language, _known_languages, column="nullif(c.language, '')"),
        at=55,
    )
    register(
        Facet("source", "Came from", _source, _known_sources, column="nullif(c.source, '')"),
        at=70,
    )
    register(
        Facet(
            "contact", "Last contact", _contact, fixed(CONTACT),
            column="CASE WHEN c.last_contact_at IS NULL THEN 'never'"
            " WHEN c.last_contact_at > now() - interval '30 days' THEN '30'"
            " WHEN c.last_contact_at > now() - interval '90 days' THEN '90'"
            " WHEN c.last_contact_at > now() - interval '365 days' THEN '365'"
            " ELSE 'older' END",
            options=CONTACT,
        ),
        at=65,
    )  # fmt: skip
    register(
        Facet(
            "tag", "Tags", _tag, _known_tags,
            rows="SELECT t.tag_id AS value FROM {hits} h"
            " JOIN candidates_candidatetag t ON t.candidate_id = h.id",
            naming=("JOIN candidates_tag k ON k.id = counted.value", "k.name", "k.name"),
        ),
        at=45,
    )  # fmt: skip
    register(
        Facet(
            "pool", "Talent pools", _pool, _known_pools,
            rows="SELECT m.pool_id AS value FROM {hits} h"
            " JOIN candidates_poolmembership m ON m.candidate_id = h.id AND m.state = 'member'",
            naming=(
                "JOIN candidates_talentpool k ON k.id = counted.value",
                "k.public_id::text",
                "k.name",
            ),
        ),
        at=47,
    )  # fmt: skip
