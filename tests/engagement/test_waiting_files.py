"""Files of somebody whom we do not know: they wait with the email, and nobody gets them before."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from candidates.actions.documents import add_document
from candidates.actions.erasure import erase_candidate
from candidates.models import Document
from engagement.actions import attachments, receiving, replies
from engagement.actions.incoming import forget_incoming, read_incoming, receive_message
from engagement.models import Incoming, Reply, WaitingFile
from tests import files
from tests.clamd import EICAR, Clamd
from tests.engagement.mails import away, mail
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory, EmailAddressFactory
from tests.factories.engagement import ReplyFactory

pytestmark = pytest.mark.usefixtures("monday_morning")
CV = b"Rigger, ten years."
SENDER = "nobody@mail.example"


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.REPLIES_TO = "replies@larkspur-tidal.example"
    settings.ERASURE_JOURNAL_DIR = str(tmp_path / "journal")


@pytest.fixture
def clamd(settings):
    server = Clamd()
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    settings.VIRUS_SCANNER = server.address
    yield server
    server.shutdown()
    server.server_close()


def receive(text="Here is my CV.", sender=SENDER, **named):
    contents = named or {"cv.txt": CV}
    raw = mail(
        text, sender=sender, files={name.replace("_", "."): c for name, c in contents.items()}
    )
    receive_message(raw, source=Incoming.Source.HOOK)
    read_incoming()
    return Reply.objects.order_by("-pk").first()


def reasons_of(reply):
    reply.refresh_from_db()
    return [file["why"] for file in reply.files]


def test_it_waits_and_nobody_is_given_it(staff_client):
    reply = receive()

    waiting = WaitingFile.objects.get()
    assert (waiting.reply, waiting.file_name, bytes(waiting.content)) == (reply, "cv.txt", CV)
    assert not Document.objects.exists()
    page = staff_client.get(reverse("engagement:reply", args=[reply.public_id]))
    assertContains(page, attachments.WAITS)
    assertContains(page, "deleted after thirty days, with its files")
    assertNotContains(page, "/files/")


def test_it_becomes_a_file_of_whoever_a_colleague_names(recruiter):
    person, pdf = CandidateFactory(), files.pdf("Senior Electrician")
    reply = receive(cv_txt=CV, b_pdf=pdf)

    receiving.say_who(reply, person, by=recruiter)

    kept = {one.file_name: one for one in person.documents.all()}
    assert {name: one.file.read() for name, one in kept.items()} == {"cv.txt": CV, "b.pdf": pdf}
    reply.refresh_from_db()
    assert [(file["document"], file["why"]) for file in reply.files] == [
        (str(kept["cv.txt"].public_id), ""),
        (str(kept["b.pdf"].public_id), ""),
    ]
    assert not WaitingFile.objects.exists()


def test_on_the_page_it_leads_to_the_file_then(staff_client):
    person, reply = CandidateFactory(name="Ana Reyes"), receive()
    page = reverse("engagement:reply", args=[reply.public_id])

    staff_client.post(
        reverse("engagement:reply_who", args=[reply.public_id]),
        {"address": person.emails.get().address},
    )

    document = Document.objects.get()
    assertContains(staff_client.get(page), reverse("candidates:file", args=[document.public_id]))


def test_the_same_file_twice_and_one_that_they_have_is_one(recruiter):
    person = CandidateFactory()
    known, _ = add_document(person, "from-the-desk.txt", CV, by=recruiter)

    receiving.say_who(receive(a_txt=CV, b_txt=CV), person, by=recruiter)

    assert Document.objects.get() == known


def test_who_has_twenty_files_gets_no_more_and_is_told(recruiter):
    person, reply = CandidateFactory(), receive()
    for number in range(20):
        add_document(person, f"{number}.txt", f"File {number}".encode(), by=recruiter)

    receiving.say_who(reply, person, by=recruiter)

    assert "at most 20 files" in reasons_of(reply)[0]
    assert not WaitingFile.objects.exists()


def test_said_of_an_email_that_somebody_deleted_meanwhile_is_refused(recruiter):
    reply, person = receive(), CandidateFactory()
    Reply.objects.all().delete()

    with pytest.raises(ValidationError) as refusal:
        receiving.say_who(reply, person, by=recruiter)

    assert refusal.value.code == "gone"
    assert not Document.objects.exists()


def test_said_twice_or_of_somebody_who_is_gone_moves_nothing(recruiter):
    reply, person = receive(), CandidateFactory()

    with pytest.raises(ValidationError):
        receiving.say_who(reply, CandidateFactory(archived=True), by=recruiter)
    assert WaitingFile.objects.count() == 1
    receiving.say_who(reply, person, by=recruiter)
    with pytest.raises(ValidationError) as known:
        receiving.say_who(reply, CandidateFactory(), by=recruiter)

    assert known.value.code == "known"
    assert Document.objects.get().candidate == person


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.png", b"\x89PNG....", "This is a .png file."),
        ("cv.pdf", b"MZ....", "The name says PDF, but inside it is a program."),
        ("cv.exe.pdf", b"%PDF-1.4", "which disguises what the file is."),
        ("empty.txt", b"", "This file is empty."),
        ("large.txt", b"x" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_what_we_do_not_take_does_not_wait(name, content, why):
    reply = receive(**{name: content, "cv.txt": CV})

    assert why in reasons_of(reply)[0]
    assert WaitingFile.objects.get().place == 1


def test_what_a_program_or_a_list_sends_does_not_wait():
    raw = away("I am away.", sender=SENDER, files={"cv.txt": CV})
    receive_message(raw, source=Incoming.Source.HOOK)
    read_incoming()

    assert not WaitingFile.objects.exists()


def test_in_what_the_scanner_finds_something_is_not_kept(clamd):
    reply = receive(bad_txt=EICAR, cv_txt=CV)

    assert "which it calls “Eicar-Test-Signature”. It is not kept." in reasons_of(reply)[0]
    assert WaitingFile.objects.get().file_name == "cv.txt"


def test_a_scanner_that_does_not_answer_keeps_nothing_out_and_is_asked_once(clamd, recruiter):
    clamd.says = b""

    reply = receive(a_txt=CV, b_txt=b"Second.")

    assert (WaitingFile.objects.count(), len(clamd.streams)) == (2, 1)
    receiving.say_who(reply, CandidateFactory(), by=recruiter)
    assert all(one.awaits_scan for one in Document.objects.all())


def test_from_one_address_twenty_wait_at_most():
    for number in range(4):
        receive(**{f"{number}-{n}.txt": f"File {number} {n}".encode() for n in range(6)})

    last = Reply.objects.order_by("-pk").first()
    assert WaitingFile.objects.count() == 20
    assert reasons_of(last) == [attachments.WAITS] * 2 + [attachments.FULL] * 4
    assert reasons_of(receive(sender="another@mail.example")) == [attachments.WAITS]


@pytest.mark.parametrize(("most", "number"), [("MOST_WAITING", 2), ("MOST_WAITING_BYTES", 45)])
def test_of_all_strangers_together_so_many_wait_and_no_more(monkeypatch, most, number):
    monkeypatch.setattr(attachments, most, number)

    told = [reasons_of(receive(sender=f"nobody{n}@mail.example"))[0] for n in range(3)]

    assert told == [attachments.WAITS, attachments.WAITS, attachments.FULL]
    assert Reply.objects.filter(candidate=None).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_are_never_more_together(organisation, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_WAITING", 1)
    first, second = (ReplyFactory(stranger=True, address=f"n{n}@mail.example") for n in range(2))
    pairs = [(attachments.File("cv.txt", "text/plain", len(CV)), attachments.Content(CV))]
    told = []

    def hold():
        with transaction.atomic():
            told.extend(attachments._let_wait(second, pairs, ""))
        connection.close()

    other = threading.Thread(target=hold)
    with transaction.atomic():
        told.extend(attachments._let_wait(first, pairs, ""))
        other.start()
        other.join(0.3)
        is_waiting = other.is_alive()
    other.join()

    assert (is_waiting, [file.why for file in told]) == (
        True, [attachments.WAITS, attachments.FULL],
    )  # fmt: skip
    assert WaitingFile.objects.count() == 1


def by_hand(reply, **_):
    replies.discard(reply, by=UserFactory())


def after_thirty_days(reply, **_):
    assert forget_incoming(timezone.now() + timedelta(days=31)) >= 1


def by_an_erasure(reply, privacy_officer):
    person = EmailAddressFactory(address=SENDER).candidate
    erase_candidate(person, by=privacy_officer)


@pytest.mark.parametrize("goes", [by_hand, after_thirty_days, by_an_erasure])
def test_it_goes_with_the_email(goes, privacy_officer):
    reply = receive()

    goes(reply=reply, privacy_officer=privacy_officer)

    assert not Reply.objects.exists()
    assert not WaitingFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_colleague_gives_to_somebody_on_the_last_day_stays(organisation, recruiter):
    reply, person, late = receive(), CandidateFactory(), timezone.now() + timedelta(days=31)
    forgotten = []

    def forget():
        forgotten.append(forget_incoming(late))
        connection.close()

    with transaction.atomic():
        receiving.say_who(reply, person, by=recruiter)
        other = threading.Thread(target=forget)
        other.start()
        other.join()

    assert Reply.objects.get().candidate == person
    assert Document.objects.get().candidate == person


def test_an_admin_reads_how_many_wait(signed_in, admin):
    receive()

    page = signed_in(admin).get(reverse("engagement:coming_in"))

    assertContains(page, "Files of people whom we do not know yet</dt><dd>1 (18\xa0bytes)")
