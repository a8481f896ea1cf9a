import hashlib
import hmac

import pytest
from django.db import connection
from django.utils import timezone

from candidates import suppression
from candidates.actions.addresses import add_email
from candidates.actions.contact import suppress_address, suppress_person
from candidates.actions.erasure import erase_candidate
from candidates.actions.grounds import record_objection
from candidates.actions.opting_in import opt_in
from candidates.models import Candidate, Suppression
from tests.database import gates_locked_first
from tests.factories.candidates import CandidateFactory, EmailAddressFactory

pytestmark = pytest.mark.django_db


def test_a_plus_tag_does_not_escape_the_memory(recruiter):
    suppress_address("A+jobs@Ex.example", scope="all", reason="erased", by="erasure")

    candidate = CandidateFactory(without_email=True)
    email = add_email(candidate, "a@ex.example", by=recruiter)

    assert email.suppressed == "all"
    assert not Candidate.objects.contactable().exists()


def test_the_table_holds_no_plaintext():
    suppress_address("ana@ex.example", scope="all", reason="erased", by="erasure")

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(s::text, ' ') FROM candidates_suppression s")
        dump = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(a::text, ' ') FROM accounts_auditevent a")
        dump += cursor.fetchone()[0]

    assert "ana" not in dump
    assert "ex.example" not in dump
    assert hashlib.sha256(b"ana@ex.example").hexdigest() not in dump


def test_the_digest_is_an_hmac_of_the_broad_form(settings):
    settings.SUPPRESSION_KEYS = ["key one"]

    expected = hmac.new(b"key one", b"ana@ex.example", hashlib.sha256).hexdigest()
    assert suppression.digest("Ana+x@ex.example") == expected


def test_old_keys_still_answer(settings):
    settings.SUPPRESSION_KEYS = ["first"]
    suppress_address("old@ex.example", scope="all", reason="erased", by="erasure")
    settings.SUPPRESSION_KEYS = ["second", "first"]  # newest first
    suppress_address("new@ex.example", scope="nurture", reason="objected", by="erasure")

    known = suppression.scopes_of(["old@ex.example", "new@ex.example", "other@ex.example"])

    assert known == {"old@ex.example": "all", "new@ex.example": "nurture"}
    assert sorted(Suppression.objects.values_list("key_version", flat=True)) == [1, 2]
    settings.SUPPRESSION_KEYS = ["second"]
    assert suppression.scopes_of(["old@ex.example"]) == {}


def test_any_number_of_addresses_is_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        suppression.scopes_of([f"a{n}@ex.example" for n in range(50)])


def test_the_wider_scope_wins():
    email = EmailAddressFactory(address="ana@ex.example")
    for scope in ("all", "nurture"):
        suppress_address("ana@ex.example", scope=scope, reason="objected", by="test")

    email.refresh_from_db()
    assert (email.suppressed, suppression.scopes_of(["ana@ex.example"])) == (
        "all",
        {"ana@ex.example": "all"},
    )


def test_a_bounce_is_no_refusal_but_becomes_one():
    email = EmailAddressFactory(address="ana@ex.example")
    suppress_address("ana@ex.example", scope="all", reason="bounced", by="test")
    email.refresh_from_db()
    assert (email.suppressed, email.bounced_at is not None) == ("", True)
    assert suppression.scopes_of(["ana@ex.example"]) == {}
    assert suppression.bounced_among(["ana@ex.example"]) == {"ana@ex.example"}

    suppress_address("ana@ex.example", scope="all", reason="complained", by="test")

    assert Suppression.objects.get().reason == "complained"
    assert suppression.scopes_of(["ana@ex.example"]) == {"ana@ex.example": "all"}


def test_suppressing_twice_leaves_one_row(recruiter):
    candidate = CandidateFactory()
    for _ in range(2):
        suppress_person(candidate, scope="nurture", reason="objected", by=recruiter)

    assert Suppression.objects.count() == 1


def opted_in(person, _by):
    opt_in(person, wording="w", version="v", language="en", expires_at=timezone.now())


@pytest.mark.parametrize(
    "act",
    [
        lambda person, by: suppress_person(person, scope="nurture", reason="staff", by=by),
        lambda person, by: record_objection(person, by=by),
        lambda person, by: erase_candidate(person, by=by),
        opted_in,
    ],
    ids=["suppressed", "objected", "erased", "opted in"],
)
def test_both_people_of_a_mailbox_are_locked_at_once_so_that_two_acts_do_not_block_each_other(
    act, recruiter
):
    other = CandidateFactory(email__address="ana@ex.example")
    person = CandidateFactory(email__address="ana+jobs@ex.example")

    with gates_locked_first() as locked:
        act(person, recruiter)

    assert locked == [other.pk, person.pk]
