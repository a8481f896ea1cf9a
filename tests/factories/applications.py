import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from applications.models import (
    Answer,
    Application,
    Arrival,
    Department,
    FeedbackRating,
    HiringTeamMember,
    Job,
    JobSkill,
    Letter,
    LetterTemplate,
    LetterTemplateVersion,
    Match,
    Milestone,
    Office,
    Outcome,
    Promise,
    Question,
    RejectionReason,
    Silence,
    Stage,
    Told,
)
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, SkillFactory


class DepartmentFactory(factory.django.DjangoModelFactory[Department]):
    class Meta:
        model = Department

    name = factory.Sequence(lambda n: f"Department {n}")


class OfficeFactory(factory.django.DjangoModelFactory[Office]):
    """An office in Bristol."""

    class Meta:
        model = Office

    name = factory.Sequence(lambda n: f"Office {n}")
    city = "Bristol"
    country = "GB"
    latitude = 51.4545
    longitude = -2.5879
    time_zone = "Europe/London"


class JobFactory(factory.django.DjangoModelFactory[Job]):
    """An open job that opened an hour ago, without stages and skills."""

    class Meta:
        model = Job

    class Params:
        draft = factory.Trait(status=Job.Status.DRAFT, opened_at=None)
        closed = factory.Trait(
            status=Job.Status.CLOSED, closed_at=factory.LazyFunction(timezone.now)
        )
        template = factory.Trait(status=Job.Status.TEMPLATE, opened_at=None)

    title = factory.Sequence(lambda n: f"Job {n}")
    family = "Electrical"
    status = Job.Status.OPEN
    owner = factory.SubFactory(UserFactory)
    opened_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


class JobSkillFactory(factory.django.DjangoModelFactory[JobSkill]):
    """A must-have skill of a job."""

    class Meta:
        model = JobSkill

    job = factory.SubFactory(JobFactory)
    skill = factory.SubFactory(SkillFactory)
    need = JobSkill.Need.MUST


class HiringTeamMemberFactory(factory.django.DjangoModelFactory[HiringTeamMember]):
    """The hiring manager of a job."""

    class Meta:
        model = HiringTeamMember

    job = factory.SubFactory(JobFactory)
    user = factory.SubFactory(UserFactory, hiring_manager=True)
    part = HiringTeamMember.Part.HIRING_MANAGER


class StageFactory(factory.django.DjangoModelFactory[Stage]):
    """The next column of a job."""

    class Meta:
        model = Stage

    job = factory.SubFactory(JobFactory)
    name = factory.Sequence(lambda n: f"Stage {n}")
    position = factory.LazyAttribute(lambda stage: stage.job.stages.count() + 1)
    milestone = Milestone.APPLIED
    candidate_state = Stage.CandidateState.RECEIVED


class ApplicationFactory(factory.django.DjangoModelFactory[Application]):
    """An open application in the first stage of its job, to be answered within a week."""

    class Meta:
        model = Application

    class Params:
        rejected = factory.Trait(
            closed_at=factory.LazyFunction(timezone.now),
            outcome=Outcome.REJECTED,
            rejection_reason=RejectionReason.STRONGER_APPLICANT,
        )
        untold = factory.Trait(
            closed_at=factory.LazyFunction(timezone.now),
            outcome=Outcome.REJECTED,
            rejection_reason=RejectionReason.STRONGER_APPLICANT,
            untold_since=factory.LazyFunction(timezone.now),
        )
        withdrawn = factory.Trait(
            closed_at=factory.LazyFunction(timezone.now), outcome=Outcome.WITHDRAWN
        )
        hired = factory.Trait(closed_at=factory.LazyFunction(timezone.now), outcome=Outcome.HIRED)

    candidate = factory.SubFactory(CandidateFactory)
    job = factory.SubFactory(JobFactory)
    stage = factory.LazyAttribute(
        lambda application: application.job.stages.first() or StageFactory(job=application.job)
    )
    hear_by = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=7))


class QuestionFactory(factory.django.DjangoModelFactory[Question]):
    """The next question of a job, answered in a few words, optional."""

    class Meta:
        model = Question

    job = factory.SubFactory(JobFactory)
    position = factory.LazyAttribute(lambda question: question.job.questions.count() + 1)
    text = factory.Sequence(lambda n: f"What is {n}?")


