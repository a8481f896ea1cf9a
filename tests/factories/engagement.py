import uuid
from datetime import timedelta

import factory
from django.utils import timezone

from engagement.models import (
    AccessCode,
    AddressChange,
    AddressClaim,
    Audience,
    Brake,
    Campaign,
    Enrolment,
    Handover,
    Message,
    OpeningRule,
    Reply,
    SendingDomain,
    SignUp,
    Step,
    StepVersion,
    Survey,
    Template,
    TemplateVersion,
    Trial,
)
from tests.factories.accounts import UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory
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
    """A draft for an open job, without steps and for nobody.

    `people` picks them by hand; `with_step` gives it a first step (`first_step__…` shapes it).
    """

    class Meta:
        model = Campaign
        skip_postgeneration_save = True

    class Params:
        approved = factory.Trait(
            approved_by=factory.SelfAttribute("by"),
            approved_at=factory.LazyFunction(timezone.now),
            starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)),
        )
        running = factory.Trait(approved=True, state=Campaign.State.RUNNING)
        with_step = factory.Trait(
            first_step=factory.RelatedFactory("tests.factories.engagement.StepFactory", "campaign")
        )
        paused = factory.Trait(approved=True, state=Campaign.State.PAUSED)

    name = factory.Sequence(lambda n: f"Campaign {n}")
    job = factory.SubFactory(JobFactory)
    by = factory.SubFactory(UserFactory)
    sender = factory.SelfAttribute("by")
    first_step = None

    @factory.post_generation
    def people(self: Campaign, create: bool, extracted: object, **kwargs: object) -> None:
        if create and extracted is not None:
            chosen = [person.pk for person in extracted]  # type: ignore[attr-defined]
            Audience.objects.create(campaign=self, chosen=chosen)


class BrakeFactory(factory.django.DjangoModelFactory[Brake]):
    """A campaign that stopped by itself a minute ago: two of ten came back.

    `over_all`: all job emails did. `let_go`: somebody let it go on.
    """

    class Meta:
        model = Brake

    class Params:
        over_all = factory.Trait(campaign=None, bad=10, tried=100)
        let_go = factory.Trait(
            released_at=factory.LazyFunction(timezone.now),
            released_by=factory.SubFactory(UserFactory),
            release_reason="The addresses were corrected.",
        )

    campaign = factory.SubFactory(
        CampaignFactory,
        paused=True,
        state_reason="Paused by itself: 2 of 10 emails came back or were refused.",
    )
    kind = Brake.Kind.BOUNCES
    bad = 2
    tried = 10
    at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))


class HandoverFactory(factory.django.DjangoModelFactory[Handover]):
    """A colleague was asked a minute ago. `agreed`: they let the campaign write."""

    class Meta:
        model = Handover

    class Params:
        agreed = factory.Trait(
            state=Handover.State.AGREED,
            settled_at=factory.LazyFunction(timezone.now),
            settled_by=factory.SelfAttribute("colleague"),
        )

    candidate = factory.SubFactory(CandidateFactory)
    campaign = factory.SubFactory(CampaignFactory)
    colleague = factory.SubFactory(UserFactory)
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
    reason = "We met at the fair"


class StepFactory(factory.django.DjangoModelFactory[Step]):
    """The first step of a campaign."""

    class Meta:
        model = Step

    campaign = factory.SubFactory(CampaignFactory)
    position = 1
    template_version = factory.SubFactory(TemplateVersionFactory)


class StepVersionFactory(factory.django.DjangoModelFactory[StepVersion]):
    """A second version of a step of a running campaign, which waits for its approval."""

    class Meta:
        model = StepVersion

    step = factory.SubFactory(StepFactory, campaign__running=True)
    number = 2
    template_version = factory.SubFactory(
        TemplateVersionFactory, text="Hello {{ candidate.call_name|there }},\n\na new job opened.\n"
    )
    by = factory.SelfAttribute("step.campaign.by")
    written_by = factory.LazyAttribute(lambda version: [version.by.pk])


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    """Somebody whose first step has its message, for an hour now."""

    class Meta:
        model = Enrolment

    campaign = factory.SubFactory(CampaignFactory, running=True)
    candidate = factory.SubFactory(CandidateFactory)
    next_step = 2
    enrolled_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


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
    sender = factory.SelfAttribute("campaign.sender")
    step = factory.LazyAttribute(
        lambda message: message.campaign.steps.first() or StepFactory(campaign=message.campaign)
    )
    dedupe_key = factory.Sequence(lambda n: f"test:{n}")
    purpose = Message.Purpose.NURTURE
    due_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))


