"""Somebody with random rows of every model that is declared in `person_data`."""

import importlib
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from factory.django import DjangoModelFactory
from hypothesis import strategies as st

from applications.models import (
    Application,
    Interview,
    Interviewer,
    Letter,
    Match,
    MatchProfile,
    Promise,
    ProposedTime,
    Rating,
    Reschedule,
    Scorecard,
    ScorecardVersion,
    StageChange,
)
from candidates.models import (
    Candidate,
    CandidateSkill,
    ContactGate,
    DuplicateSuggestion,
    EmailAddress,
    ExtensionRequest,
    GroundEvent,
    GroundState,
    ImportRow,
    Link,
    Merge,
    Phone,
    Preference,
    PreferenceChange,
    PrivacyTask,
    SearchText,
)
from candidates.person_data import Derived, Stay, declared
from engagement.models import Decision, DeliveryEvent, Enrolment, Message
from tests import factories as all_factories
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    JobFactory,
    LetterFactory,
    MatchFactory,
    PromiseFactory,
    StageFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    GroundEventFactory,
    LinkFactory,
    PhoneFactory,
    PreferenceFactory,
    SkillFactory,
)
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
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
from tests.factories.privacy import ExtensionRequestFactory, PrivacyTaskFactory

Draw = Callable[..., Any]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class World:
    """What the two people have in common: jobs, campaigns, skills, and a third person."""

    def __init__(self) -> None:
        self.user = UserFactory()
        self.jobs = JobFactory.create_batch(2)
        self.stages = {
            job.pk: [StageFactory(job=job), StageFactory(job=job, milestone=2)] for job in self.jobs
        }
        self.campaigns = [CampaignFactory(job=job, running=True) for job in self.jobs]
        self.steps = {
            campaign.pk: [StepFactory(campaign=campaign, position=n) for n in (1, 2)]
            for campaign in self.campaigns
        }
        self.skills = SkillFactory.create_batch(3)
        self.third = CandidateFactory(name="Somebody Else")


days = st.integers(0, 400)


def moment(draw: Draw) -> datetime:
    return NOON - timedelta(days=draw(days), microseconds=draw(st.integers(0, 999_999)))


def emails(draw: Draw, person: Candidate, world: World) -> None:
    for number in range(draw(st.integers(0, 3))):
        EmailAddressFactory(
            candidate=person,
            is_primary=number == 0,
            suppressed=draw(st.sampled_from(["", "", "nurture", "all"])),
            bounced_at=draw(st.sampled_from([None, NOON])),
        )


def phones(draw: Draw, person: Candidate, world: World) -> None:
    for number in draw(st.sets(st.sampled_from(["1", "2", "3"]))):
        PhoneFactory(candidate=person, number=f"07700 90000{number}")


def links(draw: Draw, person: Candidate, world: World) -> None:
    for number in draw(st.sets(st.sampled_from(["a", "b"]))):
        LinkFactory(candidate=person, url=f"https://profiles.example/{number}")


def skills(draw: Draw, person: Candidate, world: World) -> None:
    for skill in draw(st.sets(st.sampled_from([0, 1, 2]))):
        CandidateSkillFactory(candidate=person, skill=world.skills[skill])


def grounds(draw: Draw, person: Candidate, world: World) -> None:
    for purpose in draw(st.lists(st.sampled_from(["pool", "nurture"]), max_size=4)):
        kind = draw(st.sampled_from(["plain", "withdrawn", "objected", "expired"]))
        how = {} if kind == "plain" else {kind: True}
        GroundEventFactory(
            candidate=person, purpose=purpose, **{**how, "occurred_at": moment(draw)}
        )


def preference(draw: Draw, person: Candidate, world: World) -> None:
    if draw(st.booleans()):
        PreferenceFactory(
            candidate=person,
            frequency=draw(st.sampled_from(["weekly", "monthly"])),
            paused_until=draw(st.sampled_from([None, date(2027, 1, 1), date(2027, 3, 1)])),
            is_narrowed=draw(st.booleans()),
            families=draw(st.lists(st.sampled_from(["Electrical", "Data"]), unique=True)),
            places=draw(st.lists(st.sampled_from(["Bristol", "Lyon"]), unique=True)),
            work_modes=draw(st.lists(st.sampled_from(["any", "remote", "hybrid"]), unique=True)),
            levels=draw(st.lists(st.integers(1, 6), unique=True)),
            version=draw(st.integers(1, 5)),
            updated_at=moment(draw),
        )


