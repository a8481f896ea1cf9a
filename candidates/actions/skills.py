"""What people can do, as we know it."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from candidates import skills, timeline
from candidates.models import Candidate, CandidateSkill, Skill, SkillAlias


@transaction.atomic
def name_skill(spelling: str, *, by: User | str) -> Skill:
    """Return the skill of a spelling, and add it to the catalogue if it is new.

    Raises ValidationError: nothing is left of the spelling, or it is too long.
    """
    normal = skills.normalise(spelling)
    if not normal or len(normal) > 100:
        raise ValidationError("A skill is one to a hundred letters.", code="not_a_skill")
    if known := skills.resolve([spelling]).get(spelling):
        return known
    name = " ".join(spelling.split())
    skill, is_new = Skill.objects.get_or_create(name=name)
    SkillAlias.objects.get_or_create(spelling=normal, defaults={"skill": skill})
    if is_new:
        audit.record(by, "skill.named", skill, name=["", name])
    return skill


@transaction.atomic
def add_skill(
    candidate: Candidate,
    spelling: str,
    *,
    by: User,
    source: str = CandidateSkill.Source.RECRUITER,
) -> CandidateSkill:
    """Note that a person can do something, in any known spelling.

    Raises ValidationError: it is noted already, or the spelling is empty or too long.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    skill = name_skill(spelling, by=by)
    noted, is_new = CandidateSkill.objects.get_or_create(
        candidate=candidate, skill=skill, defaults={"source": source}
    )
    if not is_new:
        raise ValidationError(f"{skill} is noted already.", code="known_skill")
    timeline.remember(candidate, "candidate.skill_added", f"Noted the skill {skill}.", by=by)
    audit.record(by, "candidate.skill_added", candidate, skill=["", skill.name])
    return noted


@transaction.atomic
def remove_skill(noted: CandidateSkill, *, by: User) -> None:
    """Take a skill off a person."""
    candidate = Candidate.objects.locked(noted.candidate_id)
    name = noted.skill.name
    noted.delete()
    timeline.remember(candidate, "candidate.skill_removed", f"Removed the skill {name}.", by=by)
    audit.record(by, "candidate.skill_removed", candidate, skill=[name, ""])