class ReplyFactory(factory.django.DjangoModelFactory[Reply]):
    """Somebody answered a job email a minute ago, and waits.

    `away`: their mail program did. `stranger`: nobody knows who. `done`: it was answered.
    """

    class Meta:
        model = Reply

    class Params:
        away = factory.Trait(
            kind=Reply.Kind.AWAY,
            is_open=False,
            holds=Reply.Holds.AWAY,
            holds_until=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7)),
        )
        stranger = factory.Trait(
            candidate=None, message=None, matched_by="", address="stranger@mail.example"
        )
        done = factory.Trait(is_open=False, done_at=factory.LazyFunction(timezone.now))

    message = factory.SubFactory(MessageFactory, handed=True)
    candidate = factory.SelfAttribute("message.candidate")
    campaign = factory.LazyAttribute(lambda reply: reply.message and reply.message.campaign)
    owner = factory.SubFactory(UserFactory)
    matched_by = Reply.Match.MESSAGE
    is_known_address = True
    their_id = factory.Sequence(lambda n: f"answer-{n}@mail.example")
    name = "Ana"
    # Somebody without an address here may answer from one that we do not know.
    address = factory.LazyAttribute(
        lambda reply: (
            reply.candidate.emails.order_by("pk").values_list("address", flat=True).first()
            or "another@mail.example"
        )
    )
    to = "replies@larkspur-tidal.example"
    subject = "Re: A job that may fit you"
    text = "When could we talk about it?"
    at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
    kind = Reply.Kind.REPLY
    is_open = True


class SignUpFactory(factory.django.DjangoModelFactory[SignUp]):
    """Somebody asked to hear about any job, and has not said yes from the mailbox yet."""

    class Meta:
        model = SignUp

    candidate = factory.SubFactory(CandidateFactory)
    form_id = factory.LazyFunction(uuid.uuid4)
    choices = factory.LazyFunction(dict)


class AddressChangeFactory(factory.django.DjangoModelFactory[AddressChange]):
    """Another address that somebody gave a moment ago and has not proved yet."""

    class Meta:
        model = AddressChange

    candidate = factory.SubFactory(CandidateFactory)
    address = factory.Sequence(lambda n: f"other-{n}@mail.example")


class AddressClaimFactory(factory.django.DjangoModelFactory[AddressClaim]):
    """Somebody cannot read their mailbox any more: nobody has looked yet."""

    class Meta:
        model = AddressClaim

    class Params:
        unknown = factory.Trait(candidate=None, looked_up_at=None, former="nobody@mail.example")
        checked = factory.Trait(
            state=AddressClaim.State.CHECKED,
            checked_by=factory.SubFactory(UserFactory),
            checked_at=factory.LazyFunction(timezone.now),
            checked_text="Both jobs agree.",
        )
        approved = factory.Trait(
            checked=True,
            state=AddressClaim.State.APPROVED,
            settled_by=factory.SubFactory(UserFactory),
            settled_at=factory.LazyFunction(timezone.now),
            settled_text="So do the months.",
            facts="",
        )

    candidate = factory.SubFactory(CandidateFactory)
    former = factory.Sequence(lambda n: f"lost-{n}@mail.example")
    address = factory.Sequence(lambda n: f"new-{n}@mail.example")
    name = "Ana Lund"
    facts = "I applied as a rigger in March."
    looked_up_at = factory.LazyFunction(timezone.now)


class AccessCodeFactory(factory.django.DjangoModelFactory[AccessCode]):
    """A code that was sent a moment ago and that nobody has typed yet."""

    class Meta:
        model = AccessCode

    class Params:
        used = factory.Trait(used_at=factory.LazyFunction(timezone.now))

    candidate = factory.SubFactory(CandidateFactory)
    looked_up_at = factory.LazyFunction(timezone.now)


class TrialFactory(factory.django.DjangoModelFactory[Trial]):
    """A test of the first message that somebody asked for a moment ago."""

    class Meta:
        model = Trial

    template_version = factory.SubFactory(TemplateVersionFactory)
    campaign = factory.SubFactory(CampaignFactory)
    position = 1
    reader = "longest"
    user = factory.SelfAttribute("campaign.by")


class OpeningRuleFactory(factory.django.DjangoModelFactory[OpeningRule]):
    """A rule for any kind of work, switched on a minute ago. `off` switches it off."""

    class Meta:
        model = OpeningRule

    class Params:
        off = factory.Trait(switched_on_at=None)

    name = factory.Sequence(lambda n: f"Rule {n}")
    template = factory.LazyFunction(lambda: TemplateVersionFactory().template)
    by = factory.SubFactory(UserFactory, roles=["recruiter"])
    sender = factory.SelfAttribute("by")
    approver = factory.SelfAttribute("by")
    switched_on_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))


class SurveyFactory(factory.django.DjangoModelFactory[Survey]):
    """Somebody rejected before an interview was asked yesterday. `answered`: they answered."""

    class Meta:
        model = Survey

    class Params:
        answered = factory.Trait(
            answered_at=factory.LazyFunction(timezone.now),
            recommend=9,
            relationship=Survey.Relationship.GOOD,
            knew=4,
            text="Answer sooner.",
        )

    candidate = factory.SubFactory(CandidateFactory)
    application = factory.SubFactory(
        ApplicationFactory, candidate=factory.SelfAttribute("..candidate"), rejected=True
    )
    outcome = Survey.Outcome.REJECTED_EARLY
    planned_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1, hours=2))
    sent_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))


class SendingDomainFactory(factory.django.DjangoModelFactory[SendingDomain]):
    """A domain that nobody has checked yet."""

    class Meta:
        model = SendingDomain

    domain = factory.Sequence(lambda n: f"mail-{n}.example")
