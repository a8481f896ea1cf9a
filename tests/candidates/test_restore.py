"""No resurrection: a restore is told whom it must not bring back (P-18), and no total moves."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from applications.models import Job
from applications.promises import ledger
from candidates.actions.erasure import carry_out, erase_candidate, go_on
from candidates.actions.opting_in import opt_in
from candidates.actions.people import create_candidate
from candidates.models import Candidate, Suppression
from engagement import links, listing
from engagement.actions.messages import progress
from engagement.models import Campaign
from tests.factories.applications import ApplicationFactory, JobFactory, PromiseFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import CampaignFactory, EnrolmentFactory, MessageFactory
from tests.factories.privacy import PrivacyRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


def dump():
    """Copy every row of every table, as a backup would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND c.relkind = 'r'"
            " AND c.relname NOT IN ('django_migrations')"
        )
        rows = {}
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as out:
                rows[table] = b"".join(bytes(part) for part in out)
    return rows


def restore(rows):
    """Put a backup back in place of everything that is there, without any trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        tables = ", ".join(f'"{table}"' for table in rows)
        cursor.execute(f"TRUNCATE {tables}")
        for table, content in rows.items():
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = ''",
                [table],
            )
            columns = cursor.fetchone()[0]
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as into:
                into.write(content)
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db(transaction=True)
def test_who_was_erased_since_the_backup_is_erased_again(recruiter, capsys):
    people = [CandidateFactory(name=f"Person {number}") for number in range(5)]
    older = CandidateFactory(name="Person 0 the Elder", merged_into=people[0], without_email=True)
    backup = dump()
    for person in people[:3]:
        erase_candidate(person, by=recruiter)
    restore(backup)
    assert Candidate.objects.live().count() == 5

    call_command("replay_erasures")

    assert sorted(Candidate.objects.live().values_list("name", flat=True)) == [
        "Person 3",
        "Person 4",
    ]
    assert Candidate.objects.get(pk=older.pk).erased_at is not None
    assert Suppression.objects.filter(reason="erased").count() == 3
    assert "3 people were back and are erased again" in capsys.readouterr().out

    call_command("replay_erasures")
    assert "0 people were back" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_who_came_again_by_themselves_stays(recruiter):
    person = CandidateFactory()
    address = person.emails.get().address
    erase_candidate(person, by=recruiter)
    again = create_candidate(by=recruiter, name="Back Again", email=address)

    call_command("replay_erasures")

    again.refresh_from_db()
    assert (again.erased_at, again.emails.get().suppressed) == (None, "nurture")


def test_an_installation_without_a_journal_has_nothing_to_replay(capsys):
    call_command("replay_erasures")

    assert "0 erasures in the journal" in capsys.readouterr().out


# Totals


def totals(user):
    campaign = Campaign.objects.get()
    told = progress(campaign)
    listed = listing.campaigns_page(user, "")[0][0]
    return {
        "promises": ledger(user),
        "hired": {job.pk: job.hired_count() for job in Job.objects.all()},
        "messages": (told["total"], told["settled"], told["states"], told["reasons"]),
        "ended": listing.ended_of(campaign),
        "listed": (listed.total, listed.settled),
    }


def test_erasing_a_third_moves_no_total(recruiter):
    """M-R2"""
    job, campaign = JobFactory(), CampaignFactory(running=True)
    people = [CandidateFactory() for _ in range(10)]
    for number, person in enumerate(people):
        ApplicationFactory(candidate=person, job=job, hired=number % 2 == 0, rejected=number % 2)
        PromiseFactory(candidate=person, state="kept" if number % 3 else "broken")
        enrolment = EnrolmentFactory(
            candidate=person,
            campaign=campaign,
            state="ended",
            end_reason="replied" if number % 2 else "unsubscribed",
        )
        MessageFactory(enrolment=enrolment, handed=True)
        MessageFactory(enrolment=enrolment, state="withheld", reason="replied")
    before = totals(recruiter)

    for person in people[:3]:
        erase_candidate(person, by=recruiter)

    assert totals(recruiter) == before


# Old links


def test_an_old_link_of_somebody_erased_finds_nothing(recruiter):
    """C-19: page F, and the same page as for somebody we never knew."""
    person = CandidateFactory()
    public_id = person.public_id
    path = links.path(links.Purpose.STOP, public_id)
    erase_candidate(person, by=recruiter)
    client = Client()

    page = client.get(path, follow=True)

    assert page.status_code == 200
    assert "We hold no details for this link" in page.content.decode()


def test_one_click_of_somebody_erased_is_answered(recruiter):
    """C-20"""
    person = CandidateFactory()
    path = links.path(links.Purpose.ONE_CLICK, person.public_id)
    erase_candidate(person, by=recruiter)

    assert Client().post(path).status_code == 200


# What must be kept


def test_a_legal_hold_sends_them_to_the_archive_and_then_lets_them_go(recruiter, privacy_officer):
    from candidates.actions.holds import lift_hold, place_hold

    person = CandidateFactory()
    hold = place_hold(
        person,
        matter="Claim 12",
        reason="A claim is pending.",
        review_on=timezone.localdate() + timedelta(days=30),
        by=privacy_officer,
    )
    request = PrivacyRequestFactory(candidate=person, cooled_off=True)

    assert go_on(timezone.now()) == 0

    person.refresh_from_db()
    request.refresh_from_db()
    assert (request.state, person.archive_reason) == ("restricted", "asked")
    assert not Candidate.objects.live().exists()

    lift_hold(hold, "The claim is settled.", by=privacy_officer)
    assert go_on(timezone.now()) == 1
    request.refresh_from_db()
    assert request.outcome == "done"


def test_a_held_person_is_not_erased_by_hand(recruiter, privacy_officer):
    from django.core.exceptions import ValidationError

    from candidates.actions.holds import place_hold

    person = CandidateFactory()
    place_hold(
        person,
        matter="Claim 12",
        reason="A claim is pending.",
        review_on=timezone.localdate() + timedelta(days=30),
        by=privacy_officer,
    )
    request = PrivacyRequestFactory(candidate=person, erasure=True)

    with pytest.raises(ValidationError) as refusal:
        carry_out(request, by=privacy_officer)

    assert refusal.value.code == "legal_hold"
    assert Candidate.objects.live().get() == person


@pytest.mark.django_db(transaction=True)
def test_who_asked_for_job_emails_again_is_not_refused_by_a_replay(recruiter):
    """P-19: the erasure is known here, so a hash that is gone was cleared by the person."""
    person = CandidateFactory()
    address = person.emails.get().address
    erase_candidate(person, by=recruiter)
    again = create_candidate(by=recruiter, name="Back Again", email=address)
    until = timezone.now() + timedelta(days=365)
    opt_in(again, wording="Yes", version="again-1", language="en", expires_at=until)

    call_command("replay_erasures")

    assert Suppression.objects.count() == 0
    assert list(Candidate.objects.contactable()) == [again]
