"""Lines that wait for the end of an action, and go with what they describe."""

import pytest
from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent
from accounts.together import written_together
from tests.factories.accounts import OrganisationFactory

pytestmark = pytest.mark.django_db


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


@pytest.fixture
def subject():
    return OrganisationFactory()


@transaction.atomic
def act(subject, *names):
    for name in names:
        audit.record("A task", name, subject)


@transaction.atomic
@written_together()
def act_and_fail(subject, name):
    audit.record("A task", name, subject)
    raise ZeroDivisionError


def test_lines_are_written_as_the_block_ends_in_their_order(subject, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1), written_together():
        audit.record("A task", "first", subject)
        audit.record_many("A task", "second", [subject, subject])
        audit.record_many("A task", "nothing", [])
        audit.record("A task", "third", subject)

    assert verbs() == ["first", "second", "second", "third"]


def test_a_block_that_fails_leaves_no_line_and_the_next_begins_anew(subject):
    with pytest.raises(ZeroDivisionError):
        act_and_fail(subject, "lost")

    act(subject, "at once")

    assert verbs() == ["at once"]


def test_what_is_undone_alone_takes_its_lines_along(subject):
    with transaction.atomic(), written_together():
        act(subject, "before")
        with pytest.raises(ZeroDivisionError):
            act_and_fail(subject, "undone")
        with transaction.atomic(), written_together():
            act(subject, "kept")
        assert verbs() == []  # nobody reads them yet
        act(subject, "after")

    assert verbs() == ["before", "kept", "after"]


def test_lines_cannot_wait_outside_of_a_transaction(subject, transactional_db):
    with pytest.raises(RuntimeError), written_together():
        act(subject, "never")

    assert verbs() == []
