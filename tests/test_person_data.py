"""Everything that hangs on a person is declared: what becomes of it when two records are merged."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from candidates.models import Candidate, Phone
from candidates.person_data import Follow, Move, PersonData, declared, register
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
    models = {data.model for data in declared() if "__" not in data.field}
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
