import factory

from candidates.models import ExportFile, Work, WorkItem
from tests.factories.accounts import UserFactory


class WorkFactory(factory.django.DjangoModelFactory[Work]):
    """A piece of work that waits for a worker. `people` are frozen into it."""

    class Meta:
        model = Work
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=Work.State.DRAFT)

    kind = "owner"
    title = "Change who looks after them"
    by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def people(self, create, people, **kwargs):
        WorkItem.objects.bulk_create(WorkItem(work=self, candidate=one) for one in people or [])
        if people:
            self.total = len(people)
            self.save()


class ExportFileFactory(factory.django.DjangoModelFactory[ExportFile]):
    """A file that its colleague may still take for a day."""

    class Meta:
        model = ExportFile

    made_for = factory.SubFactory(UserFactory)
    file = factory.django.FileField(filename="exports/file", data=b'"Name"\r\n')
    name = "people.csv"
    sha256 = "0" * 64
    size = 8
