"""What was found is suggested, and written down by a click only."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from candidates import suppression
from candidates.actions import readings
from candidates.actions.documents import add_document, remove_document
from candidates.actions.findings import add_finding, dismiss_finding
from candidates.documents.merging import move_documents
from candidates.models import CandidateSkill, Document, Finding, Suppression
from config.demo import papers
from tests.candidates.findings.conftest import CV, read
from tests.factories.candidates import CandidateFactory, CandidateSkillFactory, EmailAddressFactory
from tests.factories.documents import DocumentFactory, FindingFactory

pytestmark = pytest.mark.django_db


def suggested(document: Document) -> list[str]:
    return [finding.shown for finding in document.findings.to_decide()]


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
