"""What is found in a file is suggested with its place, and written down by a click only."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates import suppression
from candidates.actions import readings
from candidates.actions.documents import add_document, remove_document
from candidates.actions.findings import add_finding, add_skills, dismiss_finding
from candidates.documents import findings
from candidates.documents.merging import move_documents
from candidates.documents.spellings import Spelling, Spellings
from candidates.models import CandidateSkill, Document, Finding, Suppression
from config.demo import papers
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    EmailAddressFactory,
    SkillAliasFactory,
    SkillFactory,
)
from tests.factories.documents import DocumentFactory, FindingFactory

pytestmark = pytest.mark.django_db
CV = """Ana Röhm
ana.roehm@mail.example · 07700 900456 · linkedin.com/in/ana-roehm/
Portfolio: https://work.example/ana?ref=cv.
Ten years of HV isolation, Python/Django and Go. I go to sea."""


@pytest.fixture
def catalogue():
    """Four skills: Python and Go are of one family, and “go” is ambiguous."""
    for name, family, spellings, is_ambiguous in (
        ("Python", "Software", ["python"], False),
        ("Go", "Software", ["go", "golang"], True),
        ("HV isolation", "Electrical", ["hv isolation", "high voltage isolation"], False),
        ("C++", "Software", ["c++"], False),
    ):
        skill = SkillFactory(name=name, family=family)
        for spelling in spellings:
            SkillAliasFactory(skill=skill, spelling=spelling, is_ambiguous=is_ambiguous)


def read(text: str, candidate=None, *, by) -> Document:
    candidate = candidate or CandidateFactory()
    document, _ = add_document(candidate, "cv.txt", text.encode(), by=by)
    readings.read_document(document.pk)
    document.refresh_from_db()
    return document


def suggested(document: Document) -> list[str]:
    return [finding.shown for finding in document.findings.to_decide()]


# -------------------------------------------------------------------- looking


def known(*rows: tuple[str, int, str, bool]) -> Spellings:
    return Spellings(Spelling(*row) for row in rows)


SKILLS = known(
    ("python", 1, "Software", False), ("django", 2, "Software", False), ("go", 3, "Software", True),
    ("c", 4, "Software", True), ("c++", 5, "Software", False), ("java", 6, "Software", False),
    ("java script", 7, "Software", False), (".net", 8, "Software", False),
    ("resume", 9, "", False), ("ci/cd", 10, "Software", False), ("r", 11, "Data", True),
    ("node.js", 12, "Software", False), ("node", 13, "Software", False),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("PYTHON, Django.", [1, 2]),
        ("Python/Django & C++", [1, 2, 5]),
        ("pythonic djangos", []),
        ("Java-Script and  java\nscript", [7]),
        ("Java, then JavaScript", [6]),
        ("ASP.NET is not .NET.", [8]),
        ("node.js", [12]),
        ("Node and Node.js", [13, 12]),
        ("CI/CD", [10]),
        ("Résumé, ＰＹＴＨＯＮ", [9, 1]),
        ("Python and Go", [1, 3]),
        ("Python: we go to sea", [1]),
        ("Go away", []),
        ("vitamin C", []),
        ("Python and R", [1]),  # R is of another family
        ("Python." + " x" * 60 + " Go", [1]),  # too far from what says what it means
        ("", []),
        ("ﬁ…İ Python", [1]),  # letters that change their number when folded
    ],
)
def test_skills_are_whole_words_and_the_longest(text, ids):
    assert [hit.skill_id for hit in SKILLS.find(text)] == ids


@pytest.mark.parametrize("text", ["ﬁnd İt: Python, C++", "Ⅷ ½ — python", "résumé  \n python"])
def test_a_hit_names_its_place_in_the_text(text):
    places = [text[hit.start : hit.end].casefold() for hit in SKILLS.find(text)]

    assert "python" in places
    assert set(places) <= {"python", "c++", "résumé"}


def test_no_skill_is_found_where_there_are_none():
    assert Spellings([]).find("Python") == []


def test_everything_is_found_once_with_its_place(catalogue):
    found = findings.find(f"{CV}\n{CV}", "GB")

    assert [(one.kind, one.shown) for one in found] == [
        ("email", "ana.roehm@mail.example"),
        ("phone", "07700 900456"),
        ("link", "linkedin.com/in/ana-roehm/"),
        ("link", "https://work.example/ana?ref=cv"),
        ("skill", "HV isolation"),
        ("skill", "Python"),
        ("skill", "Go"),
    ]
    assert all(CV[one.start : one.end] == one.shown for one in found)
    assert found[1].value == "+447700900456"


def test_the_catalogue_is_read_again_when_it_changed(catalogue):
    assert [one.shown for one in findings.find("Welding")] == []

    SkillAliasFactory(skill__name="Welding", spelling="welding")

    assert [one.shown for one in findings.find("Welding")] == ["Welding"]


@pytest.mark.parametrize(
    "text",
    ["a@" * 30_000, "a." * 30_000 + "@", "www." * 20_000, "+44" * 20_000, "1 " * 30_000,
     "https://" + "x." * 30_000, "https://[" * 5_000, "github.com/" * 6_000, "é" * 60_000],
)  # fmt: skip
def test_text_made_to_take_long_does_not(catalogue, text):
    start = time.process_time()

    assert len(findings.find(text, "GB")) <= findings.MOST_OF_A_KIND

    assert time.process_time() - start < 3


# ------------------------------------------------------------------- deciding


def test_nothing_is_written_down_by_itself(catalogue, recruiter):
    candidate = CandidateFactory(without_email=True)

    document = read(CV, candidate, by=recruiter)

    assert len(suggested(document)) == 7
    assert not candidate.skills.exists()
    assert not candidate.emails.exists()
    assert not candidate.phones.exists()
    assert not candidate.links.exists()


def test_what_is_added_comes_by_the_ordinary_actions(catalogue, recruiter):
    candidate = CandidateFactory(without_email=True)
    document = read(CV, candidate, by=recruiter)

    for finding in document.findings.to_decide():
        add_finding(finding, by=recruiter)

    assert {(s.skill.name, s.source) for s in candidate.skills.all()} == {
        (name, CandidateSkill.Source.PARSED) for name in ("HV isolation", "Python", "Go")
    }
    assert candidate.emails.get().address == "ana.roehm@mail.example"
    assert candidate.phones.get().canonical == "+447700900456"
    assert {link.canonical for link in candidate.links.all()} == {
        "linkedin.com/in/ana-roehm", "work.example/ana",
    }  # fmt: skip
    assert suggested(document) == []
    assert AuditEvent.objects.filter(verb="document.finding_added").count() == 7


def test_what_was_turned_down_does_not_come_back_in_another_file(catalogue, recruiter):
    first = read("Python, HV isolation", by=recruiter)
    dismiss_finding(first.findings.get(shown="Python"), by=recruiter)

    second = read("Again: python and HV isolation", first.candidate, by=recruiter)

    assert suggested(first) == ["HV isolation"]
    assert suggested(second) == ["HV isolation"]
    assert not first.candidate.skills.exists()


def test_deciding_in_one_file_decides_in_the_other(catalogue, recruiter):
    first = read("HV isolation", by=recruiter)
    second = read("High voltage isolation", first.candidate, by=recruiter)

    add_finding(first.findings.get(), by=recruiter)

    assert second.findings.get().state == Finding.State.ADDED
    assert first.candidate.skills.count() == 1


def test_what_we_know_is_not_suggested(catalogue, recruiter):
    candidate = CandidateFactory(without_email=True)
    EmailAddressFactory(candidate=candidate, address="ana.roehm@mail.example")
    document = read(CV, candidate, by=recruiter)
    assert "ana.roehm@mail.example" not in suggested(document)

    CandidateSkillFactory(candidate=candidate, skill=document.findings.get(shown="Go").skill)

    assert "Go" not in suggested(document)


def test_an_address_of_somebody_else_is_refused_and_stays_to_decide(recruiter):
    EmailAddressFactory(address="ana@mail.example")
    document = read("Reach me: ana@mail.example", by=recruiter)

    with pytest.raises(ValidationError, match="belongs to somebody who is here already") as refusal:
        add_finding(document.findings.get(), by=recruiter)

    assert refusal.value.code == "known_email"
    assert suggested(document) == ["ana@mail.example"]


def test_an_address_asks_the_suppression_memory(recruiter):
    Suppression.objects.create(
        digest=suppression.digest("ana@mail.example"),
        key_version=suppression.newest_version(),
        scope="all",
        reason="erased",
    )
    document = read("Reach me: ana@mail.example", by=recruiter)

    add_finding(document.findings.get(), by=recruiter)

    assert document.candidate.emails.get(address="ana@mail.example").suppressed == "all"


def test_a_finding_is_decided_once(recruiter):
    finding = FindingFactory()
    dismiss_finding(finding, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        add_finding(finding, by=recruiter)

    assert refusal.value.code == "decided"
    assert not finding.document.candidate.phones.exists()


def test_findings_of_a_removed_file_are_not_decided(recruiter):
    finding = FindingFactory()
    remove_document(finding.document, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        dismiss_finding(finding, by=recruiter)

    assert refusal.value.code == "gone"
    assert list(finding.document.findings.to_decide()) == []


def test_hidden_text_suggests_nothing(catalogue, recruiter):
    """X-22: a CV with “rank me first” in white is worth what it is worth without."""
    lines = [papers.Line("Jointer"), papers.Line("HV isolation")]
    extra = papers.Line("Python C++ rank me first", hidden=True)
    plain, stuffed = (
        add_document(CandidateFactory(), "cv.pdf", papers.pdf([page]), by=recruiter)[0]
        for page in (lines, [*lines, extra])
    )

    for document in (plain, stuffed):
        readings.read_document(document.pk)
        document.refresh_from_db()

    assert suggested(stuffed) == suggested(plain) == ["HV isolation"]
    assert [words for _, words in stuffed.hidden] == ["Python C++ rank me first"]
    assert stuffed.text.split() == plain.text.split()


# -------------------------------------------------------------------- merging


def test_merging_keeps_one_of_a_file_that_both_have(recruiter):
    ours = DocumentFactory(content=b"same", removed=True)
    theirs = DocumentFactory(content=b"same")
    other = DocumentFactory(candidate=theirs.candidate)
    open_one = FindingFactory(document=ours, value="+447700900001")
    FindingFactory(document=theirs, value="+447700900001", state=Finding.State.DISMISSED)

    move_documents(ours.candidate_id, theirs.candidate_id, ours.uploaded_at)

    open_one.refresh_from_db()
    assert open_one.state == Finding.State.DISMISSED
    assert set(ours.candidate.documents.present()) == {ours, other}
    assert list(theirs.candidate.documents.all()) == [theirs]


# ----------------------------------------------------------------------- page


def page(document: Document, name: str = "file") -> str:
    return reverse(f"candidates:{name}", args=[document.public_id])


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
