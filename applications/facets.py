"""The facets that applications and match profiles know: they join the list of people from above."""

from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from applications.models import MatchProfile, Milestone, SkillMeaning
from candidates import skills
from candidates.facets import Chosen, Facet, Params, fixed, register
from candidates.models import PrivacyTask, Skill

PROFILE = "LEFT JOIN applications_matchprofile m ON m.candidate_id = c.id"
EMAILS = (("yes", "May be sent"), ("hold", "On hold or paused"), ("no", "May not be sent"))
LOOKS = {
    "yes": ("May be sent job emails", "good", "circle-check"),
    "hold": ("Job emails on hold", "info", "hourglass"),
    "no": ("No job emails", "quiet", "circle-slash"),
}
NEVER = "never"
MILESTONES = (
    *((str(value), label) for value, label in reversed(Milestone.choices)),
    (NEVER, "Never applied"),
)
_GIVEN = int(MatchProfile.Ground.GIVEN)
_USABLE = int(MatchProfile.Address.USABLE)
_HELD = int(MatchProfile.Caution.HELD)
_TWICE = int(MatchProfile.Caution.DUPLICATE)
# Few people, so their list is read once; a profile does not know them.
_MINORS = (
    "SELECT q.candidate_id FROM candidates_privacytask q"
    " WHERE q.kind = 'minor' AND q.outcome IN ('', 'minor')"
)


def _emails(values: Chosen, _: Params) -> Q:
    says = _says_of_emails()
    asked = Q()
    for value in values:
        asked |= says[value]
    return asked


def _says_of_emails() -> dict[str, Q]:
    """As the box on the page of a person says it: an open application holds job emails back."""
    now = timezone.now()
    minor = Q(pk__in=PrivacyTask.objects.of_minors().values("candidate"))
    given = Q(
        match_profile__ground=_GIVEN,
        match_profile__address=_USABLE,
        match_profile__contactable_until__gt=now,
    ) & ~(_has(_HELD) | minor)
    waits = (
        Q(match_profile__paused_until__gt=now)
        | Q(match_profile__open_applications__gt=0)
        | _has(_TWICE)
    )
    return {
        "yes": given & ~waits,
        "hold": given & waits,
        "no": Q(match_profile__ground__gt=_GIVEN)
        | Q(match_profile__address__gt=_USABLE)
        | Q(match_profile__contactable_until__lte=now)
        | _has(_HELD)
        | minor,
    }


def _emails_on_rows() -> Case:
    says = _says_of_emails()
    return Case(
        When(says["yes"], Value("yes")), When(says["hold"], Value("hold")), default=Value("no")
    )


def _has(caution: int) -> Q:
    return ~Q(Exact(F("match_profile__cautions").bitand(caution), 0))


def _milestone(values: Chosen, _: Params) -> Q:
    reached = [int(value) for value in values if value != NEVER]
    asked = Q(match_profile__furthest__in=reached)
    if NEVER in values:
        asked |= Q(match_profile__isnull=False, match_profile__furthest=None)
    return asked


def _skill(values: Chosen, _: Params) -> Q:
    """All of them, those that follow from others included: Django is also Python."""
    heirs = SkillMeaning.objects.filter(is_implied=False, skill__name__in=list(values.values()))
    return Q(match_profile__skills__contains=sorted(heirs.values_list("means_id", flat=True)))


def _known_skills(values: list[str], _: User) -> dict[str, str]:
    return {value: skill.name for value, skill in _resolved(values).items()}


def _resolved(values: list[str]) -> dict[str, Skill]:
    """Return the skill that each spelling means: by its own name or by another spelling of it."""
    found = skills.resolve(values)
    missing = [value for value in values if value not in found]
    if missing:
        found |= {skill.name: skill for skill in Skill.objects.filter(name__in=missing)}
    return found


def register_facets() -> None:
    register(
        Facet(
            "emails", "Job emails", _emails, fixed(EMAILS),
            joins=PROFILE,
            column=f"CASE WHEN m.ground = {_GIVEN} AND m.address = {_USABLE}"
            f" AND m.contactable_until > now() AND m.cautions & {_HELD} = 0"
            f" AND c.id NOT IN ({_MINORS})"
            f" THEN CASE WHEN m.paused_until > now() OR m.open_applications > 0"
            f" OR m.cautions & {_TWICE} > 0 THEN 'hold' ELSE 'yes' END ELSE 'no' END",
            options=EMAILS,
            on_rows=_emails_on_rows,
            looks=LOOKS,
        ),
        at=10,
    )  # fmt: skip
    register(
        Facet(
            "milestone", "Furthest stage", _milestone, fixed(MILESTONES),
            joins=PROFILE,
            column=f"coalesce(m.furthest::text, '{NEVER}')",
            options=MILESTONES,
            permission=Permission.VIEW_JOBS,
            on_rows=lambda: Coalesce(
                Cast("match_profile__furthest", TextField()), Value(NEVER, TextField())
            ),
        ),
        at=20,
    )  # fmt: skip
    register(
        Facet(
            "skill", "Skills", _skill, _known_skills,
            joins=PROFILE,
            column="m.skills",
            is_array=True,
            naming=("JOIN candidates_skill k ON k.id = counted.value", "k.name", "k.name"),
            needs_all=True,
        ),
        at=25,
    )  # fmt: skip
