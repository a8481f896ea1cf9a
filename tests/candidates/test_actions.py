from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent
from candidates.actions.addresses import (
    add_email,
    add_link,
    add_phone,
    make_primary,
    mark_bounced,
    remove_email,
    remove_link,
    remove_phone,
)
from candidates.actions.contact import log_contact
from candidates.actions.grounds import Evidence, record_grant, record_notice, record_objection
from candidates.actions.notes import delete_note, write_note
from candidates.actions.people import change_candidate, create_candidate, set_owner
from candidates.models import (
    Activity,
    Candidate,
    ContactGate,
    EmailAddress,
    GroundEvent,
    Stop,
    Suppression,
)
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory

pytestmark = pytest.mark.django_db


def proof(**changes):
    values = {
        "wording": "Keep me and email me.",
        "evidence": "Email of 3 March",
        "occurred_at": timezone.now() - timedelta(days=1),
        "expires_at": timezone.now() + timedelta(days=364),
    }
    return Evidence(**{**values, **changes})


def refused(code, action, *args, **kwargs):
    """The action refuses with that code and leaves nothing behind."""
    before = (Activity.objects.count(), AuditEvent.objects.count())
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code
    assert (Activity.objects.count(), AuditEvent.objects.count()) == before
    return refusal.value


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


# ------------------------------------------------------------------ people


def test_create_with_consent_makes_a_person_who_may_be_written_to(recruiter):
    candidate = create_candidate(
        by=recruiter,
        name="  Rosa   Osei ",
        email="Rosa@Mail.example",
        source="fair",
        consent=proof(),
    )

    assert (candidate.name, candidate.emails.get().canonical) == ("Rosa Osei", "rosa@mail.example")
    assert list(Candidate.objects.contactable()) == [candidate]
    assert ContactGate.objects.get().candidate == candidate
    assert list(candidate.activities.order_by("pk").values_list("kind", flat=True)) == [
        "ground.granted",
        "candidate.created",
    ]
    assert verbs() == ["candidate.created"]
    assert "Rosa" not in str(list(AuditEvent.objects.values()))


def test_create_with_a_notice_allows_no_mail(recruiter):
    candidate = create_candidate(by=recruiter, name="Rosa", email="r@m.example", notice=proof())

    assert candidate.ground_events.get().kind == "notice_given"
    assert not Candidate.objects.contactable().exists()


def test_create_refuses_a_known_address_and_names_who_has_it(recruiter):
    known = CandidateFactory(email__address="rosa@mail.example")

    refusal = refused(
        "known_email", create_candidate, by=recruiter, name="R", email="ROSA@mail.example"
    )

    assert refusal.params == {"candidate": known}
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": "  "}, "no_name"),
        ({"name": "R", "email": "not an address"}, "invalid"),
        ({"name": "R", "consent": proof(wording=" ")}, "no_wording"),
        ({"name": "R", "consent": proof(evidence="")}, "no_evidence"),
        ({"name": "R", "consent": proof(occurred_at=timezone.now() + timedelta(1))}, "in_future"),
        ({"name": "R", "consent": proof(expires_at=timezone.now() - timedelta(1))}, "expired"),
        ({"name": "R", "notice": proof(evidence="")}, "no_evidence"),
    ],
)
def test_create_refuses(recruiter, values, code):
    refused(code, create_candidate, by=recruiter, **values)

    assert Candidate.objects.count() == 0


def test_change_counts_the_version_and_says_which_fields(recruiter):
    candidate = CandidateFactory(city="Bristol")

    changed = change_candidate(candidate, by=recruiter, version=1, city="Bath", headline="Welder")

    assert (changed.city, changed.version) == ("Bath", 2)
    assert candidate.activities.get().text == "Changed city, headline."
    assert AuditEvent.objects.get().changes == {"fields": ["", "city, headline"]}


def test_change_to_the_same_does_nothing(recruiter):
    candidate = CandidateFactory(city="Bristol")

    assert change_candidate(candidate, by=recruiter, version=1, city="Bristol").version == 1
    assert verbs() == []


def test_the_second_of_two_savers_sees_the_first(recruiter):
    candidate = CandidateFactory()
    change_candidate(candidate, by=recruiter, version=1, city="Bath")

    refused("conflict", change_candidate, candidate, by=recruiter, version=1, city="Exeter")

    candidate.refresh_from_db()
    assert candidate.city == "Bath"


