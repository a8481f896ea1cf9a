"""Making the demo company: only where it is asked for, only where nobody is yet, only once."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from candidates.models import (
    Candidate,
)
from config.demo.seed import seed
from tests.config.test_demo import ANCHOR
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db


def test_seeding_refuses_a_database_with_people():
    CandidateFactory()

    with pytest.raises(ValidationError) as refusal:
        seed(size="s", seed_number=4242, anchor=ANCHOR)

    assert refusal.value.code == "not_empty"


def test_command_refuses_outside_the_demo(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo", size="s")


def test_command_twice_makes_one_company(settings, capsys):
    settings.DEMO = True

    call_command("seed_demo", size="s", anchor="2026-11-23")
    call_command("seed_demo", size="s", anchor="2026-11-23")

    assert Candidate.objects.count() == 200
    assert "there already" in capsys.readouterr().out


def test_command_refuses_an_anchor_that_is_no_day(settings):
    settings.DEMO = True

    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("seed_demo", size="s", anchor="tomorrow")
