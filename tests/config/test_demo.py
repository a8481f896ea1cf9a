"""The demo company: the same everywhere, alive today, unable to touch the world (D-01 to D-06)."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from applications import duties
from applications.actions.jobs import end_job
from applications.due import feedback_asked
from applications.gate import unanswered_of
from applications.models import Application, Job, Letter, Review, StageChange
from candidates.actions.retention import make_plan
from candidates.documents import reader
from candidates.extensions import said_of
from candidates.hygiene import hints
from candidates.models import (
    Activity,
    Candidate,
    CandidateSkill,
    Document,
    DuplicateSuggestion,
    EmailAddress,
    LegalHold,
    Note,
    Phone,
    PrivacyRequest,
    RetentionItem,
    Suppression,
)
from config.demo.lists import NAMES
from config.demo.privacy import STAGED
from config.demo.seed import manifest, seed
from engagement.actions import enrolments, lifecycle, surveys
from engagement.actions.extensions import plan
from engagement.actions.messages import carry_letters
from engagement.models import Message, Survey
from engagement.tasks import deliver
from tests.storage import one_private_storage

ANCHOR = datetime(2026, 11, 23, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def small_company(django_db_setup, django_db_blocker):
    """The company, made once: what a test does to it is rolled back with the test."""
    one_private_storage()  # this comes before what each test begins with
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed(size="s", seed_number=4242, anchor=ANCHOR)
        transaction.set_rollback(True)


def test_same_seed_and_anchor_give_the_same_people(small_company):
    ids = set(Candidate.objects.values_list("public_id", "name"))
    applications = set(Application.objects.values_list("public_id", "applied_at", "outcome"))
    _empty()

    seed(size="s", seed_number=4242, anchor=ANCHOR)

    assert set(Candidate.objects.values_list("public_id", "name")) == ids
    assert (
        set(Application.objects.values_list("public_id", "applied_at", "outcome")) == applications
    )


def test_another_seed_gives_other_people(small_company):
    names = set(Candidate.objects.values_list("name", flat=True))
    _empty()

    seed(size="s", seed_number=7, anchor=ANCHOR)

    assert set(Candidate.objects.values_list("name", flat=True)) != names


def test_manifest_counts_what_is_there(small_company):
    assert small_company == manifest()
    assert small_company["candidates_candidate"].split()[0] == "200"


def test_nothing_that_happened_lies_after_the_anchor(small_company):
    late = timedelta(hours=1)

    assert not Activity.objects.filter(at__gt=ANCHOR + late).exists()
    assert not StageChange.objects.filter(at__gt=ANCHOR).exists()
    assert not Application.objects.filter(closed_at__gt=ANCHOR).exists()
    assert not Letter.objects.filter(sent_at__gt=ANCHOR).exists()
    assert not Message.objects.filter(handed_at__gt=ANCHOR).exists()


def test_timelines_are_causally_ordered(small_company):
    for application in Application.objects.prefetch_related("stage_changes"):
        moments = [change.at for change in application.stage_changes.all()]
        assert moments == sorted(moments)
        assert moments[0] == application.applied_at
        if application.closed_at:
            assert application.closed_at >= moments[-1]
        for letter in application.letters.filter(kind="decision", cancelled_at=None):
            assert letter.sent_at >= application.closed_at
        for interview in application.interviews.filter(state="held"):
            assert application.applied_at < interview.starts_at < interview.ends_at
            assert interview.ends_at <= (application.closed_at or ANCHOR)


def test_people_were_asked_how_it_was_after_their_letter_and_once_in_half_a_year(small_company):
    asked: dict[int, datetime] = {}
    for survey in Survey.objects.select_related("application").order_by("sent_at"):
        kind = "closing" if survey.outcome == Survey.Outcome.WITHDRAWN else "decision"
        letter = survey.application.letters.get(kind=kind, cancelled_at=None)
        days = 7 if survey.outcome == Survey.Outcome.HIRED else 3
        assert letter.sent_at + timedelta(days=days) <= survey.sent_at
        assert survey.sent_at < (survey.answered_at or ANCHOR) <= ANCHOR
        before = asked.get(survey.candidate_id)
        assert before is None or survey.sent_at - before > timedelta(days=183)
        asked[survey.candidate_id] = survey.sent_at

    outcomes = set(Survey.objects.answered().values_list("outcome", flat=True))
    assert outcomes == set(Survey.Outcome.values)


def test_whoever_withdrew_or_was_hired_had_word_of_it_in_their_language(small_company):
    ended = Application.objects.filter(outcome__in=["withdrawn", "offer_declined", "hired"])

    for application in ended.filter(closed_at__lt=ANCHOR - timedelta(hours=1)):
        kind = "decision" if application.outcome == "hired" else "closing"
        letter = application.letters.get(kind=kind)
        assert application.closed_at < letter.sent_at
    french = Letter.objects.filter(kind="closing", application__candidate__language="fr")
    assert all(letter.subject.startswith("Votre candidature est close") for letter in french)
    assert ended.filter(outcome="hired").exists()


def test_the_hints_find_the_three_notes_that_were_planted_for_them(small_company):
    """D-07."""
    notes = Note.objects.kept().select_related("candidate").order_by("candidate__name")
    found = [(note.candidate.name, hint.word) for note in notes for hint in hints(note.text)]

    assert found == [
        ("Gaspard Petit", "Célibataire"),
        ("Karim Haddad", "متزوج"),
        ("Mariam Iqbal", "Ramadan"),
    ]


def test_no_row_waits_for_a_worker(small_company):
    assert not Message.objects.filter(state__in=["due", "claimed", "armed"]).exists()
    assert not Letter.objects.waiting().exists()


def test_everybody_whose_consent_ends_soon_was_asked_in_time(small_company, settings):
    petit = Candidate.objects.get(name="Gaspard Petit")

    asked = petit.extension_requests.order_by("-step")

    assert [(one.step, one.ends_on, one.language) for one in asked] == [
        (step, (ANCHOR + timedelta(days=3)).date(), "fr") for step in (30, 7)
    ]
    subjects = set(Message.objects.filter(extension__in=asked).values_list("subject", "state"))
    assert subjects == {("Pouvons-nous garder vos données jusqu’au 26 novembre 2028 ?", "handed")}
    assert said_of(petit) == (
        "Asked on 27 October 2026 and 19 November 2026 whether to be kept after 26 November 2026."
        " No answer yet."
    )
    with time_machine.travel(ANCHOR + timedelta(hours=1), tick=False):
        assert plan(timezone.now()) == 0


def test_addresses_and_numbers_belong_to_nobody(small_company):
    assert not EmailAddress.objects.exclude(address__endswith=".example").exists()
    assert not User.objects.exclude(email__endswith=".example").exists()
    numbers = Phone.objects.values_list("canonical", flat=True)
    assert [n for n in numbers if not re.fullmatch(r"\+447700900\d{3}|\+1\d{3}55501\d\d", n)] == []


def test_erased_people_are_only_a_refusal(small_company):
    assert Suppression.objects.filter(reason="erased").count() == 35
    assert not Candidate.objects.filter(erased_at__isnull=False).exists()


def test_people_asked_about_their_data(small_company):
    counts = PrivacyRequest.objects.values_list("kind", "state").annotate(n=Count("pk"))

    assert {(kind, state): n for kind, state, n in counts.order_by("kind", "state")} == {
        ("access", "open"): 2,
        ("access", "closed"): 7,
        ("erasure", "closed"): 12,
        ("erasure", "cooling_off"): 1,
        ("erasure", "restricted"): 1,
        ("complaint", "open"): 1,
        ("complaint", "closed"): 1,
        ("rectification", "open"): 1,
    }
    assert PrivacyRequest.objects.filter(subject_id="14", candidate=None).get().outcome == "done"
    ticking = PrivacyRequest.objects.ticking().by_urgency().first()
    assert ticking.due_on == (ANCHOR + timedelta(days=2)).date()


def test_the_cast_is_there(small_company):
    rosa = Candidate.objects.get(name="Rosa Osei")

    assert [a.outcome for a in rosa.applications.order_by("applied_at")] == ["rejected", ""]
    assert Candidate.objects.get(name="Wulandari").call_name == "Wulandari"
    assert Candidate.objects.get(name="Ewa Nowak").preference.paused_until.month == 2
    li_wen = Candidate.objects.get(name="Li Wen")
    assert (li_wen.emails.count(), li_wen.applications.count()) == (2, 4)
    assert li_wen.merges.get().merged.name == "Wen Li"
    waiting = DuplicateSuggestion.objects.open()
    assert waiting.filter(other__name="Robert Voss", reasons__contains=["same_mailbox"]).exists()
    assert waiting.filter(is_sure=True).count() >= 2
    assert Candidate.objects.get(name="Mariam Iqbal").applications.get().hear_by is None


def test_only_chosen_people_know_hv_isolation(small_company):
    holders = CandidateSkill.objects.filter(skill__name="HV isolation").count()

    assert 12 <= holders <= 49


def test_outcomes_do_not_look_at_names(small_company):
    """Permutation test: the share of rejections does not depend on the list a name came from."""
    list_of = {given: key for key, (names, _) in NAMES.items() for given in names.split()}
    pairs = [
        (list_of[name.split()[0]], outcome == "rejected")
        for name, outcome in Application.objects.exclude(outcome="").values_list(
            "candidate__name", "outcome"
        )
        if name.split()[0] in list_of
    ]
    groups = [group for group, _ in pairs]
    flags = [flag for _, flag in pairs]
    observed = _spread(groups, flags)
    shuffler = random.Random(1)
    as_wide = 0
    for _ in range(300):
        shuffled = shuffler.sample(flags, len(flags))
        as_wide += _spread(groups, shuffled) >= observed

    assert as_wide / 300 > 0.2


def _spread(groups: list[str], flags: list[bool]) -> float:
    """Sum over groups of size times squared distance of their share from the whole."""
    whole = sum(flags) / len(flags)
    total = 0.0
    for group in set(groups):
        own = [flag for key, flag in zip(groups, flags, strict=True) if key == group]
        total += len(own) * (sum(own) / len(own) - whole) ** 2
    return total


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "TRUNCATE accounts_user, accounts_organisation, candidates_candidate,"
            " candidates_skill, candidates_suppression, candidates_tag, applications_office,"
            " applications_department, engagement_template RESTART IDENTITY CASCADE"
        )


@pytest.mark.usefixtures("small_company")
def test_worker_and_beat_send_nothing_of_the_demo_for_a_month(settings):
    """D-03: whatever the worker looks at is in a state that it leaves alone."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens: an attempt fails
    before = list(Message.objects.order_by("pk").values_list("pk", "state", "attempts"))

    for day in range(0, 31, 3):
        with time_machine.travel(ANCHOR + timedelta(days=day, hours=1), tick=False):
            lifecycle.tick(timezone.now())
            enrolments.carry_stops(timezone.now())
            carry_letters(timezone.now())
            assert (deliver(), surveys.plan(timezone.now())) == (0, 0)

    assert list(Message.objects.order_by("pk").values_list("pk", "state", "attempts")) == before


