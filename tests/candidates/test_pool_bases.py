"""P-04, P-43: keeping a profile on another ground than consent, and what that asks for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import AuditEvent
from candidates import policies
from candidates.actions.grounds import record_objection
from candidates.actions.pool_bases import (
    Grounds,
    basis_for,
    end_pool_basis,
    keep_on_basis,
    set_pool_basis,
)
from candidates.clocks import clock_of
from candidates.models import Candidate, GroundEvent, PoolBasis
from candidates.policies import Span
from tests.factories.applications import ApplicationFactory
from tests.factories.candidates import CandidateFactory, GroundEventFactory
from tests.pages import sent_by

pytestmark = pytest.mark.django_db
INTEREST, SOFT = PoolBasis.Kind.LEGITIMATE_INTEREST, PoolBasis.Kind.SOFT_OPT_IN
ASSESSED = {
    "purpose": "Fill jobs with people whose trade is rare.",
    "necessity": "Nobody answers a question from strangers.",
    "balance": "Few facts, all from their trade; six months; one press ends it.",
    "reviewer": "Orla Penhaligon",
    "review_on": date(2099, 1, 1),
    "notice_version": "told-1",
    "months": 6,
}
SOLD = {
    "sale_context": "Course for cable jointers, paid",
    "similar_product": "Jobs for cable jointers",
    "opt_out": "No news about jobs, please [box]",
}


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code
    return refusal.value.messages[0]


def person(country="DE", *, is_told=True, **facts):
    candidate = CandidateFactory(without_consent=True, country=country, **facts)
    if is_told:
        GroundEventFactory(
            candidate=candidate,
            kind="notice_given",
            basis="",
            wording="We keep your details.",
            expires_at=None,
        )
    return candidate


@pytest.fixture
def interest(privacy_officer):
    return set_pool_basis("DE", INTEREST, Grounds(**ASSESSED), by=privacy_officer)


@pytest.fixture
def soft(privacy_officer):
    return set_pool_basis("DE", SOFT, Grounds(**SOLD), by=privacy_officer)


@pytest.mark.parametrize("missing", [name for name in ASSESSED if name != "months"])
def test_an_interest_needs_its_whole_assessment(privacy_officer, missing):
    left = {name: value for name, value in ASSESSED.items() if name != missing}

    refused("not_assessed", set_pool_basis, "DE", INTEREST, Grounds(**left), by=privacy_officer)
    assert not PoolBasis.objects.exists()


@pytest.mark.parametrize("missing", list(SOLD))
def test_a_soft_opt_in_needs_its_sale(privacy_officer, missing):
    left = {name: value for name, value in SOLD.items() if name != missing}

    refused("no_sale", set_pool_basis, "DE", SOFT, Grounds(**left), by=privacy_officer)


@pytest.mark.parametrize(
    ("code", "kind", "changed", "refusal"),
    [
        ("XX", INTEREST, {}, "unknown"),
        ("DE", "consent", {}, "unknown"),
        ("DE", INTEREST, {"months": 7}, "too_long"),
        ("DE", INTEREST, {"months": 0}, "too_long"),
        ("DE", INTEREST, {"review_on": date(2020, 1, 1)}, "in_past"),
    ],
)
def test_a_ground_that_makes_no_sense_is_refused(privacy_officer, code, kind, changed, refusal):
    facts = Grounds(**{**ASSESSED, **changed})

    refused(refusal, set_pool_basis, code, kind, facts, by=privacy_officer)


@pytest.mark.parametrize("kind", [INTEREST, SOFT])
def test_the_database_asks_for_the_same(kind):
    with pytest.raises(IntegrityError), transaction.atomic():
        PoolBasis.objects.create(code="DE", kind=kind, by="x")


def test_setting_and_ending_a_ground_are_in_the_audit_trail(interest, privacy_officer):
    end_pool_basis("DE", by=privacy_officer)

    refused("unchanged", end_pool_basis, "DE", by=privacy_officer)
    events = AuditEvent.objects.order_by("pk").values_list("verb", "changes")
    assert list(events) == [
        ("policy.basis_set", {"basis": ["Consent alone", "Legitimate interest"]}),
        ("policy.basis_ended", {"basis": ["Legitimate interest", "Consent alone"]}),
    ]


def test_somebody_is_kept_for_six_months_and_gets_no_job_email(interest, recruiter):
    candidate = person()

    (event,) = keep_on_basis(candidate, by=recruiter)

    assert (event.purpose, event.basis, event.notice_version, event.wording) == (
        "pool",
        "legitimate_interest",
        "told-1",
        "We keep your details.",
    )
    assert event.expires_at == Span(months=6).after(event.occurred_at)
    assert clock_of(candidate).pool == "given"
    assert list(Candidate.objects.contactable("pool")) == [candidate]
    assert not Candidate.objects.contactable().exists()


def test_who_was_not_told_or_lives_elsewhere_or_refused_is_not_kept(interest, recruiter):
    refused("not_told", keep_on_basis, person(is_told=False), by=recruiter)
    refused("no_basis", keep_on_basis, person("FR"), by=recruiter)
    stopped = person()
    GroundEventFactory(candidate=stopped, purpose="nurture", withdrawn=True)
    refused("refused_before", keep_on_basis, stopped, by=recruiter)


def test_an_assessment_that_is_overdue_carries_nobody_new(interest, recruiter):
    PoolBasis.objects.update(review_on=timezone.localdate() - timedelta(days=1))

    refused("review_overdue", keep_on_basis, person(), by=recruiter)


def test_an_objection_ends_it_in_the_same_request(interest, recruiter, staff_client):
    """P-04: they vanish from the search within the request that records it."""
    candidate = person(name="Ottoline Vane")
    keep_on_basis(candidate, by=recruiter)
    search = reverse("candidates:people") + "?q=Ottoline"
    assertContains(staff_client.get(search), "Ottoline Vane")

    response = staff_client.post(
        reverse("candidates:objection", args=[candidate.public_id]),
        {"scope": "nurture", "evidence": ""},
    )

    assert response.headers["Location"] == reverse("candidates:people")
    assertNotContains(staff_client.get(search), "Ottoline Vane")
    candidate.refresh_from_db()
    assert candidate.archive_reason == "refused"
    assert {event.purpose for event in GroundEvent.objects.filter(kind="objected")} == {
        "pool",
        "nurture",
    }


def test_whoever_a_job_considers_stays_for_that(interest, recruiter):
    candidate = person()
    keep_on_basis(candidate, by=recruiter)
    ApplicationFactory(candidate=candidate)

    record_objection(candidate, by=recruiter)

    assert Candidate.objects.live().get() == candidate
    assert not Candidate.objects.contactable("pool").exists()


def test_an_objection_of_somebody_who_agreed_takes_nobody_out(recruiter):
    candidate = CandidateFactory()

    record_objection(candidate, by=recruiter)

    assert Candidate.objects.live().get() == candidate


def test_a_customer_may_get_job_emails(soft, recruiter):
    candidate = person()

    keep_on_basis(candidate, by=recruiter, sale="Course of 3 March 2026, invoice 14")

    events = GroundEvent.objects.filter(kind="granted").order_by("purpose")
    assert [(event.purpose, event.basis, event.evidence) for event in events] == [
        ("nurture", "soft_opt_in", "Course of 3 March 2026, invoice 14"),
        ("pool", "soft_opt_in", "Course of 3 March 2026, invoice 14"),
    ]
    assert list(Candidate.objects.contactable()) == [candidate]


@pytest.mark.parametrize("facts", [{}, {"rejected": True}], ids=["open", "closed"])
def test_an_applicant_is_no_customer(soft, recruiter, facts):
    """P-43"""
    candidate = person()
    ApplicationFactory(candidate=candidate, **facts)

    said = refused("applied", keep_on_basis, candidate, by=recruiter, sale="Course")

    assert said == (
        "They know us by an application, and an application is no sale. Ask for their consent."
    )
    refused("no_sale", keep_on_basis, person(), by=recruiter, sale=" ")


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("DE", "", "DE"),
        ("US", "California", "US-CA"),
        ("US", "Ohio", "US"),
        ("CA", "Ontario", "CA-ON"),
        ("CA", "", "EU"),
        ("", "", "EU"),
    ],
)
def test_the_row_of_a_place_is_the_one_of_the_clocks(country, region, code, privacy_officer):
    assert policies.code_of(country, region) == code
    row = set_pool_basis(code, INTEREST, Grounds(**ASSESSED), by=privacy_officer)

    assert basis_for(person(country, region=region)) == row


def test_a_span_ends_with_a_short_month():
    moment = datetime(2026, 8, 31, 12, tzinfo=UTC)

    assert Span(months=6).after(moment) == datetime(2027, 2, 28, 12, tzinfo=UTC)


# The pages


def test_the_page_refuses_an_interest_without_assessment_and_keeps_what_was_typed(privacy_client):
    page = reverse("candidates:policy_basis", args=["DE"])

    response = privacy_client.post(page, {"kind": INTEREST, "months": 6, "purpose": "Rare trades"})

    assertContains(response, "This ground needs an assessment.", status_code=422)
    assertContains(response, "Rare trades", status_code=422)
    assert not PoolBasis.objects.exists()


def test_the_pages_set_show_and_end_a_ground(privacy_client):
    page = reverse("candidates:policy_basis", args=["DE"])

    privacy_client.post(page, {**ASSESSED, "kind": INTEREST, "review_on": "2099-01-01"})

    assertContains(privacy_client.get(reverse("candidates:policies")), "Legitimate interest")
    shown = privacy_client.get(reverse("candidates:policy", args=["DE"]))
    assertContains(shown, "to be reviewed on 1 January 2099")
    privacy_client.post(page, {"kind": "consent", "months": 6})
    assert not PoolBasis.objects.exists()
    again = privacy_client.post(page, {"kind": "consent", "months": 6})
    assertContains(again, "Consent alone counts here already.", status_code=422)


def test_a_recruiter_keeps_somebody_by_the_page_and_sets_no_policy(interest, staff_client):
    candidate, untold = person(), person(is_told=False)
    page = reverse("candidates:keep", args=[candidate.public_id])
    assertContains(
        staff_client.get(reverse("candidates:privacy", args=[candidate.public_id])), page
    )

    staff_client.post(page)

    assert GroundEvent.objects.get(kind="granted").candidate == candidate
    refusal = staff_client.post(reverse("candidates:keep", args=[untold.public_id]))
    assertContains(refusal, "Tell them first that you keep them.", status_code=422)
    basis = reverse("candidates:policy_basis", args=["DE"])
    assert staff_client.post(basis, {"kind": "consent", "months": 6}).status_code == 403


def test_an_assessment_that_another_officer_saved_meanwhile_is_not_overwritten(
    signed_in, privacy_officer, interest
):
    client = signed_in(privacy_officer)
    page = reverse("candidates:policy", args=["DE"])
    sent = sent_by(client.get(page).context["basis_form"])
    theirs = ASSESSED | {"purpose": "To fill the yard in Kiel"}
    set_pool_basis("DE", INTEREST, Grounds(**theirs), by=privacy_officer)

    typed = sent | {"purpose": "To fill both yards", "reviewer": "Ines Almeida"}
    found = client.post(reverse("candidates:policy_basis", args=["DE"]), typed)

    assert (found.status_code, PoolBasis.objects.get().purpose) == (422, theirs["purpose"])
    (difference,) = found.context["basis_differences"]
    assert [one.text for one in difference.options] == [
        "To fill both yards", theirs["purpose"], ASSESSED["purpose"],
    ]  # fmt: skip
    assertContains(found, "Nothing you typed is lost.", status_code=422)

    chosen = dict(found.context["basis_settled"]) | {"purpose": "To fill both yards"}
    client.post(reverse("candidates:policy_basis", args=["DE"]), chosen)

    row = PoolBasis.objects.get()
    assert (row.purpose, row.reviewer) == ("To fill both yards", "Ines Almeida")


def test_a_ground_that_was_replaced_meanwhile_is_not_ended(privacy_officer, interest):
    set_pool_basis("DE", INTEREST, Grounds(**ASSESSED), by=privacy_officer)

    refused("conflict", end_pool_basis, "DE", by=privacy_officer, version=interest.version)

    assert PoolBasis.objects.exists()
