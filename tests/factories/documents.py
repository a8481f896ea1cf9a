import hashlib

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from candidates.models import Document, Finding
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory


class DocumentFactory(factory.django.DjangoModelFactory[Document]):
    """A text file that was read. Its bytes are `content`."""

    class Meta:
        model = Document
        exclude = ["content"]

    class Params:
        waiting = factory.Trait(state=Document.State.UPLOADED, text="")
        removed = factory.Trait(removed_at=factory.LazyFunction(timezone.now))
        with_copy = factory.Trait(
            kind="pdf",
            safe_file=factory.LazyAttribute(lambda made: ContentFile(made.content, name="cv.pdf")),
        )

    content = factory.Sequence(lambda n: f"Electrician, {n} years of switchgear.".encode())
    candidate = factory.SubFactory(CandidateFactory)
    file_name = factory.Sequence(lambda n: f"cv-{n}.txt")
    file = factory.LazyAttribute(lambda made: ContentFile(made.content, name="cv.txt"))
    sha256 = factory.LazyAttribute(lambda made: hashlib.sha256(made.content).hexdigest())
    size = factory.LazyAttribute(lambda made: len(made.content))
    kind = "txt"
    state = Document.State.READY
    text = factory.LazyAttribute(lambda made: made.content.decode(errors="ignore"))
    uploaded_by = factory.SubFactory(UserFactory)


class FindingFactory(factory.django.DjangoModelFactory[Finding]):
    """A phone number that stands at the start of a document."""

    class Meta:
        model = Finding

    document = factory.SubFactory(DocumentFactory)
    kind = Finding.Kind.PHONE
    value = factory.Sequence(lambda n: f"+447700900{n % 1000:03}")
    shown = factory.LazyAttribute(lambda finding: finding.value)
    start = 0
    end = 11