def test_files_say_that_they_are_fictional_and_read_as_they_are_told(small_company):
    """What stands in the rows is what the reader finds in the bytes."""
    cast = ["Comfort Mensah", "Karim Haddad", "Bayo Okafor", "Rosa Osei", "Ewa Nowak"]
    documents = Document.objects.filter(candidate__name__in=cast)
    assert documents.count() == len(cast)
    assert Document.objects.get(pages=30).candidate.name.startswith("Dr Ana Maria")

    for document in documents:
        reading = reader.read(document.file.open("rb").read(), document.kind)

        assert reading.text.split() == document.text.split()
        assert [words for _, words in reading.hidden] == [words for _, words in document.hidden]
        assert reader.UNREAD.get(reading.problem, "") == document.reason
        assert "FICTIONAL - demo data" in document.text or document.state == "no_text"
    assert documents.get(candidate__name="Comfort Mensah").hidden
    assert not Document.objects.filter(state__in=["uploaded", "reading"]).exists()


def test_a_retention_run_finds_only_the_staged_cases(small_company):
    """D-03: the company has run its retention all along."""
    assert make_plan(ANCHOR) is None
    assert RetentionItem.objects.waiting().count() == STAGED
    assert LegalHold.objects.active().count() == 3
    assert Candidate.objects.archived().filter(name="Tove Lindqvist").exists()


