from applications.models.applications import (
    Application,
    Milestone,
    Outcome,
    RejectionReason,
    StageChange,
)
from applications.models.erased import ErasedApplication, ErasedPromise
from applications.models.jobs import (
    BoardSetting,
    Department,
    HiringTeamMember,
    Job,
    JobSkill,
    Office,
    Stage,
)
from applications.models.letters import Letter
from applications.models.matching import Match, MatchProfile, SkillMeaning
from applications.models.promises import Promise

__all__ = [
    "Application",
    "BoardSetting",
    "Department",
    "ErasedApplication",
    "ErasedPromise",
    "HiringTeamMember",
    "Job",
    "JobSkill",
    "Letter",
    "Match",
    "MatchProfile",
    "Milestone",
    "Office",
    "Outcome",
    "Promise",
    "RejectionReason",
    "SkillMeaning",
    "Stage",
    "StageChange",
]