@pytest.mark.parametrize("situation", [{"erased": True}, {"merged": True}])
def test_nobody_changes_a_person_who_is_gone(recruiter, situation):
    if "merged" in situation:
        candidate = CandidateFactory(merged_into=CandidateFactory())
    else:
        candidate = CandidateFactory(erased=True)

    refused("gone", change_candidate, candidate, by=recruiter, version=1, city="Bath")
    refused("gone", write_note, candidate, "text", by=recruiter)
    refused("gone", log_contact, candidate, "called", "", by=recruiter)


def test_an_empty_name_is_refused(recruiter):
    refused("no_name", change_candidate, CandidateFactory(), by=recruiter, version=1, name=" ")


def test_owner(recruiter):
    candidate = CandidateFactory()
    set_owner(candidate, recruiter, by=recruiter)
    set_owner(candidate, recruiter, by=recruiter)
    refused("inactive_owner", set_owner, candidate, UserFactory(is_active=False), by=recruiter)

    candidate.refresh_from_db()
    assert (candidate.owner, verbs()) == (recruiter, ["candidate.owner_changed"])


# ------------------------------------------------------------------ addresses


def test_the_first_address_is_the_one_we_write_to(recruiter):
    candidate = CandidateFactory(without_email=True)
    first = add_email(candidate, "a@m.example", by=recruiter)
    second = add_email(candidate, "b@m.example", by=recruiter)
    assert (first.is_primary, second.is_primary) == (True, False)

    make_primary(second, by=recruiter)
    make_primary(second, by=recruiter)
    assert candidate.emails.get(is_primary=True) == second

    remove_email(second, by=recruiter)
    assert candidate.emails.get().is_primary is True
    assert verbs() == [
        "candidate.email_added",
        "candidate.email_added",
        "candidate.email_primary",
        "candidate.email_removed",
    ]


def test_add_email_refuses(recruiter):
    candidate = CandidateFactory(email__address="a@m.example")

    refused("invalid", add_email, candidate, "not an address", by=recruiter)
    refused("known_email", add_email, candidate, "A@m.example", by=recruiter)


def test_a_refused_address_cannot_be_removed(recruiter):
    email = EmailAddressFactory(suppressed="nurture")

    refused("suppressed", remove_email, email, by=recruiter)

    assert EmailAddress.objects.filter(pk=email.pk).exists()


def test_a_bounce_is_remembered_once_and_stops(recruiter):
    candidate = CandidateFactory()
    for _ in range(2):
        mark_bounced(candidate.emails.get(), by="delivery")

    assert candidate.stops.get().reason == Stop.Reason.BOUNCED
    assert not Candidate.objects.contactable().exists()


def test_phones_and_links(recruiter):
    candidate = CandidateFactory(country="GB")
    phone = add_phone(candidate, "07700 900123", by=recruiter)
    link = add_link(candidate, "www.rosa.example/cv", by=recruiter)

    assert (phone.canonical, link.url) == ("+447700900123", "https://www.rosa.example/cv")
    refused("known_phone", add_phone, candidate, "+44 7700 900123", by=recruiter)
    refused("not_a_phone", add_phone, candidate, "call me", by=recruiter)
    refused("known_link", add_link, candidate, "http://rosa.example/cv/", by=recruiter)
    refused("invalid", add_link, candidate, "javascript://rosa.example", by=recruiter)
    remove_phone(phone, by=recruiter)
    remove_link(link, by=recruiter)
    assert (candidate.phones.count(), candidate.links.count()) == (0, 0)


# ------------------------------------------------------------------ notes


def test_a_note_is_not_repeated_in_the_timeline_or_the_audit(recruiter):
    candidate = CandidateFactory()

    note = write_note(candidate, " Strong welder. ", by=recruiter, visibility="private")

    assert note.text == "Strong welder."
    assert candidate.activities.get().data == {"note": note.pk}
    dump = str(list(Activity.objects.values())) + str(list(AuditEvent.objects.values()))
    assert "welder" not in dump


@pytest.mark.parametrize(("text", "code"), [("  ", "empty"), ("x" * 5001, "too_long")])
def test_a_note_is_refused(recruiter, text, code):
    refused(code, write_note, CandidateFactory(), text, by=recruiter)