def preference_changes(draw: Draw, person: Candidate, world: World) -> None:
    import uuid

    for _ in range(draw(st.integers(0, 1))):
        PreferenceChange.objects.create(
            candidate=person, action_id=uuid.uuid4(), at=moment(draw), channel="link",
            before={"stopped": False}, after={"stopped": True, "ground": None},
        )  # fmt: skip


def gate(draw: Draw, person: Candidate, world: World) -> None:
    sent = sorted(moment(draw) for _ in range(draw(st.integers(0, 3))))
    ContactGate.objects.filter(pk=person.pk).update(job_emails_at=sent)


def import_rows(draw: Draw, person: Candidate, world: World) -> None:
    from candidates.models import Import

    if draw(st.booleans()):
        run = Import.objects.create(
            file_name="a.csv", sha256="0" * 64, size=1, encoding="utf-8", delimiter=",",
            by=world.user,
        )  # fmt: skip
        ImportRow.objects.create(run=run, number=2, cells=["a"], candidate=person)


def applied(draw: Draw, person: Candidate, world: World) -> None:
    for job in world.jobs:
        for trait in draw(
            st.lists(st.sampled_from(["open", "rejected", "withdrawn"]), max_size=2, unique=True)
        ):
            stage = draw(st.sampled_from([0, 1]))
            application = ApplicationFactory(
                candidate=person,
                job=job,
                stage=world.stages[job.pk][stage],
                furthest=stage + 1,
                applied_at=moment(draw),
                hear_by=draw(st.sampled_from([None, date(2026, 12, 1), date(2026, 12, 9)])),
                **({} if trait == "open" else {trait: True}),
            )
            if draw(st.booleans()):
                LetterFactory(
                    application=application,
                    kind=Letter.Kind.RECEIPT,
                    cancelled_at=draw(st.sampled_from([None, NOON])),
                )
            StageChange.objects.create(application=application, to_stage=application.stage)
            if draw(st.booleans()):
                interviewed(draw, application)
            if draw(st.booleans()):
                PromiseFactory(candidate=person, application=application)


def interviewed(draw: Draw, application: Application) -> None:
    how = draw(st.sampled_from(["held", "proposed", "cancelled", ""]))
    interview = InterviewFactory(application=application, **({how: True} if how else {}))
    InterviewerFactory(interview=interview)
    if how == "proposed":
        ProposedTimeFactory(interview=interview)
        LetterFactory(application=application, interview=interview, kind=Letter.Kind.INVITATION)
    if how == "held":
        RescheduleFactory(interview=interview, was_at=moment(draw))
        scorecard = ScorecardFactory(interview=interview)
        RatingFactory(scorecard=scorecard)
        ScorecardVersionFactory(scorecard=scorecard, until=moment(draw))


def promises(draw: Draw, person: Candidate, world: World) -> None:
    for due in draw(st.lists(st.booleans(), max_size=2)):
        PromiseFactory(candidate=person, due=due)


def matches(draw: Draw, person: Candidate, world: World) -> None:
    for number in draw(st.sets(st.sampled_from([0, 1]))):
        verdict = draw(st.sampled_from(["", "invited", "not_a_fit"]))
        MatchFactory(
            candidate=person,
            job=world.jobs[number],
            verdict=verdict,
            verdict_reason="Too far away." if verdict else "",
            verdict_at=NOON if verdict else None,
        )


def enrolled(draw: Draw, person: Candidate, world: World) -> None:
    for number in draw(st.sets(st.sampled_from([0, 1]))):
        campaign = world.campaigns[number]
        last = draw(st.integers(1, 2))
        state = draw(st.sampled_from(["active", "active", "done", "ended"]))
        enrolment = EnrolmentFactory(
            campaign=campaign,
            candidate=person,
            next_step=last + 1,
            state=state,
            end_reason="replied" if state == "ended" else "",
            ended_at=NOON if state == "ended" else None,
        )
        for step in world.steps[campaign.pk][:last]:
            is_last = step.position == last
            states = ["due", "planned", "claimed", "handed"] if is_last else ["handed"]
            state = draw(st.sampled_from(states))
            import uuid

            claim = {"lease": uuid.uuid4(), "lease_until": NOON} if state == "claimed" else {}
            MessageFactory(
                enrolment=enrolment,
                step=step,
                **({"handed": True} if state == "handed" else {"state": state}),
                **claim,
            )


