from datetime import timedelta
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone

from candidates.identity import canonical_email, canonical_link, canonical_phone
from candidates.models import (
    Activity,
    ArchiveReason,
    Basis,
    Candidate,
    CandidateSkill,
    CandidateTag,
    DuplicateSuggestion,
    EmailAddress,
    FollowUp,
    GroundEvent,
    LegalHold,
    Link,
    Note,
    Phone,
    Preference,
    Purpose,
    Skill,
    SkillAlias,
    Stop,
    Tag,
)
from tests.factories.accounts import UserFactory

WORDING = (
    "Keep my details for 12 months and email me when a similar job opens. "
    "I can stop at any time from any email."
)


class EmailAddressFactory(factory.django.DjangoModelFactory[EmailAddress]):
    """A further address of a candidate."""

    class Meta:
        model = EmailAddress

    class Params:
        bounced = factory.Trait(bounced_at=factory.LazyFunction(timezone.now))

    candidate = factory.SubFactory(
        "tests.factories.candidates.CandidateFactory", without_email=True
    )
    address = factory.Sequence(lambda n: f"further-{n}@mail.example")
    canonical = factory.LazyAttribute(lambda email: canonical_email(email.address))


class GroundEventFactory(factory.django.DjangoModelFactory[GroundEvent]):
    """A consent to keep the profile, given 30 days ago for a year."""

    class Meta:
        model = GroundEvent

    class Params:
        withdrawn = factory.Trait(kind=GroundEvent.Kind.WITHDRAWN, basis="", wording="")
        objected = factory.Trait(kind=GroundEvent.Kind.OBJECTED, basis="", wording="")
        expired = factory.Trait(
            occurred_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=400))
        )

    candidate = factory.SubFactory(
        "tests.factories.candidates.CandidateFactory", without_consent=True
    )
    purpose = Purpose.POOL
    kind = GroundEvent.Kind.GRANTED
    basis = Basis.CONSENT
    occurred_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    expires_at = factory.LazyAttribute(
        lambda event: event.occurred_at + timedelta(days=365) if event.kind == "granted" else None
    )
    channel = GroundEvent.Channel.FORM
    notice_version = "v1"
    language = "en"
    wording = WORDING
    actor = "candidate"


class CandidateFactory(factory.django.DjangoModelFactory[Candidate]):
    """A candidate in Bristol who may be sent job emails. Traits take the permission away."""

    class Meta:
        model = Candidate
        skip_postgeneration_save = True

    class Params:
        without_email = factory.Trait(email=None)
        without_consent = factory.Trait(pool=None, nurture=None)
        bounced = factory.Trait(
            email=factory.RelatedFactory(
                EmailAddressFactory, "candidate", is_primary=True, bounced=True
            )
        )
        unsubscribed = factory.Trait(
            stopped=factory.RelatedFactory(
                GroundEventFactory,
                "candidate",
                purpose=Purpose.NURTURE,
                withdrawn=True,
                occurred_at=factory.LazyFunction(timezone.now),
            )
        )
        paused = factory.Trait(
            preference=factory.RelatedFactory(
                "tests.factories.candidates.PreferenceFactory", "candidate", paused=True
            )
        )
        erased = factory.Trait(
            name="Erased",
            without_email=True,
            without_consent=True,
            erased_at=factory.LazyFunction(timezone.now),
        )
        archived = factory.Trait(
            archived_at=factory.LazyFunction(timezone.now), archive_reason=ArchiveReason.EXPIRED
        )

    name = factory.Sequence(lambda n: f"Candidate {n}")
    call_name = factory.LazyAttribute(lambda candidate: candidate.name.partition(" ")[0])
    city = "Bristol"
    country = "GB"
    time_zone = "Europe/London"
    language = "en"
    source = "own site"
    email = factory.RelatedFactory(
        EmailAddressFactory,
        "candidate",
        is_primary=True,
        address=factory.Sequence(lambda n: f"candidate-{n}@mail.example"),
    )
    pool = factory.RelatedFactory(GroundEventFactory, "candidate", purpose=Purpose.POOL)
    nurture = factory.RelatedFactory(GroundEventFactory, "candidate", purpose=Purpose.NURTURE)


class PreferenceFactory(factory.django.DjangoModelFactory[Preference]):
    """Weekly, any job, not paused."""

    class Meta:
        model = Preference

    class Params:
        paused = factory.Trait(
            paused_until=factory.LazyFunction(lambda: timezone.now().date() + timedelta(days=90))
        )

    candidate = factory.SubFactory(CandidateFactory)