def test_only_the_author_deletes_a_note(recruiter):
    note = write_note(CandidateFactory(), "text", by=recruiter)

    refused("not_author", delete_note, note, by=UserFactory())
    delete_note(note, by=recruiter)

    assert verbs() == ["candidate.note_written", "candidate.note_deleted"]


# ------------------------------------------------------------------ calls and replies


@time_machine.travel("2026-11-23 09:00Z", tick=False)
@pytest.mark.parametrize("kind", ["called", "replied"])
def test_a_logged_contact_stops_and_counts_as_the_last(recruiter, kind):
    candidate = CandidateFactory()
    at = timezone.now() - timedelta(hours=2)

    log_contact(candidate, kind, "Wants to hear in March.", by=recruiter, at=at)

    candidate.refresh_from_db()
    stop = candidate.stops.get()
    assert (stop.reason, stop.at, stop.carried_at) == (kind, timezone.now(), None)
    assert candidate.last_contact_at == at
    assert (candidate.activities.get().group, verbs()) == ("mail", [f"candidate.{kind}"])


def test_an_older_contact_does_not_move_the_last_one_back(recruiter):
    last = timezone.now() - timedelta(days=1)
    candidate = CandidateFactory(last_contact_at=last)

    log_contact(candidate, "called", "", by=recruiter, at=last - timedelta(days=7))

    candidate.refresh_from_db()
    assert candidate.last_contact_at == last


def test_log_contact_refuses(recruiter):
    candidate = CandidateFactory()

    refused("unknown_kind", log_contact, candidate, "applied", "", by=recruiter)
    future = timezone.now() + timedelta(hours=1)
    refused("in_future", log_contact, candidate, "called", "", by=recruiter, at=future)


# ------------------------------------------------------------------ grounds


def test_a_recorded_consent_carries_its_proof(recruiter):
    candidate = CandidateFactory(without_consent=True)

    record_grant(candidate, ["pool", "nurture"], proof(), by=recruiter)

    assert list(Candidate.objects.contactable()) == [candidate]
    event = candidate.ground_events.get(purpose="pool")
    assert (event.wording, event.evidence, event.channel, event.actor) == (
        "Keep me and email me.",
        "Email of 3 March",
        "staff",
        recruiter.email,
    )
    assert verbs() == ["candidate.consent_recorded"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"wording": ""}, "no_wording"),
        ({"evidence": " "}, "no_evidence"),
        ({"occurred_at": timezone.now() + timedelta(days=1)}, "in_future"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expired"),
    ],
)
def test_a_consent_without_proof_is_none(recruiter, changes, code):
    candidate = CandidateFactory(without_consent=True)

    refused(code, record_grant, candidate, ["pool"], proof(**changes), by=recruiter)


def test_who_stopped_is_started_by_nobody_else(recruiter):
    """C-16."""
    unsubscribed = CandidateFactory(unsubscribed=True)
    objected = CandidateFactory()
    record_objection(objected, by=recruiter)

    for candidate in (unsubscribed, objected):
        refused("refused_before", record_grant, candidate, ["pool"], proof(), by=recruiter)


def test_an_objection_counts_at_once_and_once(recruiter):
    candidate = CandidateFactory()
    EmailAddressFactory(candidate=candidate)

    record_objection(candidate, by=recruiter, evidence="On the phone")
    record_objection(candidate, by=recruiter)

    assert not Candidate.objects.contactable("nurture").exists()
    assert Candidate.objects.contactable("pool").filter(pk=candidate.pk).exists()
    assert candidate.stops.get().reason == Stop.Reason.OBJECTED
    assert Suppression.objects.filter(scope="nurture", reason="objected").count() == 2
    objections = GroundEvent.objects.filter(kind="objected")
    assert list(objections.values_list("purpose", "evidence")) == [("nurture", "On the phone")]


def test_an_objection_to_being_kept_ends_the_pool_too(recruiter):
    candidate = CandidateFactory()

    record_objection(candidate, by=recruiter, also_pool=True)

    assert not Candidate.objects.contactable("pool").exists()


def test_a_notice_leaves_an_objection_alone(recruiter):
    candidate = CandidateFactory()
    record_objection(candidate, by=recruiter)

    record_notice(candidate, proof(), by=recruiter)

    assert not Candidate.objects.contactable().exists()
