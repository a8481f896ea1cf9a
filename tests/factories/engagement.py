from datetime import timedelta

import factory
from django.utils import timezone

from engagement.models import Campaign, Enrolment, Message, Step, Template, TemplateVersion
from tests.factories.accounts import UserFactory
from tests.factories.applications import JobFactory
from tests.factories.candidates import CandidateFactory


class TemplateFactory(factory.django.DjangoModelFactory[Template]):
    class Meta:
        model = Template

    name = factory.Sequence(lambda n: f"Template {n}")


class TemplateVersionFactory(factory.django.DjangoModelFactory[TemplateVersion]):
    """An English text with one merge field."""

    class Meta:
        model = TemplateVersion

    template = factory.SubFactory(TemplateFactory)
    number = 1
    subject = "A job that may fit you"
    text = "Hello {{ candidate.call_name|there }},\n\na job opened.\n"


class CampaignFactory(factory.django.DjangoModelFactory[Campaign]):
    """A draft for an open job, without steps."""

    class Meta:
        model = Campaign

    class Params:
        approved = factory.Trait(
            approved_by=factory.SelfAttribute("by"),
            approved_at=factory.LazyFunction(timezone.now),
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)),
        )
        running = factory.Trait(approved=True, state=Campaign.State.RUNNING)
        paused = factory.Trait(approved=True, state=Campaign.State.PAUSED)

    name = factory.Sequence(lambda n: f"Campaign {n}")
    job = factory.SubFactory(JobFactory)
    by = factory.SubFactory(UserFactory)
    sender = factory.SelfAttribute("by")


class StepFactory(factory.django.DjangoModelFactory[Step]):
    """The first step of a campaign."""

    class Meta:
        model = Step

    campaign = factory.SubFactory(CampaignFactory)
    position = 1
    template_version = factory.SubFactory(TemplateVersionFactory)


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    campaign = factory.SubFactory(CampaignFactory, running=True)
    candidate = factory.SubFactory(CandidateFactory)


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """A job email of a running campaign, due a minute ago."""

    class Meta:
        model = Message

    class Params:
        uncertain = factory.Trait(
            state=Message.State.UNCERTAIN,
            armed_at=factory.LazyFunction(timezone.now),
            subject="A job that may fit you",
        )
        handed = factory.Trait(
            state=Message.State.HANDED,
            armed_at=factory.LazyFunction(timezone.now),
            handed_at=factory.LazyFunction(timezone.now),
            settled_at=factory.LazyFunction(timezone.now),
        )

    enrolment = factory.SubFactory(EnrolmentFactory)
    candidate = factory.SelfAttribute("enrolment.candidate")
    campaign = factory.SelfAttribute("enrolment.campaign")
    job = factory.SelfAttribute("campaign.job")
    step = factory.LazyAttribute(
        lambda message: message.campaign.steps.first() or StepFactory(campaign=message.campaign)
    )
    dedupe_key = factory.Sequence(lambda n: f"test:{n}")
    purpose = Message.Purpose.NURTURE
    due_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