class PhoneFactory(factory.django.DjangoModelFactory[Phone]):
    class Meta:
        model = Phone

    candidate = factory.SubFactory(CandidateFactory)
    number = factory.Sequence(lambda n: f"07700 900{n % 1000:03}")
    canonical = factory.LazyAttribute(lambda phone: canonical_phone(phone.number, "GB"))


class LinkFactory(factory.django.DjangoModelFactory[Link]):
    class Meta:
        model = Link

    candidate = factory.SubFactory(CandidateFactory)
    url = factory.Sequence(lambda n: f"https://profiles.example/{n}")
    canonical = factory.LazyAttribute(lambda link: canonical_link(link.url))


class SkillFactory(factory.django.DjangoModelFactory[Skill]):
    class Meta:
        model = Skill
        django_get_or_create = ["name"]

    name = factory.Sequence(lambda n: f"Skill {n}")


class SkillAliasFactory(factory.django.DjangoModelFactory[SkillAlias]):
    class Meta:
        model = SkillAlias

    skill = factory.SubFactory(SkillFactory)
    spelling = factory.Sequence(lambda n: f"spelling {n}")


class CandidateSkillFactory(factory.django.DjangoModelFactory[CandidateSkill]):
    class Meta:
        model = CandidateSkill

    candidate = factory.SubFactory(CandidateFactory)
    skill = factory.SubFactory(SkillFactory)
    source = CandidateSkill.Source.STATED


class LegalHoldFactory(factory.django.DjangoModelFactory[LegalHold]):
    """A hold for a claim, to be looked at in three months."""

    class Meta:
        model = LegalHold

    candidate = factory.SubFactory(CandidateFactory)
    matter = factory.Sequence(lambda n: f"Claim {n}/2026")
    reason = "They claim damages for the refusal."
    owner = factory.SubFactory(UserFactory, privacy_officer=True)
    review_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=90))


class StopFactory(factory.django.DjangoModelFactory[Stop]):
    """A reply that engagement has not carried yet."""

    class Meta:
        model = Stop

    candidate = factory.SubFactory(CandidateFactory)
    reason = Stop.Reason.REPLIED


class ActivityFactory(factory.django.DjangoModelFactory[Activity]):
    class Meta:
        model = Activity

    candidate = factory.SubFactory(CandidateFactory)
    group = Activity.Group.RECORD
    kind = "candidate.changed"
    actor = "Mina Aldaco"
    text = "Changed the headline."


class NoteFactory(factory.django.DjangoModelFactory[Note]):
    class Meta:
        model = Note

    candidate = factory.SubFactory(CandidateFactory)
    author = factory.SubFactory(UserFactory)
    text = "Strong on high-voltage isolation."


class DuplicateSuggestionFactory(factory.django.DjangoModelFactory[DuplicateSuggestion]):
    """A pair that is surely one person, still to be settled. `one` and `other` in any order."""

    class Meta:
        model = DuplicateSuggestion

    class Params:
        dismissed = factory.Trait(
            state=DuplicateSuggestion.State.DISMISSED,
            settled_at=factory.LazyFunction(timezone.now),
            why_not="Mother and daughter.",
        )

    one = factory.SubFactory(CandidateFactory)
    other = factory.SubFactory(CandidateFactory)
    reasons = ["same_phone", "same_name"]
    bits = 1000
    is_sure = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        pair = sorted((kwargs.pop("one"), kwargs.pop("other")), key=lambda person: person.pk)
        return super()._create(model_class, *args, one=pair[0], other=pair[1], **kwargs)


class TagFactory(factory.django.DjangoModelFactory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"Tag {n}")


class CandidateTagFactory(factory.django.DjangoModelFactory[CandidateTag]):
    class Meta:
        model = CandidateTag

    candidate = factory.SubFactory(CandidateFactory)
    tag = factory.SubFactory(TagFactory)


class FollowUpFactory(factory.django.DjangoModelFactory[FollowUp]):
    """Due today, where the owner is (London)."""

    class Meta:
        model = FollowUp

    candidate = factory.SubFactory(CandidateFactory)
    owner = factory.SubFactory(UserFactory)
    on = factory.LazyFunction(lambda: timezone.now().astimezone(ZoneInfo("Europe/London")).date())
    text = "Ask about the night shifts."
