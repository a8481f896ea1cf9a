from applications.models.answers import Silence, Told
from applications.models.applications import (
    Application,
    Milestone,
    Outcome,
    RejectionReason,
    StageChange,
)
from applications.models.arrivals import Answer, Arrival, Question
from applications.models.erased import ErasedApplication, ErasedPromise
from applications.models.feedback_ratings import FeedbackRating
from applications.models.interviews import (
    Interview,
    Interviewer,
    ProposedTime,
    Reschedule,
    Side,
)
from applications.models.jobs import (
    Department,
    HiringTeamMember,
    Job,
    JobSkill,
    Office,
)
from applications.models.letter_texts import LetterTemplate, LetterTemplateVersion
from applications.models.letters import Letter
from applications.models.matching import Match, MatchProfile, SkillMeaning
from applications.models.office_holidays import OfficeHoliday
from applications.models.promises import Promise
from applications.models.reviews import Postponed, Review
from applications.models.scorecards import JobCriterion, Rating, Scorecard, ScorecardVersion
from applications.models.stages import BoardSetting, Stage

__all__ = [
    "Answer",
    "Application",
    "Arrival",
    "BoardSetting",
    "Department",
    "ErasedApplication",
    "ErasedPromise",
    "FeedbackRating",
    "HiringTeamMember",
    "Interview",
    "Interviewer",
    "Job",
    "JobCriterion",
    "JobSkill",
    "Letter",
    "LetterTemplate",
    "LetterTemplateVersion",
    "Match",
    "MatchProfile",
    "Milestone",
    "Office",
    "OfficeHoliday",
    "Outcome",
    "Postponed",
    "Promise",
    "ProposedTime",
    "Question",
    "Rating",
    "RejectionReason",
    "Reschedule",
    "Review",
    "Scorecard",
    "ScorecardVersion",
    "Side",
    "Silence",
    "SkillMeaning",
    "Stage",
    "StageChange",
    "Told",
]
