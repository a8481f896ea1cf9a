"""Bulk actions: what the preview counts is what becomes of exactly these people, and back."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import AuditEvent, User
from accounts.permissions import Permission
from candidates import bulk
from candidates.actions import work as actions
from candidates.actions.grounds import record_objection
from candidates.actions.people import set_owner
from candidates.actions.tags import name_tag, tag_people, untag_people
from candidates.bulk import export
from candidates.bulk.selection import ConfirmForm, SelectionForm
from candidates.filters import people_of
from candidates.models import (
    Candidate,
    CandidateTag,
    EmailAddress,
    ExportFile,
    Suppression,
    Tag,
    Work,
)
from candidates.tasks import do_work
from candidates.work import kind_of
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.work import WorkFactory

pytestmark = pytest.mark.django_db


def everybody(by: User) -> Work:
    return actions.freeze(Candidate.objects.visible_to(by), by=by)


def run(kind: str, by: User, **sent: object) -> Work:
    """Do a kind to everybody as a colleague would: form, preview, confirmation, worker.

    Whatever it does, it does to as many as the preview said.
    """
    work, chosen = everybody(by), bulk.kind_called(kind, by)
    people = Candidate.objects.visible_to(by)
    form = chosen.form_class(sent, people=people, by=by)
    assert form.is_valid(), form.errors
    effects = chosen.effects(people, form.cleaned_data, by)
    title = chosen.title(form.cleaned_data, work.total)
    values = chosen.values(form.cleaned_data, by)
    actions.start(work, kind=kind, title=title, values=values, by=by)
    do_work(work.pk)
    work.refresh_from_db()
    assert work.state == "done"
    assert work.ok == sum(effect.count for effect in effects if effect.is_change)
    assert work.skipped == sum(effect.count for effect in effects if not effect.is_change)
    return work


def undo(work: Work) -> Work:
    actions.undo(work, by=work.by)
    do_work(work.pk)
    work.refresh_from_db()
    assert work.state == "undone"
    return work


def reasons(work: Work) -> list[str]:
    return list(work.items.values_list("reason", flat=True))


# ---------------------------------------------------------------- who is chosen


def selection(user: User, **sent: object) -> SelectionForm:
    data = QueryDict(mutable=True)
    for name, value in sent.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    form = SelectionForm(data, user=user)
    form.is_valid()
    return form


def test_ticked_boxes_choose_these_people_and_no_stranger(recruiter):
    ana, bo, _ = CandidateFactory.create_batch(3)
    gone = CandidateFactory(erased_at="2026-01-01T00:00Z")

    form = selection(recruiter, person=[str(one.public_id) for one in (ana, bo, gone)])

    assert set(form.people) == {ana, bo}


def test_everybody_is_whoever_the_query_finds_wherever_in_the_list(recruiter):
    poles = CandidateFactory.create_batch(2, country="PL")
    CandidateFactory(country="GB")

    form = selection(
        recruiter,
        everybody="1",
        query=f"country=PL&after={poles[0].public_id}",
        person=[str(CandidateFactory(country="GB").public_id)],
    )

    assert set(form.people) == set(poles)
    assert form.list_query == "country=PL"


@pytest.mark.parametrize("sent", [{}, {"person": ["no id"]}, {"query": "country=PL"}])
def test_nobody_chosen_is_refused(recruiter, sent):
    assert not selection(recruiter, **sent).is_valid()


def test_frozen_are_exactly_those_the_list_finds(recruiter):
    """Whatever happens to people afterwards: the set is the one that was shown."""
    people = [CandidateFactory(country=country) for country in ["PL", "GB", "PL", "FR", "PL"]]
    query = QueryDict("country=PL")
    shown = set(people_of(query, recruiter).values_list("pk", flat=True))

    work = actions.freeze(people_of(query, recruiter), by=recruiter)
    CandidateFactory(country="PL")
    Candidate.objects.filter(pk=people[0].pk).update(country="GB")

    assert set(work.items.values_list("candidate", flat=True)) == shown
    assert work.total == len(shown) == 3


@pytest.mark.parametrize(("people", "most", "code"), [(0, 5, "nobody"), (3, 2, "too_many")])
def test_freeze_refuses_nobody_and_too_many(recruiter, people, most, code):
    CandidateFactory.create_batch(people)

    with pytest.raises(ValidationError) as refusal:
        actions.freeze(Candidate.objects.visible_to(recruiter), by=recruiter, most=most)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("total", "typed", "valid"),
    [
        (30, "", True),
        (31, "", False),
        (31, "30", False),
        (31, " 31 ", True),
        (1200, "1,200", True),
        (1200, "1 200", True),
    ],
)
def test_above_thirty_the_number_is_typed(total, typed, valid):
    assert ConfirmForm({"number": typed}, total=total).is_valid() == valid


def test_a_kind_is_offered_only_to_those_who_may(recruiter, hiring_manager):
    keys = [kind.key for kind in bulk.kinds_for(recruiter)]

    assert {"tag", "untag", "owner", "job", "export", "suppress"} <= set(keys)
    assert bulk.kinds_for(hiring_manager) == []
    assert bulk.kind_called("export", hiring_manager) is None
    assert all(isinstance(kind.permission, Permission) for kind in bulk.kinds_for(recruiter))


# --------------------------------------------------------------------- tags


def test_tag_leaves_those_who_have_it_and_is_taken_back_exactly(recruiter):
    people = CandidateFactory.create_batch(3)
    tag = name_tag("Welder", by=recruiter)
    tag_people(Candidate.objects.filter(pk=people[0].pk), tag, by=recruiter)
    before = CandidateTag.objects.get().pk

    work = run("tag", recruiter, tag="welder")

    assert work.title == "Tag 3 people “welder”"
    assert reasons(work) == ["They had this tag already.", "", ""]
    assert tag.people.count() == 3

    undo(work)
    assert [row.pk for row in CandidateTag.objects.all()] == [before]


def test_a_new_tag_is_made_when_it_is_confirmed(recruiter):
    CandidateFactory()
    chosen = bulk.kind_called("tag", recruiter)
    people = Candidate.objects.all()

    effects = chosen.effects(people, {"tag": "Night shifts"}, recruiter)
    assert effects[0].text == "will get the new tag “Night shifts”"
    assert not Tag.objects.exists()

    run("tag", recruiter, tag="Night shifts")
    assert Tag.objects.get().name == "Night shifts"


def test_a_tag_that_was_given_again_by_hand_stays(recruiter):
    people = CandidateFactory.create_batch(2)
    work = run("tag", recruiter, tag="Welder")
    tag, one = Tag.objects.get(), Candidate.objects.filter(pk=people[0].pk)
    untag_people(one, tag, by=recruiter)
    tag_people(one, tag, by=recruiter)

    undo(work)

    assert [row.candidate for row in tag.people.all()] == [people[0]]
    assert reasons(work) == ["The tag was changed by hand since.", ""]


def test_untag_and_back(recruiter):
    people = CandidateFactory.create_batch(3)
    tag = name_tag("Welder", by=recruiter)
    tag_people(Candidate.objects.exclude(pk=people[2].pk), tag, by=recruiter)

    work = run("untag", recruiter, tag=tag.public_id)

    assert not tag.people.exists()
    assert reasons(work) == ["", "", "They did not have this tag."]

    undo(work)
    assert {row.candidate for row in tag.people.all()} == set(people[:2])


def test_untag_offers_only_tags_that_somebody_has(recruiter):
    CandidateFactory()
    tag = name_tag("Welder", by=recruiter)
    people = Candidate.objects.all()

    form = bulk.kind_called("untag", recruiter).form_class(
        {"tag": tag.public_id}, people=people, by=recruiter
    )

    assert not form.is_valid()


@pytest.mark.parametrize("kind", ["tag", "untag"])
def test_a_tag_that_is_deleted_meanwhile_changes_nobody(recruiter, kind):
    CandidateFactory()
    work = everybody(recruiter)
    actions.start(work, kind=kind, title="Tag", values={"tag": 0}, by=recruiter)

    do_work(work.pk)

    assert reasons(work) == ["The tag was deleted since."]


# -------------------------------------------------------------------- owner


def test_owner_and_back_to_whoever_it_was(recruiter):
    mina = UserFactory(name="Mina")
    ana, bo, cem = CandidateFactory(), CandidateFactory(owner=mina), CandidateFactory()
    set_owner(cem, recruiter, by=mina)

    work = run("owner", recruiter, owner=recruiter.public_id)

    assert reasons(work) == ["", "", "That was so already."]
    assert set(Candidate.objects.values_list("owner", flat=True)) == {recruiter.pk}
    set_owner(ana, mina, by=mina)

    undo(work)
    owners = [Candidate.objects.get(pk=one.pk).owner for one in (ana, bo, cem)]
    assert owners == [mina, mina, recruiter]
    assert reasons(work) == ["Somebody said otherwise since.", "", "That was so already."]


def test_owner_can_be_nobody(recruiter):
    CandidateFactory(owner=recruiter)

    work = run("owner", recruiter, owner="nobody")

    assert work.title == "Nobody looks after 1 person"
    assert Candidate.objects.get().owner is None


# ------------------------------------------------------------------ suppress


def test_suppress_stops_job_emails_and_is_taken_back_exactly(recruiter):
    CandidateFactory(), CandidateFactory(without_consent=True), CandidateFactory(without_email=True)

    work = run("suppress", recruiter)

    assert not Candidate.objects.all().contactable().exists()
    assert reasons(work) == ["", "", "They have no email address."]
    assert Suppression.objects.filter(scope="nurture", reason="staff").count() == 2

    undo(work)
    assert Candidate.objects.all().contactable().count() == 1
    assert not Suppression.objects.exists()
    assert set(EmailAddress.objects.values_list("suppressed", flat=True)) == {""}


def test_suppress_leaves_those_who_are_suppressed(recruiter):
    record_objection(CandidateFactory(), by=recruiter)

    work = run("suppress", recruiter)

    assert reasons(work) == ["They get no job emails already."]


def test_an_objection_since_is_not_undone(recruiter):
    ana, bo = CandidateFactory.create_batch(2)
    work = run("suppress", recruiter)
    record_objection(ana, by=recruiter)

    undo(work)

    assert reasons(work) == ["Something about their consent was said since.", ""]
    assert [email.suppressed for email in ana.emails.all()] == ["nurture"]
    assert [email.suppressed for email in bo.emails.all()] == [""]
    assert Suppression.objects.count() == 1


# -------------------------------------------------------------------- export


def table_of(work: Work) -> list[list[str]]:
    text = ExportFile.objects.get(work=work).file.read().decode()
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_export_holds_what_was_asked_for_and_names_who_asked(recruiter):
    CandidateFactory(name="=cmd|' /C calc'!A0", current_title="Welder", country="PL")
    person = CandidateFactory(name="Bo", without_email=True, owner=recruiter)
    EmailAddress.objects.create(
        candidate=person, address="bo@mail.example", canonical="bo@mail.example", is_primary=True
    )

    work = run("export", recruiter, columns=["place", "contact", "state"], asked="1")

    rows = table_of(work)
    assert rows[0][0].startswith("Exported for Rowan Ashdown (rowan@larkspur-tidal.example) on ")
    assert rows[1][:5] == ["Name", "City", "Region", "Country", "Language"]
    assert rows[2][0] == "'=cmd|' /C calc'!A0"
    assert rows[2][3] == "Poland"
    assert rows[3][5] == "bo@mail.example"
    assert rows[3][rows[1].index("Looked after by")] == "Rowan Ashdown"
    assert rows[2][-1] == "yes"
    assert len(rows) == 4


def test_export_of_names_alone(recruiter):
    CandidateFactory(name="Ana")

    work = run("export", recruiter, asked="1")

    assert table_of(work)[1:] == [["Name"], ["Ana"]]
    kept = ExportFile.objects.get()
    assert (kept.made_for, kept.people) == (recruiter, 1)


def test_export_costs_the_same_for_each_thousand(recruiter, django_assert_num_queries):
    CandidateFactory.create_batch(3)
    work = everybody(recruiter)
    work.items.update(result="ok")
    columns = [column for _, group in export.GROUPS.values() for column in group]

    with django_assert_num_queries(8):  # items, people, 5 that hang on them, items again
        assert len(list(export._rows(work, columns))) == 5


def test_a_large_export_leaves_a_notice(recruiter, monkeypatch):
    monkeypatch.setattr(export, "LARGE", 1)
    CandidateFactory.create_batch(2)

    run("export", recruiter, asked="1")

    assert AuditEvent.objects.get(verb="export.large").changes["people"] == ["", "2"]


def test_exports_have_a_limit_a_day(recruiter):
    WorkFactory.create_batch(export.MOST_A_DAY, kind="export", by=recruiter, state="done")
    CandidateFactory()

    with pytest.raises(ValidationError) as refusal:
        bulk.kind_called("export", recruiter).values({"columns": []}, recruiter)

    assert refusal.value.code == "too_many"


def test_an_export_has_nothing_to_undo(recruiter):
    CandidateFactory()

    work = run("export", recruiter, asked="1")

    assert not kind_of(work).can_undo
    assert not work.may_be_undone()
