"""Claiming takes what it was asked for, whatever PostgreSQL believes about the table."""

import pytest
from django.db import connection
from django.utils import timezone

from engagement.models import Message, StaffEmail
from tests.factories.accounts import UserFactory
from tests.factories.engagement import MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


def take_for_empty(table: str) -> None:
    """Let PostgreSQL look at the table while its rows are deleted, as on the first day of use."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(f"ANALYZE {table}")


def test_a_claim_takes_no_more_than_it_was_asked_for():
    MessageFactory.create_batch(2)
    take_for_empty("engagement_message")
    MessageFactory.create_batch(9)

    taken = [len(Message.objects.claim(4, now=timezone.now())) for _ in range(4)]

    assert taken == [4, 4, 1, 0]


def test_a_claim_of_an_email_to_a_colleague_takes_one():
    day = timezone.now().date()

    def due() -> None:
        for user in UserFactory.create_batch(3):
            StaffEmail.objects.create(
                user=user, day=day, due_at=timezone.now(), not_after=timezone.now()
            )

    due()
    take_for_empty("engagement_staffemail")
    due()

    assert StaffEmail.objects.claim(timezone.now()) is not None
    assert StaffEmail.objects.filter(state=StaffEmail.State.CLAIMED).count() == 1
