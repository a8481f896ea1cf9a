import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import AuditEvent
from candidates import policies
from candidates.actions.policies import change_policy, reset_policy
from candidates.models import PolicyOverride
from candidates.policies import Span
from tests.pages import sent_by

pytestmark = pytest.mark.django_db
FIGURES = {
    "evidence": Span(months=3),
    "pool": Span(months=24),
    "unasked": Span(months=2),
    "keep": None,
    "reason": "Counsel, 3 May 2026",
}


def refused(code, action, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(days=28), "4 weeks"),
        (Span(days=1), "1 day"),
        (Span(months=12), "1 year"),
        (Span(months=24), "2 years"),
        (Span(months=7), "7 months"),
        (Span(months=1, days=10), "1 month and 10 days"),
    ],
)
def test_a_span_in_words(span, words):
    assert str(span) == words


def test_a_changed_row_counts_and_the_others_stay(privacy_officer):
    change_policy("DE", by=privacy_officer, **FIGURES)

    known = policies.in_force()

    assert (known["DE"].pool, known["DE"].is_changed) == (Span(months=24), True)
    assert known["AT"] == policies.BY_CODE["AT"]
    event = AuditEvent.objects.get()
    assert event.changes == {
        "evidence": ["6 months", "3 months"],
        "pool": ["1 year", "2 years"],
        "unasked": ["6 months", "2 months"],
    }


def test_a_row_goes_back_to_the_pack(privacy_officer):
    change_policy("DE", by=privacy_officer, **FIGURES)

    reset_policy("DE", by=privacy_officer)

    assert policies.in_force()["DE"] == policies.BY_CODE["DE"]
    refused("unchanged", reset_policy, "DE", by=privacy_officer)


@pytest.mark.parametrize(
    ("code", "facts", "refusal"),
    [
        ("XX", {}, "unknown"),
        ("DE", {"reason": " "}, "no_reason"),
        ("DE", {"pool": Span()}, "too_short"),
        ("DE", {"keep": Span(months=121)}, "too_long"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(code, facts, refusal, privacy_officer):
    refused(refusal, change_policy, code, by=privacy_officer, **(FIGURES | facts))


def test_the_pages_show_and_change_the_figures(signed_in, privacy_officer):
    client = signed_in(privacy_officer)
    page = reverse("candidates:policy", args=["NL"])
    values = {"evidence_days": 28, "pool_months": 6, "unasked_months": 1, "reason": "Counsel"}

    assertContains(client.get(reverse("candidates:policies")), "4 weeks")
    assertContains(client.get(page), "NVP code")
    assert client.post(page, {**values, "pool_months": 0}).status_code == 422
    assert client.post(page, values).headers["Location"] == reverse("candidates:policies")
    assertContains(client.get(reverse("candidates:policies")), "Changed here", count=1)
    assertContains(client.get(page), "Take these again")
    reset = reverse("candidates:policy_reset", args=["NL"])
    assert client.post(reset).status_code == 302
    assertContains(client.post(reset), "already", status_code=422)
    assert not PolicyOverride.objects.exists()


def test_what_another_officer_saved_meanwhile_is_shown_beside_what_was_typed(
    signed_in, privacy_officer
):
    client = signed_in(privacy_officer)
    page = reverse("candidates:policy", args=["DE"])
    sent = sent_by(client.get(page).context["form"])
    change_policy("DE", by=privacy_officer, **FIGURES)

    typed = sent | {"pool_months": "18", "reason": "The works council"}
    refused_page = client.post(page, typed)

    assert refused_page.status_code == 422
    found = {one.name: [o.raw for o in one.options] for one in refused_page.context["differences"]}
    assert found["pool_months"] == ["18", "24", "12"]
    assert found["reason"][:2] == ["The works council", "Counsel, 3 May 2026"]
    assert found["unasked_months"] == ["6", "2", "6"]

    chosen = dict(refused_page.context["settled"])
    chosen |= {name: options[1] for name, options in found.items()} | {"pool_months": "18"}
    client.post(page, chosen)

    known = policies.in_force()["DE"]
    assert (known.pool, known.unasked, known.source) == (
        Span(months=18), Span(months=2), "Counsel, 3 May 2026",
    )  # fmt: skip
