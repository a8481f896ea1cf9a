from django.db import models
from django.utils import timezone

from candidates.models.people import Candidate


class Skill(models.Model):
    """Something people can do. Its small id is the element of the arrays that matching reads."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)
    family = models.CharField(max_length=60, blank=True)
    implies = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="implied_by"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class SkillAlias(models.Model):
    """A spelling of a skill, normalised: “js”, “java script” → JavaScript.

    `is_ambiguous` marks words that are also something else (Go, R, C): they count in a list of
    skills, but not in running text.
    """

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases")
    spelling = models.CharField(max_length=100, unique=True)
    is_ambiguous = models.BooleanField(default=False)

    class Meta:
        ordering = ["spelling", "pk"]

    def __str__(self) -> str:
        return self.spelling


class CandidateSkill(models.Model):
    class Source(models.TextChoices):
        STATED = "stated", "Stated by the candidate"
        PARSED = "parsed", "Read in a document"
        RECRUITER = "recruiter", "Noted by a recruiter"

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="skills", db_index=False)
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=Source.choices)
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "skill"], name="candidate_skill_once"),
        ]

    def __str__(self) -> str:
        return str(self.skill)
