"""The run of an import: staged, checked, committed, undone. It never sends and never invents."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from applications import imports
from applications.actions import imports as actions
from applications.import_preview import preview
from applications.models import Application, Job, Milestone
from candidates.actions.notes import write_note
from candidates.duplicates.finding import search_everybody
from candidates.models import (
    Candidate,
    DuplicateSuggestion,
    EmailAddress,
    GroundEvent,
    Import,
    ImportRow,
    Stop,
)
from engagement.models import Message
from tests.applications.importing import ANN, BO, run_of
from tests.factories.candidates import (
    CandidateFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
)

pytestmark = pytest.mark.django_db


def _dump() -> dict[str, list]:
    """Everything an import may touch, row by row."""
    tables = (
        "candidates_candidate candidates_emailaddress candidates_phone candidates_link"
        " candidates_candidateskill candidates_skill candidates_skillalias candidates_groundevent"
        " candidates_activity candidates_contactgate applications_application"
        " applications_stagechange applications_job applications_stage applications_matchprofile"
    )
    dump = {}
    with connection.cursor() as cursor:
        for table in tables.split():
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            dump[table] = cursor.fetchall()
    return dump


def test_import_makes_people_with_their_history(recruiter):
    run = run_of(ANN, BO, by=recruiter)

    assert (run.people_created, run.people_joined, run.rows_refused) == (2, 0, 0)
    ann = Candidate.objects.get(name="Ann Lee")
    assert [str(skill) for skill in ann.skills.all()] == ["HV isolation", "BOSIET"]
    application = ann.applications.get()
    assert (application.job.title, application.job.status) == ("Jointer", Job.Status.CLOSED)
    assert application.furthest == Milestone.INTERVIEWED
    assert (application.outcome, application.rejection_reason) == ("rejected", "pay")
    assert application.applied_at == datetime(2025, 3, 4, 12, tzinfo=UTC)
    assert ann.last_contact_at == application.applied_at
    assert list(ann.activities.values_list("kind", flat=True)) == [
        "import.created",
        "application.imported",
    ]
    bo = Candidate.objects.get(name="Bo Ek")
    assert [str(email) for email in bo.emails.all()] == ["bo@x.example", "bo2@x.example"]


def test_import_never_sends_and_stops_nothing(recruiter):
    run_of(ANN, BO, by=recruiter)

    assert (Message.objects.count(), Stop.objects.count()) == (0, 0)


def test_only_a_consent_with_day_words_and_source_makes_mailable(recruiter):
    day = (timezone.now() - timedelta(days=60)).date().isoformat()
    old = (timezone.now() - timedelta(days=500)).date().isoformat()
    run = run_of(
        f"All Three;a@x.example;;;{day};Keep me;form;;;;",
        f"No Words;b@x.example;;;{day};;form;;;;",
        f"No Source;c@x.example;;;{day};Keep me;;;;;",
        "No Day;d@x.example;;;;Keep me;form;;;;",
        f"Long Ago;e@x.example;;;{old};Keep me;form;;;;",
        by=recruiter,
    )

    assert run.people_created == 5
    assert [c.name for c in Candidate.objects.contactable("nurture")] == ["All Three"]
    unverified = GroundEvent.objects.filter(kind="imported_unverified")
    assert unverified.count() == 3
    granted = GroundEvent.objects.filter(candidate__name="All Three", purpose="nurture").get()
    assert (granted.wording, granted.channel) == ("Keep me", "import")
    assert granted.expires_at == granted.occurred_at + timedelta(days=365)


def test_consent_yes_column_alone_makes_nobody_mailable(recruiter):
    run_of("Ann;a@x.example;yes", by=recruiter, header="Name;Email;Consent")

    assert not Candidate.objects.contactable("nurture").exists()


def test_words_typed_for_the_whole_file_count(recruiter):
    content = b"Name;Email;Consent date;Consent source\nAnn;a@x.example;2026-09-01;form\n"
    run = actions.upload(io.BytesIO(content), "people.csv", by=recruiter)
    run = actions.map_columns(run, run.mapping, by=recruiter, consent_wording="Keep my details.")
    imports.work_on(run.pk)

    assert preview(run)["mailable"] == 1


def test_same_file_twice_changes_nothing(recruiter):
    run_of(ANN, BO, "No Address;;;;;;;;;;", by=recruiter)
    before = _dump()

    again = run_of(ANN, BO, "No Address;;;;;;;;;;", by=recruiter)

    assert (again.people_created, again.people_joined, again.rows_unchanged) == (0, 0, 3)
    assert _dump() == before


def test_known_address_joins_fills_and_adds_but_never_overwrites(recruiter):
    known = CandidateFactory(name="Ann Known", city="Cardiff", without_consent=True, call_name="")
    EmailAddressFactory(candidate=known, address="Ann@X.example")

    run = run_of("Ann Other;ann@x.example|new@x.example;HV isolation;Bath;;;;;;;", by=recruiter)

    assert (run.people_created, run.people_joined) == (0, 1)
    known.refresh_from_db()
    assert (known.name, known.city) == ("Ann Known", "Cardiff")
    assert known.emails.filter(canonical="new@x.example").exists()
    assert [str(skill) for skill in known.skills.all()] == ["HV isolation"]


def test_two_rows_with_one_address_are_one_person(recruiter):
    run = run_of("Ann;ann@x.example;;;;;;;;;", "Ann;ann@x.example;BOSIET;;;;;;;;", by=recruiter)

    assert (run.people_created, run.people_joined) == (1, 1)
    assert [str(s) for s in Candidate.objects.get().skills.all()] == ["BOSIET"]


def test_row_whose_addresses_belong_to_two_people_is_refused(recruiter):
    for address in ("one@x.example", "two@x.example"):
        EmailAddressFactory(address=address)

    run = run_of("Both;one@x.example,two@x.example;;;;;;;;;", by=recruiter)

    assert run.rows_refused == 1
    assert run.rows.get().errors == [
        "The addresses on this line belong to two people we know. Take one of them out of the file."
    ]
    pair = DuplicateSuggestion.objects.get()
    assert (pair.reasons, pair.is_sure, pair.state) == (["same_line"], False, "open")
    search_everybody()
    assert list(DuplicateSuggestion.objects.all()) == [pair]


def test_a_pair_that_a_line_names_does_not_change_what_is_known_of_it(recruiter):
    one, other = (
        EmailAddressFactory(address=address).candidate
        for address in ("one@x.example", "two@x.example")
    )
    known = DuplicateSuggestionFactory(one=one, other=other, reasons=["same_phone"], is_sure=True)

    run_of("Both;one@x.example,two@x.example;;;;;;;;;", by=recruiter)

    pair = DuplicateSuggestion.objects.get()
    assert (pair, pair.reasons, pair.is_sure) == (known, ["same_phone"], True)


def test_lines_that_ran_together_are_refused_and_come_back_as_they_were(recruiter):
    run = run_of('Ann;"ann@x.example;;Bath;;;;;;;', BO, by=recruiter)

    assert (run.people_created, run.rows_refused) == (1, 1)
    refused = run.rows.get(state="refused")
    assert (refused.number, ";".join(refused.cells)) == (2, 'Ann;"ann@x.example;;Bath;;;;;;;')


def test_suppressed_address_makes_a_person_who_is_not_mailable(recruiter):
    from candidates.actions.contact import suppress_address

    suppress_address("a+jobs@x.example", scope="all", reason="erased", by="test")

    run_of("Ann;A@x.example;;;2026-09-01;Keep me;form;;;;", by=recruiter)

    assert EmailAddress.objects.get().suppressed == "all"
    assert not Candidate.objects.contactable("nurture").exists()


def test_ragged_and_wrong_rows_are_refused_with_reasons_and_the_rest_goes_on(recruiter):
    run = run_of(
        ANN,
        "Bo;not an address;;;;;;;;;",
        "C;c@x.example;;;;;;;;;;;too;many",
        "D;d@x.example;;;;;;Jointer;limbo;rejected;2025-01-01",
        by=recruiter,
    )

    assert (run.people_created, run.rows_refused) == (1, 3)
    reasons = dict(run.rows.filter(state="refused").values_list("number", "errors"))
    assert reasons[3] == ["Email addresses: “not an address” is not an email address."]
    assert reasons[4][0].startswith("This line has 14 cells, the header has 11.")
    assert reasons[5][0].startswith("Past application: “limbo” is not a stage we know.")


def test_undo_leaves_everything_as_it_was(recruiter):
    known = CandidateFactory(city="", without_consent=True)
    EmailAddressFactory(candidate=known, address="ann@x.example")
    before = _dump()
    run = run_of(ANN, BO, "No Address;;New skill;;;;;;;;", by=recruiter)

    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)

    run.refresh_from_db()
    assert run.state == Import.State.UNDONE
    assert _dump() == before


def test_undo_keeps_people_somebody_worked_on(recruiter):
    run = run_of(ANN, BO, by=recruiter)
    write_note(Candidate.objects.get(name="Ann Lee"), "Called her today.", by=recruiter)

    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)

    assert [c.name for c in Candidate.objects.all()] == ["Ann Lee"]
    assert Application.objects.count() == 1
    row = run.rows.get(candidate__name="Ann Lee")
    assert row.errors == ["Kept: somebody has worked on this person since the import."]


def test_import_can_be_repeated_after_an_undo(recruiter):
    run = run_of(ANN, by=recruiter)
    actions.undo(run, by=recruiter)
    imports.work_on(run.pk)

    again = run_of(ANN, by=recruiter)

    assert again.people_created == 1


def test_worker_lost_between_chunks_is_followed_by_another(recruiter, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    lines = [f"P{n};p{n}@x.example;;;;;;;;;" for n in range(5)]
    run = run_of(*lines, by=recruiter, upto="ready")
    actions.commit(run, by=recruiter)
    assert imports.commit_next(run.pk) is True
    assert Candidate.objects.count() == 2

    imports.work_on(run.pk)
    imports.work_on(run.pk)

    run.refresh_from_db()
    assert (run.state, run.people_created, run.rows_done) == ("done", 5, 5)
    assert imports.unfinished() == []


def test_past_job_that_was_open_then_is_used(recruiter):
    job = Job.objects.create(
        title="jointer",
        status="filled",
        opened_at=datetime(2025, 1, 1, tzinfo=UTC),
        closed_at=datetime(2025, 6, 1, tzinfo=UTC),
    )
    from applications.actions.jobs import add_standard_stages

    add_standard_stages(job)

    run_of(ANN, by=recruiter)

    assert Application.objects.get().job == job


def test_import_leaves_one_audit_entry_for_each_step(recruiter):
    run_of(ANN, by=recruiter)

    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "import.uploaded",
        "import.mapped",
        "import.started",
        "import.finished",
    ]


def test_refusals_by_state(recruiter):
    run = run_of(ANN, by=recruiter)

    for action, code in [
        (actions.commit, "not_ready"),
        (actions.discard, "ran"),
        (lambda r, by: actions.map_columns(r, {"0": "name"}, by=by), "settled"),
    ]:
        with pytest.raises(ValidationError) as refusal:
            action(run, by=recruiter)
        assert refusal.value.code == code
    fresh = run_of(ANN, by=recruiter, upto="uploaded")
    with pytest.raises(ValidationError) as refusal:
        actions.undo(fresh, by=recruiter)
    assert refusal.value.code == "not_done"


def test_nothing_to_import_is_refused(recruiter):
    run = run_of("Bo;nonsense;;;;;;;;;", by=recruiter, upto="ready")

    with pytest.raises(ValidationError) as refusal:
        actions.commit(run, by=recruiter)

    assert refusal.value.code == "nothing"


def test_other_mapping_checks_every_row_anew(recruiter):
    run = run_of("Bo;nonsense;;;;;;;;;", by=recruiter, upto="ready")

    actions.map_columns(run, {"0": "name"}, by=recruiter)
    imports.work_on(run.pk)

    assert run.rows.get().state == ImportRow.State.STAGED