def test_a_hiring_manager_has_five_views_to_give_and_one_is_overdue(small_company):
    tomas = User.objects.get(email="tomas@larkspur-tidal.example")
    waiting = Review.objects.asked_of(tomas).waiting()

    late = waiting.overdue(ANCHOR.date()).get()
    assert waiting.count() == 5
    assert late.application.candidate.name == "Aylin Demir"
    assert late.application.shown_name == "Candidate 7"


def test_the_clock_of_ontario_stands_at_day_41_for_noel_roy(small_company):
    """P-42: reminded on day 30 and 40, four days are left."""
    found = duties.with_clock(Application.objects.filter(candidate__name="Noel Roy"), ANCHOR)
    clock = duties.clock_of(found.get())

    assert (clock.passed, clock.duty.name, clock.is_running, clock.is_pressing) == (
        41,
        "Ontario",
        True,
        True,
    )
    assert (clock.law - clock.today).days == 4


def test_the_gate_of_his_job_refuses_while_he_is_unanswered(small_company):
    mina = User.objects.get(email="mina@larkspur-tidal.example")
    job = Application.objects.get(candidate__name="Noel Roy").job

    with pytest.raises(ValidationError) as refusal:
        end_job(job, Job.Status.FILLED, by=mina)

    assert refusal.value.code == "unanswered"
    assert unanswered_of(job, mina).filter(candidate__name="Noel Roy").exists()


def test_one_waits_for_feedback_and_all_others_have_the_letter(small_company):
    mina = User.objects.get(email="mina@larkspur-tidal.example")
    asked = Application.objects.filter(feedback_asked_at__isnull=False)

    waiting = feedback_asked(mina).get()
    answered = asked.exclude(pk=waiting.pk)
    assert answered.count() >= 2
    for application in answered:
        letter = application.letters.get(kind=Letter.Kind.FEEDBACK)
        assert application.closed_at < application.feedback_asked_at < letter.sent_at < ANCHOR
        assert application.job.title in letter.subject
