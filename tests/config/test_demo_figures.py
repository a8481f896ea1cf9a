"""The whole demo company has about as much of each thing as the design says (7.2)."""

from datetime import UTC, datetime

import pytest
from django.db.models import Count

from candidates.models import Candidate
from config.demo.seed import seed
from engagement.models import Message, Survey
from tests.storage import one_private_storage

# A minute by itself; this only bounds it where a machine has much else to do.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]


def test_what_a_whole_company_has():
    one_private_storage()
    seed(size="m", seed_number=4242, anchor=datetime(2026, 11, 23, 10, tzinfo=UTC))

    answers = dict(
        Survey.objects.sent().answered().values_list("outcome").annotate(n=Count("pk")).order_by()
    )
    found = {
        "people": Candidate.objects.filter(merged_into=None).count(),
        "job emails": Message.objects.filter(purpose="nurture").exclude(state="planned").count(),
        "surveys": Survey.objects.sent().count(),
        "answers": sum(answers.values()),
        "in the archive": Candidate.objects.archived().count(),
    }
    design = {
        "people": 2_400, "job emails": 4_860, "surveys": 1_930, "answers": 430,
        "in the archive": 240,
    }  # fmt: skip
    assert found == pytest.approx(design, rel=0.1)
    assert set(answers) == set(Survey.Outcome.values)
