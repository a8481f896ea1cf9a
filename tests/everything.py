"""Somebody of whom every table that can hold something holds something, marked so that it is found.

A model that is declared in `candidates.person_data` and of which `everything_about` makes no row
fails the tests that use it: add the row here.
"""

import itertools
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from applications.models import StageChange
from candidates.actions.contact import log_contact
from candidates.actions.notes import write_note
from candidates.actions.people import change_candidate, create_candidate
from candidates.models import (
    ArchiveReading,
    Candidate,
    GroundEvent,
    Import,
    ImportRow,
    Merge,
    NoteVersion,
    PreferenceChange,
    RetentionItem,
    RetentionPlan,
    RetentionVeto,
    WorkItem,
)
from candidates.person_data import Derived, declared
from engagement.models import Decision, DeliveryEvent
from tests.factories.applications import (
    AnswerFactory,
    ApplicationFactory,
    FeedbackRatingFactory,
    JobFactory,
    LetterFactory,
    MatchFactory,
    PromiseFactory,
    StageFactory,
    ToldFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    CandidateTagFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    FollowUpFactory,
    GroundEventFactory,
    LegalHoldFactory,
    LinkFactory,
    NoteFactory,
    PhoneFactory,
    PreferenceFactory,
)
from tests.factories.documents import FindingFactory
from tests.factories.engagement import (
    AccessCodeFactory,
    AddressChangeFactory,
    AddressClaimFactory,
    HandoverFactory,
    MessageFactory,
    ReplyFactory,
    SignUpFactory,
    SurveyFactory,
)
from tests.factories.interviews import (
    InterviewerFactory,
    InterviewFactory,
    ProposedTimeFactory,
    RatingFactory,
    RescheduleFactory,
    ScorecardFactory,
    ScorecardVersionFactory,
)
from tests.factories.pools import PoolMembershipFactory
from tests.factories.privacy import (
    ExtensionAnswerFactory,
    ExtensionRequestFactory,
    PrivacyRequestFactory,
    PrivacyTaskFactory,
)
from tests.factories.reviews import PostponedFactory, ReviewFactory
from tests.factories.work import WorkFactory

# Columns that hold codes, or the address of the colleague who wrote the row: they may stay.
_NOT_THEIRS = {
    "engagement.Message.reason",
    "engagement.Enrolment.end_reason",
    "candidates.PrivacyRequest.recorded_by",
    "candidates.PrivacyRequest.closed_by",
}
NAME = "Zebulon Quartermain"
PHONE = "+447700900777"


@dataclass
class Planted:
    """The person, the record that was merged into theirs, and every text that must be gone."""

    person: Candidate
    older: Candidate
    marks: list[str] = field(default_factory=list)

    @property
    def people(self) -> list[int]:
        return [self.person.pk, self.older.pk]


def everything_about(by: User) -> Planted:
    """Make the person by actions and factories, then mark every text column of every row."""
    stranger = CandidateFactory()  # before them: a pair stands in order
    person = create_candidate(by=by, name=NAME, email="zebulon.quartermain@marked.example")
    write_note(person, by=by, text=f"{NAME} explained it well.", visibility="team")
    log_contact(person, "called", f"{NAME} called from {PHONE}.", by=by)
    change_candidate(person, by=by, version=person.version, headline=f"{NAME}, electrician")
    older = CandidateFactory(name=f"{NAME} the Elder", merged_into=person)
    older.emails.update(is_primary=False)
    DuplicateSuggestionFactory(one=stranger, other=person)
    rows_of(person, older, by)
    missing = [
        data.name
        for data in declared()
        if not models.QuerySet(data.model).filter(**{data.field + "__in": [person.pk, older.pk]})
    ]
    assert missing == [], f"Nothing is planted for {missing}: add a row in tests/everything.py."
    planted = Planted(person, older)
    number = itertools.count(1000)
    typed = [data.model for data in declared() if not isinstance(data.merge, Derived)]
    for model in dict.fromkeys([Candidate, *typed]):  # the rest the database works out by itself
        mark(model, planted, number)
    NoteFactory(candidate=person, author=by, text=f"{NAME} ({NAME.lower()}) rang from {PHONE}.")
    planted.marks += [NAME, NAME.lower(), "Quartermain", PHONE]
    return planted


