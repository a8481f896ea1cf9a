"""What is done to a chunk at once is what would be done to each person alone."""

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from applications.actions.applications import add_application
from applications.models import Application, StageChange
from candidates import bulk
from candidates.actions import work as actions
from candidates.actions.archive import archive_candidate
from candidates.actions.contact import suppress_address
from candidates.actions.people import hand_over, set_owner
from candidates.models import Activity, Candidate, EmailAddress, Stop, Suppression, Work
from candidates.tasks import do_work
from tests.factories.accounts import UserFactory
from tests.factories.applications import StageFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(recruiter):
    """People of every kind, two of whom share a mailbox, and one who is archived after freezing."""
    ana = CandidateFactory(name="Ana", without_email=True)
    EmailAddressFactory(candidate=ana, address="ana@x.example", is_primary=True)
    EmailAddressFactory(candidate=ana, address="ana+b@x.example")
    twin = CandidateFactory(name="Ana's twin", without_email=True)
    EmailAddressFactory(candidate=twin, address="ana+twin@x.example", is_primary=True)
    both = CandidateFactory(name="Both", without_email=True, without_consent=True)
    EmailAddressFactory(candidate=both, address="ANA+c@x.example", is_primary=True)
    EmailAddressFactory(candidate=both, address="both@x.example")
    CandidateFactory(name="No address", without_email=True)
    CandidateFactory(name="Hers", owner=UserFactory(name="Mina"))
    set_owner(CandidateFactory(name="Mine"), recruiter, by=recruiter)
    stopped = CandidateFactory(name="Stopped")
    stopped.emails.update(suppressed="all")
    bounced = CandidateFactory(name="Bounced", without_email=True)
    EmailAddressFactory(candidate=bounced, address="gone@x.example", is_primary=True)
    suppress_address("gone@x.example", scope="nurture", reason="bounced", by="test")
    considered = CandidateFactory(name="Considered")
    job = StageFactory().job
    add_application(considered, job, by=recruiter)
    return job


def work_of(kind: str, by, **sent) -> Work:
    people = Candidate.objects.visible_to(by)
    work = actions.freeze(people, by=by)
    chosen = bulk.kind_called(kind, by)
    form = chosen.form_class(sent, people=people, by=by)
    assert form.is_valid(), form.errors
    values = chosen.values(form.cleaned_data, by)
    actions.start(work, kind=kind, title="For a test", values=values, by=by)
    return work


def rows(queryset, *fields: str) -> list[tuple]:
    return sorted(queryset.values_list(*fields), key=str)


def state_of(work: Work) -> dict[str, list]:
    """Everything that may differ, without keys and times."""
    names = ["result", "reason", "undo", "candidate__name"]
    trail = AuditEvent.objects.exclude(verb__startswith="work.")
    return {
        "items": list(work.items.values_list(*names)),
        "timeline": rows(Activity.objects, "candidate__name", "group", "kind", "actor", "text"),
        "audit": rows(trail, "verb", "subject_type", "actor", "changes"),
        "owners": rows(Candidate.objects, "name", "owner__name", "version"),
        "emails": rows(EmailAddress.objects, "address", "suppressed"),
        "memory": rows(Suppression.objects, "digest", "scope", "reason", "key_version"),
        "stops": rows(Stop.objects, "candidate__name", "reason"),
        "applications": rows(Application.objects, "candidate__name", "stage", "hear_by", "source"),
        "changes": rows(StageChange.objects, "application__candidate__name", "to_stage", "by"),
    }


def outcome(kind: str, by, *, chunk: int, monkeypatch, undo: bool, **sent) -> dict[str, list]:
    """Do it, and take it back if asked, with so many at once; leave no trace."""
    monkeypatch.setattr(type(bulk.kind_called(kind, by)), "chunk", chunk)
    with transaction.atomic():
        work = work_of(kind, by, **sent)
        archive_candidate(Candidate.objects.get(name="Hers"), "asked", by=by)
        do_work(work.pk)
        if undo:
            actions.undo(work, by=by)
            do_work(work.pk)
        found = state_of(work)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    ("kind", "undo"),
    [("owner", False), ("owner", True), ("suppress", False), ("suppress", True), ("job", False)],
)
def test_together_is_the_same_as_alone(recruiter, everybody, monkeypatch, kind, undo):
    sent = {"owner": {"owner": recruiter.public_id}, "job": {"job": everybody.public_id}}
    asked = {"monkeypatch": monkeypatch, "undo": undo, **sent.get(kind, {})}

    alone = outcome(kind, recruiter, chunk=1, **asked)
    together = outcome(kind, recruiter, chunk=200, **asked)

    assert together == alone
    assert {"ok", "skipped"} == {result for result, *_ in together["items"]}


@pytest.mark.parametrize(
    ("kind", "queries"), [("owner", 24), ("suppress", 28), ("job", 31)], ids=str
)
@pytest.mark.parametrize("count", [1, 3])
def test_a_chunk_costs_the_same_for_any_number(
    recruiter, django_assert_num_queries, kind, queries, count
):
    CandidateFactory.create_batch(count)
    sent = {"owner": {"owner": recruiter.public_id}, "job": {"job": StageFactory().job.public_id}}
    work = work_of(kind, recruiter, **sent.get(kind, {}))

    with django_assert_num_queries(queries):
        do_work(work.pk)

    work.refresh_from_db()
    assert (work.state, work.ok) == ("done", count)


def test_nobody_is_handed_to_a_closed_account(recruiter):
    person = CandidateFactory()
    work = work_of("owner", recruiter, owner=recruiter.public_id)
    leaver = UserFactory(is_active=False)
    Work.objects.filter(pk=work.pk).update(values={"owner": leaver.pk})

    do_work(work.pk)

    assert list(work.items.values_list("reason", flat=True)) == [
        "The account of this colleague is closed."
    ]
    assert Candidate.objects.get(pk=person.pk).owner is None


def test_handing_over_says_who_it_was(recruiter):
    mina = UserFactory(name="Mina")
    free, hers, mine = (CandidateFactory(owner=owner) for owner in (None, mina, recruiter))

    before = hand_over([free.pk, hers.pk, mine.pk], recruiter, by=mina)

    assert before == {free.pk: None, hers.pk: mina.pk}
    told = AuditEvent.objects.order_by("subject_id").values_list("changes", flat=True)
    assert [change["owner"] for change in told] == [
        ["", recruiter.email],
        [mina.email, recruiter.email],
    ]
