"""The data migration that lets letters reach erased people who came back, and its way back."""

import importlib

import pytest
from django.apps import apps

from candidates import suppression
from candidates.models import EmailAddress, Suppression
from tests.factories.candidates import EmailAddressFactory

pytestmark = pytest.mark.django_db
migration = importlib.import_module("candidates.migrations.0026_erased_people_may_get_letters")


def remembered(address: str, reason: str, scope: str = "all") -> None:
    Suppression.objects.create(
        digest=suppression.digest(address), key_version=1, scope=scope, reason=reason
    )


def test_only_what_an_erasure_remembered_becomes_narrower():
    for name, reason in [("erased", "erased"), ("spam", "complained"), ("staff", "staff")]:
        EmailAddressFactory(address=f"{name}@mail.example", suppressed="all")
        remembered(f"{name}@mail.example", reason)
    remembered("both@mail.example", "erased")
    remembered("both@mail.example", "objected", scope="nurture")

    migration.narrow(apps, None)

    assert dict(EmailAddress.objects.values_list("address", "suppressed")) == {
        "erased@mail.example": "nurture",
        "spam@mail.example": "all",
        "staff@mail.example": "all",
    }
    assert sorted(Suppression.objects.values_list("reason", "scope")) == [
        ("complained", "all"),
        ("erased", "nurture"),
        ("objected", "nurture"),
        ("staff", "all"),
    ]


def test_it_can_be_taken_back():
    remembered("erased@mail.example", "erased")
    migration.narrow(apps, None)

    migration.widen(apps, None)

    assert Suppression.objects.get().scope == "all"