class ArrivalFactory(factory.django.DjangoModelFactory[Arrival]):
    """What somebody sent through the careers site, with a link instead of a file."""

    class Meta:
        model = Arrival

    application = factory.SubFactory(ApplicationFactory)
    form_id = factory.LazyFunction(uuid.uuid4)
    name = factory.LazyAttribute(lambda arrival: arrival.application.candidate.name)
    email = factory.Sequence(lambda n: f"arrival-{n}@mail.example")
    link = "https://portfolio.example/me"


class AnswerFactory(factory.django.DjangoModelFactory[Answer]):
    """An answer to a question that the form asked."""

    class Meta:
        model = Answer

    arrival = factory.SubFactory(ArrivalFactory)
    position = factory.LazyAttribute(lambda answer: answer.arrival.answers.count() + 1)
    asked = "How many nights a month can you work?"
    text = "Ten"


class LetterFactory(factory.django.DjangoModelFactory[Letter]):
    """A decision letter that leaves tomorrow."""

    class Meta:
        model = Letter

    application = factory.SubFactory(ApplicationFactory)
    kind = Letter.Kind.DECISION
    subject = "Your application"
    text = "Hello,\n\nwe chose somebody else.\n"
    send_after = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class FeedbackRatingFactory(factory.django.DjangoModelFactory[FeedbackRating]):
    """A letter of feedback that was drawn, and that nobody has rated. `rated`: all four points."""

    class Meta:
        model = FeedbackRating

    class Params:
        rated = factory.Trait(
            job_related=True, specific=True, usable=True, respectful=True,
            rated_by=factory.SubFactory(UserFactory),
            rated_at=factory.LazyFunction(timezone.now),
        )  # fmt: skip

    letter = factory.SubFactory(LetterFactory, kind=Letter.Kind.FEEDBACK)
    job = factory.LazyAttribute(lambda rating: rating.letter.application.job)
    sent_month = factory.LazyFunction(lambda: timezone.now().date().replace(day=1))
    is_sampled = True


class LetterTemplateFactory(factory.django.DjangoModelFactory[LetterTemplate]):
    """Words of a colleague for those who were not chosen, whatever the reason."""

    class Meta:
        model = LetterTemplate

    kind = Letter.Kind.DECISION
    language = "en"
    subject = "About your application"
    text = "Hello {{ candidate.call_name }},\n\nwe chose somebody else: {{ reason }}."


class LetterTemplateVersionFactory(factory.django.DjangoModelFactory[LetterTemplateVersion]):
    """The words of a template as they stood first."""

    class Meta:
        model = LetterTemplateVersion

    template = factory.SubFactory(LetterTemplateFactory)
    number = 1
    subject = "About your application"
    text = "Hello {{ candidate.call_name }},\n\nwe chose somebody else: {{ reason }}."


class ToldFactory(factory.django.DjangoModelFactory[Told]):
    """A person who was told the decision on the phone."""

    class Meta:
        model = Told

    application = factory.SubFactory(ApplicationFactory, rejected=True)
    about = Told.About.DECISION
    how = Silence.TOLD
    note = "They thanked us for calling."


class PromiseFactory(factory.django.DjangoModelFactory[Promise]):
    """A promise for electrical jobs, open for a year."""

    class Meta:
        model = Promise

    class Params:
        due = factory.Trait(
            state=Promise.State.DUE,
            due_at=factory.LazyFunction(timezone.now),
            due_job=factory.SubFactory(JobFactory),
        )

    candidate = factory.SubFactory(CandidateFactory)
    families = factory.LazyFunction(lambda: ["Electrical"])
    until = factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=365))
    owner = factory.SubFactory(UserFactory)


class MatchFactory(factory.django.DjangoModelFactory[Match]):
    """A stored match of a candidate and a job, without criteria."""

    class Meta:
        model = Match

    candidate = factory.SubFactory(CandidateFactory)
    job = factory.SubFactory(JobFactory)
    matcher_version = "1"
    inputs = factory.LazyFunction(dict)
    criteria = factory.LazyFunction(list)
    score = 1.0
