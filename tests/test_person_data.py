"""Everything that hangs on a person is declared: what becomes of it when two records are merged,
what an erasure does with it, and what the person may read of it."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey

from candidates import shown
from candidates.models import Candidate, Phone
from candidates.person_data import Follow, Move, PersonData, declared, register
from candidates.rights import Show
from tests.test_floor_plan import FLOORS


def keys_to_people():
    """Every foreign key and one-to-one to `Candidate`, in every app of ours."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Candidate
    )


def test_every_key_to_a_person_is_declared_and_nothing_else():
    direct = sorted(data.name for data in declared() if "__" not in data.field)

    assert direct == keys_to_people()


def test_every_path_leads_to_a_person():
    """And what follows a row follows one that is declared itself."""
    models = {data.model for data in declared()}
    for data in declared():
        model = data.model
        for step in data.field.split("__"):
            model = model._meta.get_field(step).related_model
            assert model is Candidate or model in models, data.name
        assert model is Candidate, data.name


def test_every_declaration_says_what_a_merge_does():
    assert [data.name for data in declared() if data.merge is None] == []


def test_only_a_path_follows():
    assert {data.name for data in declared() if isinstance(data.merge, Follow)} == {
        data.name for data in declared() if "__" in data.field
    }


def test_declaring_the_same_again_changes_nothing():
    before = declared()

    register(before)

    assert declared() == before


def test_declaring_it_otherwise_is_an_error():
    with pytest.raises(ValueError, match=r"^candidates\.Phone\.candidate is declared twice\.$"):
        register([PersonData(Phone, merge=Move())])


def test_every_declaration_says_what_an_erasure_does():
    assert [data.name for data in declared() if data.erase is None] == []


def test_every_declaration_says_what_the_person_may_read():
    assert [data.name for data in declared() if data.export is None] == []


def columns_of(data):
    """The columns of a declared model that could say something: not its keys."""
    technical = {"id", "public_id", "candidate", data.field}
    return {field.name for field in data.model._meta.concrete_fields} - technical


def decided(show):
    return {path.partition("__")[0] for path in show.columns} | {*show.left_out, show.file}


def test_every_column_is_shown_or_left_out_with_a_reason():
    """A column that somebody adds is either in the copy that a person gets, or we say why not."""
    shows = [(data, data.export) for data in declared() if isinstance(data.export, Show)]
    undecided = {
        data.name: missing
        for data, show in [*shows, (PersonData(Candidate, "pk"), shown.PERSON)]
        if (missing := columns_of(data) - decided(show))
    }

    assert undecided == {}


def test_no_column_is_named_that_is_not_there():
    shows = [(data.model, data.export) for data in declared() if isinstance(data.export, Show)]
    wrong = [
        f"{model._meta.label}.{path}"
        for model, show in [*shows, (Candidate, shown.PERSON)]
        for path in {*show.columns, *show.left_out, *show.words, *show.as_sent, show.file} - {""}
        if not leads_somewhere(model, path)
    ]

    assert wrong == []


def leads_somewhere(model, path):
    for step in path.split("__"):
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        model = field.related_model
    return True


# Models that hang on something of a person and yet hold nothing about them, each with its reason.
NOT_ABOUT_THEM: dict[str, str] = {
    "engagement.WaitingFile.reply": "waits only while nobody is known; then it is a document",
}


def test_what_hangs_on_a_declared_row_is_declared_as_well():
    """Text one step away from a person is theirs too: the report about an email, a suggestion."""
    models = {data.model for data in declared()} - {Candidate}
    undeclared = sorted(
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in FLOORS and model not in models
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model in models
    )

    assert undeclared == sorted(NOT_ABOUT_THEM)
