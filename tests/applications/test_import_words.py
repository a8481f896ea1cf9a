"""An import reads words and files as people write them, and says what it cannot read."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from applications.actions import imports as actions
from applications.foreign_words import milestone_of, outcome_of, reason_of
from applications.models import Milestone, Outcome, RejectionReason
from candidates.models import Activity, Candidate, EmailAddress, Skill
from tests.applications.importing import ANN, BO, HEADER, run_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("mapping", "code"),
    [({"1": "emails"}, "no_name"), ({"0": "name", "1": "name"}, "repeated")],
)
def test_mapping_is_refused(recruiter, mapping, code):
    run = run_of(ANN, by=recruiter, upto="uploaded")

    with pytest.raises(ValidationError) as refusal:
        actions.map_columns(run, mapping, by=recruiter)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("stage", "milestone"),
    [
        ("", Milestone.APPLIED),
        ("2nd interview", Milestone.INTERVIEWED),
        ("Final round interview", Milestone.FINAL),
        ("Offer", Milestone.OFFERED),
        ("limbo", None),
    ],
)
def test_stage_words(stage, milestone):
    assert milestone_of(stage) == milestone


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("Rejected - salary", Outcome.REJECTED, RejectionReason.PAY),
        ("offer declined", Outcome.OFFER_DECLINED, RejectionReason.OTHER),
        ("declined", Outcome.REJECTED, RejectionReason.OTHER),
        ("withdrew", Outcome.WITHDRAWN, RejectionReason.OTHER),
        ("hired", Outcome.HIRED, RejectionReason.OTHER),
    ],
)
def test_outcome_words(text, outcome, reason):
    assert (outcome_of(text), reason_of(text)) == (outcome, reason)


def test_command_imports_and_says_what_it_did(recruiter, tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_text(f"{HEADER}\n{ANN}\n{BO}\n")

    call_command("import_people", str(path), dry_run=True)
    assert Candidate.objects.count() == 0
    call_command("import_people", str(path), by=recruiter.email)

    assert "2 created, 0 joined, 0 unchanged, 0 refused" in capsys.readouterr().out


def test_command_takes_a_mapping_of_its_own(recruiter, tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Who;Where to write\nAnn;a@x.example\n")

    call_command("import_people", str(path), mapping=["Who=name", "Where to write=emails"])

    assert EmailAddress.objects.get().address == "a@x.example"


@pytest.mark.parametrize(
    ("content", "mapping", "message"),
    [
        ("", [], "empty"),
        ("Who\nAnn\n", ["Whom=name"], "no column"),
        ("Who\nAnn\n", ["Who=nickname"], "not a field"),
        ("Who\nAnn\n", [], "which column holds the name"),
    ],
)
def test_command_refuses(recruiter, tmp_path, content, mapping, message):
    path = tmp_path / "people.csv"
    path.write_text(content)

    with pytest.raises(CommandError, match=message):
        call_command("import_people", str(path), mapping=mapping)


def test_command_refuses_a_file_that_is_not_there(recruiter, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_people", str(tmp_path / "nothing.csv"))


def test_skills_made_for_an_import_resolve_the_next_time(recruiter):
    run_of("Ann;a@x.example;Rope access;;;;;;;;", by=recruiter)
    run_of("Bo;b@x.example;rope  ACCESS;;;;;;;;", by=recruiter)

    assert Skill.objects.filter(name__iexact="rope access").count() == 1
    assert Activity.objects.filter(kind="import.created").count() == 2