def rows_of(person: Candidate, older: Candidate, by: User) -> None:
    """Make one row at least of each declared model."""
    EmailAddressFactory(candidate=person)
    PhoneFactory(candidate=person, number=PHONE)
    LinkFactory(candidate=person)
    CandidateSkillFactory(candidate=person)
    CandidateTagFactory(candidate=person)
    FollowUpFactory(candidate=person)
    GroundEventFactory(candidate=person)
    GroundEventFactory(candidate=person, purpose="nurture")
    PreferenceFactory(candidate=person)
    NoteVersion.objects.create(
        note=NoteFactory(candidate=person, author=by),
        version=1,
        text="As it was",
        visibility="team",
    )
    PreferenceChange.objects.create(
        candidate=person,
        action_id="6f1c2f34-5d2c-4a57-9d5e-1d0a5a5b7c11",
        channel=GroundEvent.Channel.LINK,
        before={},
        after={},
    )
    run = Import.objects.create(
        file_name="people.csv", sha256="0" * 64, size=1, encoding="utf-8", delimiter=",", by=by
    )
    ImportRow.objects.create(run=run, number=2, cells=[], candidate=person, state="created")
    DuplicateSuggestionFactory(one=person, other=CandidateFactory())
    Merge.objects.create(survivor=person, merged=older, by=by, changes=[{"was": NAME}])
    PrivacyRequestFactory(candidate=person, closed=True)
    PrivacyTaskFactory(candidate=person, of_age=True)
    ExtensionRequestFactory(candidate=person)
    ExtensionAnswerFactory(candidate=person)
    FindingFactory(document__candidate=person, document__with_copy=True)
    ArchiveReading.objects.create(candidate=person, by=by, reason="A claim.")
    RetentionItem.objects.create(
        plan=RetentionPlan.objects.create(executes_at=timezone.now()),
        candidate=person,
        action="erase",
        why="pool_ended",
    )
    RetentionVeto.objects.create(candidate=person, by=by, reason=NAME, until=timezone.now())
    LegalHoldFactory(candidate=person, lifted_at=timezone.now(), lift_reason=NAME)
    PoolMembershipFactory(candidate=person)
    WorkItem.objects.create(work=WorkFactory(by=by), candidate=person)
    job = JobFactory()
    application = ApplicationFactory(candidate=person, job=job, rejected=True)
    StageChange.objects.create(
        application=application, from_stage=None, to_stage=StageFactory(job=job), by=by
    )
    FeedbackRatingFactory(letter=LetterFactory(application=application))
    AnswerFactory(arrival__application=application)
    interview = InterviewFactory(application=application, held=True)
    ProposedTimeFactory(interview=interview)
    InterviewerFactory(interview=interview)
    RescheduleFactory(interview=interview)
    scorecard = ScorecardFactory(interview=interview)
    ReviewFactory(application=application, sent=True)
    PostponedFactory(application=application)
    RatingFactory(scorecard=scorecard)
    ScorecardVersionFactory(scorecard=scorecard)
    ToldFactory(application=application)
    PromiseFactory(candidate=person, application=application)
    MatchFactory(candidate=person, job=job)
    message = MessageFactory(enrolment__candidate=person, handed=True)
    Decision.objects.create(
        candidate=person,
        campaign=message.campaign,
        message=message,
        phase=Decision.Phase.SENDING,
        allowed=True,
    )
    SignUpFactory(candidate=person)
    SurveyFactory(candidate=person, application=application, answered=True)
    HandoverFactory(candidate=person, agreed=True)
    ReplyFactory(message=message, address="zebulon.quartermain@marked.example")
    AccessCodeFactory(candidate=person)
    AddressChangeFactory(candidate=person)
    AddressClaimFactory(candidate=person, former="zeb@mail.example", approved=True)
    DeliveryEvent.objects.create(message=message, kind="handed", provider_event_id="event-1")


def mark(model: type[models.Model], planted: Planted, number: "itertools.count[int]") -> None:
    """Put a text of its own into every text column of the person's rows."""
    paths = [data.field for data in declared() if data.model is model]
    theirs = models.Q(pk__in=planted.people) if model is Candidate else models.Q()
    for path in paths if model is not Candidate else []:
        theirs |= models.Q(**{f"{path}__in": planted.people})
    for row in models.QuerySet(model).filter(theirs):
        values = {}
        for column in model._meta.concrete_fields:
            text = f"mark{next(number)}"
            if (value := marked(column, text, getattr(row, column.attname))) is not None:
                values[column.name] = value
                planted.marks.append(text)
        models.QuerySet(model).filter(pk=row.pk).update(**values)


def marked(column: "models.Field[Any, Any]", text: str, value: Any) -> Any:
    """Return a value for the column that holds the text, or None where it can hold none."""
    if column.choices or column.generated or isinstance(column, SearchVectorField):
        return None
    if f"{column.model._meta.label}.{column.name}" in _NOT_THEIRS or column.primary_key:
        return None
    if isinstance(column, models.FileField):
        return None
    if isinstance(column, models.EmailField):
        return f"{text}@marked.example"
    if isinstance(column, models.URLField):
        return f"https://marked.example/{text}"
    if isinstance(column, models.JSONField):
        return {"was": text} if isinstance(value, dict) else [text]
    if isinstance(column, ArrayField):
        return [text] if isinstance(column.base_field, models.CharField) else None
    if isinstance(column, models.CharField | models.TextField):
        room = getattr(column, "max_length", None) or 1000
        return text if room >= len(text) else None
    return None


def found_in_the_database(marks: list[str]) -> dict[str, list[str]]:
    """Dump every table as text and return the marks that are in it, by table."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(
                f"SELECT coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') FROM \"{table}\" t"
            )  # names of tables
            dump = cursor.fetchone()[0]
            if there := [one for one in marks if one in dump]:
                found[table] = there
    return found
