"""Notes: who reads them, how they change, and thirty days to bring a deleted one back."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent, Role
from candidates.actions.notes import (
    change_note,
    delete_note,
    forget_notes,
    restore_note,
    write_note,
)
from candidates.models import Note, NoteVersion
from candidates.tasks import forget_notes as forget_notes_task
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, NoteFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def of(note, name="note"):
    return reverse(f"candidates:{name}", args=[note.public_id])


def profile(candidate):
    return reverse("candidates:profile", args=[candidate.public_id])


def change(note, text="Better said", **changes):
    sent = {"text": text, "visibility": note.visibility, "version": note.version}
    return sent | changes


# ------------------------------------------------------------------ who reads them


@pytest.mark.parametrize(
    ("author_team", "reader", "reads"),
    [
        ("North", {"team": "North"}, True),
        ("North", {"team": "South"}, False),
        ("North", {"team": ""}, False),
        ("", {"team": ""}, False),
        ("North", {"roles": [Role.PRIVACY_OFFICER]}, True),
        ("North", {"roles": [Role.HIRING_MANAGER], "team": "North"}, False),
        ("North", {"roles": [Role.ADMIN], "team": "North"}, False),
    ],
)
def test_a_private_note_is_for_the_team_of_its_author(author_team, reader, reads):
    note = NoteFactory(author__team=author_team, visibility="private")
    user = UserFactory(**reader)

    assert (note in Note.objects.visible_to(user)) is reads
    assert note in Note.objects.visible_to(note.author)


@pytest.mark.parametrize("visibility", ["team", "private"])
@pytest.mark.parametrize("team", ["", "North"])
@pytest.mark.parametrize("roles", [[Role.RECRUITER], [Role.PRIVACY_OFFICER]])
def test_one_note_and_many_answer_alike(visibility, team, roles):
    note = NoteFactory(author__team="North", visibility=visibility)
    user = UserFactory(team=team, roles=roles)

    assert note.is_visible_to(user) is Note.objects.visible_to(user).exists()


def test_a_deleted_note_is_for_nobody(recruiter):
    note = NoteFactory(author=recruiter, deleted_at=timezone.now())

    assert not Note.objects.visible_to(recruiter).exists()
    assert note.is_visible_to(recruiter)


def test_who_reads_it_is_said(recruiter):
    assert NoteFactory(visibility="team").audience == "All recruiters"
    assert NoteFactory(visibility="private").audience == "Only its author"
    assert NoteFactory(visibility="private", author__team="North").audience == "Only North"


# ------------------------------------------------------------------ actions


def test_changing_keeps_what_it_said(recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter)

    change_note(note, " Second ", by=recruiter, visibility="private", version=1)

    note.refresh_from_db()
    assert (note.text, note.visibility, note.version) == ("Second", "private", 2)
    kept = note.versions.get()
    assert (kept.version, kept.text, kept.visibility) == (1, "First", "team")
    texts = note.candidate.activities.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["Wrote a note.", "Changed a note."]


def test_changing_nothing_leaves_nothing(recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter)

    change_note(note, "First", by=recruiter, visibility="team", version=1)

    assert NoteVersion.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "empty"),
        ({"text": "x" * 5001}, "too_long"),
        ({"version": 0}, "conflict"),
        ({"by": "somebody else"}, "not_author"),
    ],
)
def test_a_change_is_refused(recruiter, changes, code):
    note = write_note(CandidateFactory(), "First", by=recruiter)
    asked = {"text": "Second", "by": recruiter, "visibility": "team", "version": 1} | changes
    if asked["by"] != recruiter:
        asked["by"] = UserFactory()

    with pytest.raises(ValidationError) as refusal:
        change_note(note, asked.pop("text"), **asked)

    assert refusal.value.code == code


def test_a_deleted_note_is_not_changed_and_a_missing_one_not_at_all(recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter)
    delete_note(note, by=recruiter)

    with pytest.raises(ValidationError) as refusal:
        change_note(note, "Second", by=recruiter, visibility="team", version=1)
    assert refusal.value.code == "deleted"

    Note.objects.all().delete()
    with pytest.raises(ValidationError) as refusal:
        delete_note(note, by=recruiter)
    assert refusal.value.code == "gone"


def test_a_deleted_note_comes_back_as_it_was(recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter, visibility="private")
    change_note(note, "Second", by=recruiter, visibility="private", version=1)
    before = Note.objects.values().get()

    delete_note(note, by=recruiter)
    delete_note(note, by=recruiter)
    restore_note(note, by=recruiter)
    restore_note(note, by=recruiter)

    assert Note.objects.values().get() == before
    assert note.versions.count() == 1
    kinds = note.candidate.activities.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["note.written", "note.changed", "note.deleted", "note.restored"]


def test_after_thirty_days_it_does_not_come_back(recruiter):
    note = NoteFactory(author=recruiter, deleted_at=timezone.now() - timedelta(days=30, hours=1))

    for by, code in ((UserFactory(), "not_author"), (recruiter, "too_late")):
        with pytest.raises(ValidationError) as refusal:
            restore_note(note, by=by)
        assert refusal.value.code == code


def test_what_was_deleted_thirty_days_ago_is_forgotten_once(recruiter):
    with time_machine.travel("2026-10-01 09:00Z", tick=False):
        note = write_note(CandidateFactory(), "First", by=recruiter)
        change_note(note, "Second", by=recruiter, visibility="team", version=1)
        delete_note(note, by=recruiter)
    kept = [NoteFactory(), NoteFactory(deleted_at=timezone.now() - timedelta(days=29))]

    assert (forget_notes_task(), forget_notes_task()) == (1, 0)

    assert set(Note.objects.all()) == set(kept)
    assert NoteVersion.objects.count() == 0
    event = AuditEvent.objects.get(verb="note.forgotten")
    assert (event.actor, event.subject_id) == ("note clean-up", str(note.pk))
    assert forget_notes(timezone.now()) == 0


def test_the_audit_says_of_what_kind_a_hint_was_and_no_word_of_the_text(recruiter):
    candidate = CandidateFactory()

    write_note(candidate, "Married, and often sick.", by=recruiter)
    write_note(candidate, "Good with cables.", by=recruiter)

    event = AuditEvent.objects.get(verb="candidate.note_flagged")
    assert event.changes == {"kinds": ["", "family, health"]}
    everything = str(list(AuditEvent.objects.values())) + str(list(candidate.activities.values()))
    assert "sick" not in everything
    assert "Married" not in everything


# ------------------------------------------------------------------ pages


def test_the_form_says_who_else_reads_it(signed_in):
    candidate = CandidateFactory()

    alone = signed_in(UserFactory(team="")).get(profile(candidate))
    team = signed_in(UserFactory(team="North <Sea>")).get(profile(candidate))

    assertContains(alone, "Only me</option>")
    assertContains(team, "Only my team, North &lt;Sea&gt;</option>")
    assertContains(team, "The candidate can read this.")


def test_a_hint_stands_under_ones_own_note_and_blocks_nothing(staff_client, signed_in):
    candidate = CandidateFactory()
    address = reverse("candidates:note_write", args=[candidate.public_id])

    written = staff_client.post(address, {"text": "Often sick.", "visibility": "team"})

    assert written.status_code == 302
    assertContains(staff_client.get(profile(candidate)), "“<bdi>sick</bdi>” is about health.")
    theirs = signed_in(UserFactory()).get(profile(candidate))
    assertContains(theirs, "Often sick.")
    assertNotContains(theirs, "is about health")


def test_hints_while_writing_keep_nothing(staff_client):
    address = reverse("candidates:note_hints")

    flagged = staff_client.post(address, {"text": "Too old, I think"}, headers=HTMX)
    clean = staff_client.post(address, {"text": "Good with cables"}, headers=HTMX)

    assertContains(flagged, "“<bdi>Too old</bdi>” is about age.")
    assertNotContains(clean, "is about")
    assertContains(staff_client.post(address), "note-hints")
    assert (Note.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_changing_on_the_page_and_reading_the_history(staff_client, signed_in, recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter)

    form = staff_client.get(of(note))
    saved = staff_client.post(of(note), change(note))
    page = staff_client.get(profile(note.candidate))
    other = signed_in(UserFactory()).get(of(note))

    assertContains(form, 'name="version" value="1"')
    assertRedirects(saved, f"{profile(note.candidate)}#timeline", fetch_redirect_response=False)
    assertContains(page, "Better said")
    assertContains(page, "Change, history")
    assertContains(other, "What it said before")
    assertContains(other, "<bdi>First</bdi>")
    assertNotContains(other, "Change it")


def test_a_note_saved_in_two_windows_shows_both(staff_client, recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter)
    change_note(note, "In the other window", by=recruiter, visibility="team", version=1)

    refused = staff_client.post(of(note), change(note, "In this window", version=1))
    again = staff_client.post(of(note), change(note, "In this window", version=2))

    for text in ("You saved this note elsewhere meanwhile", "In the other window",
                 "In this window", 'name="version" value="2"'):  # fmt: skip
        assertContains(refused, text, status_code=422)
    assert again.status_code == 302


def test_somebody_elses_note_is_read_and_not_changed(staff_client):
    note = NoteFactory()

    assert staff_client.get(of(note)).status_code == 200
    assert staff_client.post(of(note), change(note)).status_code == 404
    staff_client.post(of(note, "note_delete"))
    assert staff_client.post(of(note, "note_restore")).status_code == 404
    note.refresh_from_db()
    assert (note.deleted_at, note.version) == (None, 1)


def test_a_deleted_note_is_offered_back_to_its_author_alone(staff_client, signed_in, recruiter):
    note = write_note(CandidateFactory(), "First", by=recruiter)

    left = staff_client.post(of(note, "note_delete"), follow=True)
    theirs = signed_in(UserFactory()).get(profile(note.candidate))
    back = staff_client.post(of(note, "note_restore"), follow=True)

    assertContains(left, "Wrote a note that was deleted since.")
    assertContains(left, of(note, "note_restore"))
    assertNotContains(theirs, of(note, "note_restore"))
    assertContains(back, "<bdi>First</bdi>")


def test_too_late_to_bring_back_says_so(staff_client, recruiter):
    note = NoteFactory(author=recruiter, deleted_at=timezone.now() - timedelta(days=31))

    response = staff_client.post(of(note, "note_restore"), follow=True)

    assertContains(response, "A note can be brought back for thirty days.")


@pytest.mark.parametrize("name", ["note", "note_delete", "note_restore"])
def test_a_note_that_is_not_for_me_is_not_found(staff_client, name):
    private = NoteFactory(visibility="private")
    of_gone = NoteFactory(candidate__erased=True)
    ask = staff_client.get if name == "note" else staff_client.post

    assert ask(of(private, name)).status_code == 404
    assert ask(of(of_gone, name)).status_code == 404
    assert ask(reverse(f"candidates:{name}", args=[uuid.uuid4()])).status_code == 404