def decisions(draw: Draw, person: Candidate, world: World) -> None:
    for message in Message.objects.filter(candidate=person):
        if draw(st.booleans()):
            Decision.objects.create(
                candidate=person, campaign=message.campaign, message=message, phase="sending",
                allowed=True,
            )  # fmt: skip
        if message.handed_at:
            DeliveryEvent.objects.create(
                message=message, kind="handed", provider_event_id=f"test:{message.pk}"
            )


def extension_requests(draw: Draw, person: Candidate, world: World) -> None:
    steps = st.sampled_from(ExtensionRequest.Step.values)
    for step in draw(st.lists(steps, unique=True)):
        ExtensionRequestFactory(candidate=person, step=step)


def privacy_tasks(draw: Draw, person: Candidate, world: World) -> None:
    traits: list[dict[str, bool]] = [{}, {"of_age": True}, {"confirmed": True}]
    for trait in draw(st.lists(st.sampled_from(traits), max_size=2, unique_by=str)):
        PrivacyTaskFactory(candidate=person, **trait)


def suggestions(draw: Draw, person: Candidate, world: World) -> None:
    if draw(st.booleans()):
        DuplicateSuggestionFactory(
            one=person,
            other=world.third,
            dismissed=draw(st.booleans()),
            is_sure=draw(st.booleans()),
        )


BUILDERS: dict[type, Callable[[Draw, Candidate, World], None]] = {
    EmailAddress: emails,
    Phone: phones,
    Link: links,
    CandidateSkill: skills,
    GroundEvent: grounds,
    Preference: preference,
    PreferenceChange: preference_changes,
    ContactGate: gate,
    ImportRow: import_rows,
    DuplicateSuggestion: suggestions,
    Application: applied,
    Promise: promises,
    Match: matches,
    Enrolment: enrolled,
    Decision: decisions,
    ExtensionRequest: extension_requests,
    PrivacyTask: privacy_tasks,
}

# Made together with a row above, or by the database.
TOGETHER = {
    Candidate, Merge, GroundState, SearchText, MatchProfile, StageChange, Letter, Message,
    DeliveryEvent, Interview, Interviewer, ProposedTime, Reschedule, Scorecard, Rating,
    ScorecardVersion,
}  # fmt: skip


def factories() -> dict[type, type[DjangoModelFactory]]:
    found = {}
    for module in pkgutil.iter_modules(all_factories.__path__):
        made = importlib.import_module(f"tests.factories.{module.name}")
        for thing in vars(made).values():
            is_factory = isinstance(thing, type) and issubclass(thing, DjangoModelFactory)
            if is_factory and (model := thing._meta.model):
                found[model] = thing
    return found


def others() -> dict[type, tuple[str, type[DjangoModelFactory] | None]]:
    """Declared models that this test has no word for: the field, and the factory, if any."""
    made = factories()
    return {
        data.model: (data.field, made.get(data.model))
        for data in declared()
        if data.model not in BUILDERS
        and data.model not in TOGETHER
        and "__" not in data.field
        and not isinstance(data.merge, Stay | Derived)
    }


def somebody(draw: Draw, world: World) -> Candidate:
    text = st.sampled_from(["", "Bristol", "Ærøskøbing", "北京"])
    place = draw(st.sampled_from([(None, None), (51.4545, -2.5879), (0.1 + 0.2, 1 / 3)]))
    person = CandidateFactory(
        without_email=True,
        without_consent=True,
        name=draw(st.sampled_from(["Li Wen", "Wen Li", "L. Wen", "Ørsted “Q”"])),
        call_name=draw(st.sampled_from(["", "Li"])),
        headline=draw(text),
        city=draw(text),
        latitude=place[0],
        longitude=place[1],
        seniority=draw(st.sampled_from([None, 1, 4])),
        salary_expectation=draw(st.sampled_from([None, 5_500_000])),
        salary_currency="GBP",
        owner=draw(st.sampled_from([None, world.user])),
        last_contact_at=draw(st.sampled_from([None, NOON, NOON - timedelta(days=9)])),
        version=draw(st.integers(1, 4)),
    )
    for build in BUILDERS.values():
        build(draw, person, world)
    for field, factory in others().values():
        for _ in range(draw(st.integers(0, 2)) if factory else 0):
            factory(**{field: person})
    return person
