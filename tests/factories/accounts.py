import factory

from accounts.models import Organisation, Role, User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A recruiter who may sign in."""

    class Meta:
        model = User

    class Params:
        admin = factory.Trait(roles=[Role.ADMIN])
        hiring_manager = factory.Trait(roles=[Role.HIRING_MANAGER])
        interviewer = factory.Trait(roles=[Role.INTERVIEWER])
        privacy_officer = factory.Trait(roles=[Role.PRIVACY_OFFICER])

    name = factory.Sequence(lambda n: f"Colleague {n}")
    email = factory.Sequence(lambda n: f"colleague-{n}@larkspur-tidal.example")
    roles = factory.LazyFunction(lambda: [Role.RECRUITER])
    password = factory.django.Password("correct horse battery")


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """The one organisation, ready to write."""

    class Meta:
        model = Organisation
        django_get_or_create = ["pk"]

    pk = 1
    name = "Larkspur Tidal Works"
    legal_name = "Larkspur Tidal Works Ltd"
    postal_address = "1 Pier Street, Exampleton"
    privacy_email = "privacy@larkspur-tidal.example"
    mail_domain = "larkspur-tidal.example"
    letters_from = "letters@larkspur-tidal.example"
    job_emails_from = "jobs@larkspur-tidal.example"
