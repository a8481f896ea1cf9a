from candidates.models.archive import ArchiveReading
from candidates.models.contact import ContactGate, Stop
from candidates.models.documents import Document, Finding
from candidates.models.duplicates import DuplicateSearch, DuplicateSuggestion, Merge
from candidates.models.erasure import Erasure, FileToDelete
from candidates.models.exports import ExportFile
from candidates.models.extensions import ExtensionAnswer, ExtensionRequest
from candidates.models.follow_ups import FollowUp
from candidates.models.grounds import (
    NEEDS,
    Basis,
    GroundEvent,
    GroundState,
    Preference,
    PreferenceChange,
    Purpose,
)
from candidates.models.holds import LegalHold
from candidates.models.imports import ColumnMapping, Import, ImportRow
from candidates.models.notes import Note, NoteVersion
from candidates.models.people import (
    ArchiveReason,
    Candidate,
    EmailAddress,
    Link,
    Phone,
    RemotePreference,
    Seniority,
)
from candidates.models.policies import PolicyOverride, PoolBasis
from candidates.models.pools import PoolCount, PoolMembership, TalentPool
from candidates.models.privacy_tasks import PrivacyTask
from candidates.models.requests import PrivacyRequest
from candidates.models.retention import RetentionItem, RetentionPlan, RetentionVeto
from candidates.models.saved_views import SavedView, ViewUse
from candidates.models.search import SearchText
from candidates.models.skills import CandidateSkill, Skill, SkillAlias
from candidates.models.suppression import Suppression
from candidates.models.tags import CandidateTag, Tag
from candidates.models.timeline import Activity
from candidates.models.work import Work, WorkItem

__all__ = [
    "NEEDS",
    "Activity",
    "ArchiveReading",
    "ArchiveReason",
    "Basis",
    "Candidate",
    "CandidateSkill",
    "CandidateTag",
    "ColumnMapping",
    "ContactGate",
    "Document",
    "DuplicateSearch",
    "DuplicateSuggestion",
    "EmailAddress",
    "Erasure",
    "ExportFile",
    "ExtensionAnswer",
    "ExtensionRequest",
    "FileToDelete",
    "Finding",
    "FollowUp",
    "GroundEvent",
    "GroundState",
    "Import",
    "ImportRow",
    "LegalHold",
    "Link",
    "Merge",
    "Note",
    "NoteVersion",
    "Phone",
    "PolicyOverride",
    "PoolBasis",
    "PoolCount",
    "PoolMembership",
    "Preference",
    "PreferenceChange",
    "PrivacyRequest",
    "PrivacyTask",
    "Purpose",
    "RemotePreference",
    "RetentionItem",
    "RetentionPlan",
    "RetentionVeto",
    "SavedView",
    "SearchText",
    "Seniority",
    "Skill",
    "SkillAlias",
    "Stop",
    "Suppression",
    "Tag",
    "TalentPool",
    "ViewUse",
    "Work",
    "WorkItem",
]
