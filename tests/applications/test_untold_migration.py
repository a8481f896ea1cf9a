"""Whose cancelled letters left them untold before anybody kept count of it."""

import importlib

import pytest
from django.db import connection
from django.utils import timezone

from applications.models import Application
from tests.factories.applications import ApplicationFactory, LetterFactory

migration = importlib.import_module("applications.migrations.0023_untold_since")


@pytest.mark.django_db
def test_only_those_whose_decision_was_cancelled_are_marked():
    now = timezone.now()
    cancelled, again, sent, silent = ApplicationFactory.create_batch(4, rejected=True)
    LetterFactory(application=cancelled, cancelled_at=now)
    LetterFactory(application=again, cancelled_at=now)
    LetterFactory(application=again)
    LetterFactory(application=sent, sent_at=now)
    LetterFactory(application=silent, kind="receipt", cancelled_at=now)
    LetterFactory(application=ApplicationFactory(), cancelled_at=now)

    with connection.cursor() as cursor:
        cursor.execute(migration.FIND)

    marked = Application.objects.exclude(untold_since=None)
    assert list(marked.values_list("pk", "untold_since")) == [(cancelled.pk, now)]
