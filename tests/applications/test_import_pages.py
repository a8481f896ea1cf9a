"""The pages of an import: who may, what bad files are told, and that nothing is lost."""

import csv
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import imports
from applications.actions import imports as actions
from candidates.actions.notes import write_note
from candidates.imports import reading
from candidates.models import Candidate, Import
from tests.factories.candidates import CandidateFactory

pytestmark = pytest.mark.django_db
GOOD = b"Name;Email\nAnn;ann@x.example\nBo;nonsense\n=SUM(A1);bad\n"


def _upload(client, content: bytes, name: str = "people.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse("applications:import_new"), {"file": file})


def _ready(recruiter) -> Import:
    run = actions.upload(io.BytesIO(GOOD), "people.csv", by=recruiter)
    run = actions.map_columns(run, run.mapping, by=recruiter)
    imports.work_on(run.pk)
    run.refresh_from_db()
    return run


def test_upload_leads_to_the_columns(staff_client):
    response = _upload(staff_client, GOOD, name="C:\\secret\\people.csv")

    run = Import.objects.get()
    assert response.url == reverse("applications:import_map", args=[run.public_id])
    assert (run.file_name, run.rows_total) == ("people.csv", 3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"Name,Email\n", "This file has a header but nobody in it."),
        (b"\x00\x01\x02binary", "This is not a text file."),
        (b"PK\x03\x04", "This is a workbook, not a CSV file."),
        (",".join(f"c{n}" for n in range(200)).encode() + b"\nx\n", "This file has 200 columns"),
        (b"Name,Email\nAnn," + b"x" * 10_001, "On line 2 a cell is longer than 10,000 letters."),
    ],
)
def test_bad_file_is_told_why_and_leaves_nothing(staff_client, content, sentence):
    response = _upload(staff_client, content)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Import.objects.count() == 0


def test_a_quotation_mark_that_is_never_closed_does_not_cost_the_whole_file(staff_client):
    people = b"".join(b"Ann %d,ann%d@people.example\n" % (n, n) for n in range(1000))

    response = _upload(staff_client, b'Name,Email\n"Bo,bo@people.example\n' + people)

    run = Import.objects.get()
    assert response.url == reverse("applications:import_map", args=[run.public_id])
    assert run.rows_total == 1001


def test_file_over_the_limit_is_told_what_to_do(staff_client, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)

    response = _upload(staff_client, GOOD)

    assert response.status_code == 422
    assert "Cut it in parts and import each." in response.content.decode()


def test_upload_without_a_file_is_told(staff_client):
    response = staff_client.post(reverse("applications:import_new"), {})

    assert response.status_code == 422
    assert "Choose a file first." in response.content.decode()


def test_columns_page_shows_guesses_and_refuses_two_names(staff_client):
    _upload(staff_client, GOOD)
    url = reverse("applications:import_map", args=[Import.objects.get().public_id])

    page = staff_client.get(url).content.decode()
    assert "ann@x.example" in page

    response = staff_client.post(url, {"column_0": "name", "column_1": "name", "day_order": "day"})
    assert response.status_code == 422
    assert "Two columns claim the same field: Full name." in response.content.decode()


def test_ready_import_says_what_will_happen(staff_client, recruiter):
    run = _ready(recruiter)

    page = staff_client.get(reverse("applications:import", args=[run.public_id])).content.decode()

    assert "Import 1 person" in page
    assert "“nonsense” is not an email address." in page


def _undone_but_for(people: int, recruiter) -> Import:
    """An import taken back after somebody wrote a note about some of its people."""
    lines = [f"Person {n};p{n}@x.example" for n in range(5)]
    content = "\n".join(["Name;Email", *lines]).encode()
    run = actions.upload(io.BytesIO(content), "people.csv", by=recruiter)
    run = actions.map_columns(run, run.mapping, by=recruiter)
    imports.work_on(run.pk)
    run = actions.commit(run, by=recruiter)
    imports.work_on(run.pk)
    for candidate in Candidate.objects.order_by("name")[:people]:
        write_note(candidate, "Called her today.", by=recruiter)
    run.refresh_from_db()
    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)
    return run


