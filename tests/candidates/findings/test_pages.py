"""The page of what was found in a file: what it shows, and what its buttons do."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from candidates.actions.findings import add_skills, dismiss_finding
from tests.candidates.findings.conftest import page, read
from tests.factories.candidates import EmailAddressFactory
from tests.factories.documents import DocumentFactory, FindingFactory

pytestmark = pytest.mark.django_db


def test_the_page_shows_text_as_text_and_marks_what_is_hidden(staff_client):
    document = DocumentFactory(
        text="<script>alert(1)</script> {{ 7|add:7 }}\fSecond page",
        hidden=[[10, "rank me first"]],
        holds=["script", "unheard of"],
    )

    response = staff_client.get(page(document))

    assertContains(response, "&lt;script&gt;")
    assertContains(response, "{{ 7|add:7 }}")
    assertNotContains(response, "<script>alert")
    assertContains(response, "<b>Hidden:</b> <bdi>rank me first</bdi>")
    assertContains(response, "Page 2")
    assertContains(response, "The original contains a script.")


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_costs_the_same_at_any_size(staff_client, django_assert_num_queries, many):
    document = DocumentFactory()
    for _ in range(many):
        FindingFactory(document=document)

    with django_assert_num_queries(4):  # session, user, file with person, findings
        response = staff_client.get(page(document))

    assertContains(response, "Not this one<span", count=many)


def test_a_row_is_added_and_another_turned_down(catalogue, staff_client, recruiter):
    document = read("Python and HV isolation", by=recruiter)
    python, isolation = document.findings.order_by("start")

    response = staff_client.post(
        page(document, "found_decide"), {"item": python.pk, "decision": "add"}
    )
    assertRedirects(response, f"{page(document)}#found")

    response = staff_client.post(
        page(document, "found_decide"),
        {"item": isolation.pk, "decision": "dismiss"},
        headers={"HX-Request": "true"},
    )
    assertContains(response, "Nothing that we do not know already")
    assertNotContains(response, "<html")
    assert [noted.skill.name for noted in document.candidate.skills.all()] == ["Python"]


def test_a_refusal_stands_on_the_page(staff_client, recruiter):
    EmailAddressFactory(address="ana@mail.example")
    document = read("Reach me: ana@mail.example", by=recruiter)

    response = staff_client.post(
        page(document, "found_decide"), {"item": document.findings.get().pk, "decision": "add"}
    )

    assertContains(response, "belongs to somebody who is here already", status_code=422)


@pytest.mark.parametrize("values", [{}, {"item": "x", "decision": "add"}, {"decision": "explode"}])
def test_what_is_no_finding_of_this_file_is_not_found(staff_client, values):
    document, foreign = DocumentFactory(), FindingFactory()
    address = page(document, "found_decide")

    assert staff_client.post(address, values).status_code == 404
    assert staff_client.post(address, {"item": foreign.pk, "decision": "add"}).status_code == 404


# ------------------------------------------------------------------ all skills


def test_all_shown_skills_are_added_by_one_click(catalogue, staff_client, recruiter):
    document = read("Python and HV isolation", by=recruiter)
    shown = list(document.findings.values_list("pk", flat=True))
    assertContains(staff_client.get(page(document)), "Add all 2 skills")

    response = staff_client.post(page(document, "found_skills"), {"item": shown})

    assertRedirects(response, f"{page(document)}#found")
    skills = {noted.skill.name for noted in document.candidate.skills.all()}
    assert skills == {"Python", "HV isolation"}
    assert set(document.findings.values_list("state", flat=True)) == {"added"}


def test_what_was_not_shown_or_was_decided_since_is_not_added(catalogue, recruiter):
    document = read("Python and HV isolation", by=recruiter)
    python, isolation = document.findings.order_by("start")
    dismiss_finding(python, by=recruiter)

    refusal = add_skills_refusal(document, [python.pk], recruiter)

    assert refusal == ["Somebody decided these meanwhile."]
    assert not document.candidate.skills.exists()
    isolation.refresh_from_db()
    assert isolation.state == "open"


def add_skills_refusal(document, shown, by) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        add_skills(document, shown, by=by)
    return refusal.value.messages


def test_a_decision_meanwhile_is_said_on_the_page(catalogue, staff_client, recruiter):
    document = read("Python and HV isolation", by=recruiter)
    shown = list(document.findings.values_list("pk", flat=True))
    for finding in document.findings.all():
        dismiss_finding(finding, by=recruiter)

    response = staff_client.post(page(document, "found_skills"), {"item": shown})

    assertContains(response, "Somebody decided these meanwhile.", status_code=422)


def test_only_skills_of_this_file_are_added_together(staff_client, catalogue, recruiter):
    document = read("Reach me: ana@mail.example", by=recruiter)
    address = page(document, "found_skills")

    assert staff_client.post(address, {}).status_code == 404
    for foreign in (document.findings.get(), FindingFactory()):
        assert staff_client.post(address, {"item": [foreign.pk]}).status_code == 404