def test_undone_import_says_who_was_kept_and_why(staff_client, recruiter):
    run = _undone_but_for(2, recruiter)

    page = staff_client.get(reverse("applications:import", args=[run.public_id]))

    assert Candidate.objects.count() == 2
    text = page.content.decode()
    assert "2 people stayed as they are, with all that the import gave them, because" in text
    assert text.count('data-label="Person"') == 2
    for candidate in Candidate.objects.all():
        assert reverse("candidates:profile", args=[candidate.public_id]) in text
    assert text.count(f"{recruiter.name}, ") == 2


def test_undone_import_without_exceptions_says_so(staff_client, recruiter):
    run = _undone_but_for(0, recruiter)

    page = staff_client.get(reverse("applications:import", args=[run.public_id]))

    assert "Everything is as it was before this import." in page.content.decode()
    assert Candidate.objects.count() == 0


@pytest.mark.parametrize("people", [1, 3])
def test_page_of_an_undone_import_costs_the_same_for_any_number_kept(
    staff_client, recruiter, django_assert_num_queries, people
):
    run = _undone_but_for(people, recruiter)
    address = reverse("applications:import", args=[run.public_id])
    staff_client.get(address)

    with django_assert_num_queries(7):
        page = staff_client.get(address)

    assert page.content.decode().count('data-label="Person"') == people


def test_commit_and_undo_by_button(staff_client, recruiter):
    run = _ready(recruiter)

    staff_client.post(reverse("applications:import_commit", args=[run.public_id]))
    imports.work_on(run.pk)
    assert Candidate.objects.count() == 1
    staff_client.post(reverse("applications:import_undo", args=[run.public_id]))
    imports.work_on(run.pk)

    assert Candidate.objects.count() == 0


def test_pressing_twice_is_refused_with_the_reason(staff_client, recruiter):
    run = _ready(recruiter)
    url = reverse("applications:import_commit", args=[run.public_id])

    staff_client.post(url)
    response = staff_client.post(url)

    assert response.status_code == 422
    assert "This import is not ready to run." in response.content.decode()


def test_discarded_import_is_gone(staff_client, recruiter):
    run = _ready(recruiter)

    response = staff_client.post(reverse("applications:import_discard", args=[run.public_id]))

    assert response.url == reverse("applications:imports")
    assert Import.objects.count() == 0


def test_refused_rows_come_back_as_a_file_that_runs_no_formula(staff_client, recruiter):
    run = _ready(recruiter)

    response = staff_client.get(reverse("applications:import_errors", args=[run.public_id]))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Name", "Email", "line", "what is wrong"]
    assert [row[:3] for row in rows[1:]] == [["Bo", "nonsense", "3"], ["'=SUM(A1)", "bad", "4"]]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_at_any_length(
    staff_client, recruiter, django_assert_num_queries, count
):
    for _ in range(count):
        actions.upload(io.BytesIO(GOOD), "people.csv", by=recruiter)

    with django_assert_num_queries(4):  # session, user, count, page with its users
        response = staff_client.get(reverse("applications:imports"))

    assert response.content.decode().count("people.csv") == count


def test_unknown_import_is_not_found(staff_client):
    assert staff_client.get(f"/imports/{uuid.uuid4()}").status_code == 404


def test_hiring_manager_may_not_import(signed_in, hiring_manager):
    assert signed_in(hiring_manager).get("/imports").status_code == 403


def test_get_changes_nothing(staff_client, recruiter):
    run = _ready(recruiter)
    CandidateFactory()

    for name in ("import_commit", "import_undo", "import_discard"):
        address = reverse(f"applications:{name}", args=[run.public_id])
        assert staff_client.get(address).status_code == 405

    run.refresh_from_db()
    assert run.state == Import.State.READY
