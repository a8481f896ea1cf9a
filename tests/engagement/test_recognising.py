"""What is recognised in an answer, and what a hostile one can do: nothing."""

import os
from datetime import date

import pytest

from engagement.incoming import dates, quotes, reader, recognising
from tests.engagement.mails import away, mail

TODAY = date(2026, 11, 23)


def seen(raw):
    return recognising.recognise(reader.read(raw), TODAY)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("I am out of the office until 5 January 2027.", date(2027, 1, 6)),
        ("I am away and will be back on 5 January.", date(2027, 1, 5)),
        ("Back on January 5th, 2027", date(2027, 1, 5)),
        ("Out from 20 December to 3 January.", date(2027, 1, 4)),
        ("until 2027-02-01", date(2027, 2, 2)),
        ("Je suis absente jusqu'au 5 janvier inclus.", date(2027, 1, 6)),
        ("De retour le 1er février", date(2027, 2, 1)),
        ("Ich bin bis 31.12.2026 im Urlaub.", date(2027, 1, 1)),
        ("Ich bin ab dem 7. Januar wieder da.", date(2027, 1, 7)),
        ("back on 04/05", date(2027, 5, 4)),
        ("I was away until 3 November 2026.", None),
        ("until 31 February", None),
        ("my number is 12-34 and 5.99", None),
        ("see you in 2029-01-01", None),
    ],
)
def test_until_which_day_somebody_is_away(words, day):
    assert dates.back_on(words, TODAY) == day


@pytest.mark.parametrize(
    ("raw", "kind", "back"),
    [
        (away("I am out of the office until 5 January 2027."), "away", date(2027, 1, 6)),
        (away("I am not here."), "away", None),
        (mail("Bin am 7. Januar zurück.", Auto_Submitted="auto-replied"), "away", date(2027, 1, 7)),
        (mail("Je suis absent.", subject="Réponse automatique : offre"), "away", None),
        (mail("Danke.", subject="Abwesenheitsnotiz"), "away", None),
        (mail("شكرًا.", subject="رد تلقائي: وظيفة"), "away", None),
        (mail("أنا حاليًا خارج المكتب."), "away", None),
        (mail("أنا في إجازة، هل يمكننا الحديث الأسبوع القادم؟"), "reply", None),
        (mail("I'm currently on annual leave.", subject="Re: a job"), "away", None),
        (mail("Ticket 7 was opened.", Auto_Submitted="auto-generated"), "automatic", None),
        (mail("Hello list", Precedence="bulk"), "automatic", None),
        (mail("Gone", sender="MAILER-DAEMON@mail.example"), "automatic", None),
        (mail("I am on holiday, but yes, I am interested!"), "reply", None),
        (mail("Yes.", Auto_Submitted="no"), "reply", None),
        (mail("When could I start?"), "reply", None),
    ],
)
def test_a_program_or_a_person(raw, kind, back):
    found = seen(raw)

    assert (found.kind, found.back_on) == (kind, back)


def test_headers_come_first_and_the_reasons_are_said():
    found = seen(away("I am out of the office until 5 January 2027."))

    assert found.reasons == (
        "The header “Auto-Submitted: auto-replied” says that a program answered.",
        "It says “Automatic reply”.",
    )


@pytest.mark.parametrize(
    ("text", "intent", "words"),
    [
        ("Please unsubscribe me.", "stop", "unsubscribe"),
        ("STOP", "stop", "STOP"),
        ("Take me off your list, thanks", "stop", "Take me off"),
        ("Merci de ne plus me contacter.", "stop", "ne plus me contacter"),
        ("Désabonnez-moi", "stop", "Désabonnez"),
        ("Bitte keine weiteren E-Mails.", "stop", "keine weiteren E-Mails"),
        ("Bitte abmelden", "stop", "abmelden"),
        ("أرجو إلغاء الاشتراك", "stop", "إلغاء الاشتراك"),
        ("لا تراسلوني بعد الآن", "stop", "لا تراسلوني"),
        ("توقفوا عن إرسال الرسائل", "stop", "توقفوا عن إرسال"),
        ("توقفوا", "stop", "توقفوا"),
        ("ليس الآن، شكرًا", "not_now", "ليس الآن"),
        ("أنا مهتم بهذه الوظيفة", "interested", "مهتم"),
        ("كم الراتب؟", "question", "كم الراتب؟"),
        ("شكرًا لكم", "", ""),
        ("I think you have the wrong person.", "wrong_person", "wrong person"),
        ("Not right now, thank you.", "not_now", "Not right now"),
        ("Pas pour le moment.", "not_now", "Pas pour le moment"),
        ("Derzeit nicht.", "not_now", "Derzeit nicht"),
        ("I am not interested.", "not_now", "not interested"),
        ("Sounds great!", "interested", "Sounds great"),
        ("What does it pay?", "question", "What does it pay?"),
        ("Thanks.", "", ""),
        ("We cannot stop here for the night", "", ""),
    ],
)
def test_what_they_may_mean_in_four_languages(text, intent, words):
    found = seen(mail(text))

    assert (found.kind, found.suggestion, found.words) == ("reply", intent, words)


def test_only_what_is_new_is_looked_at():
    quoted = "On Mon, 23 Nov 2026 at 10:00, Mina <mina@l.example> wrote:\n> To unsubscribe, click."
    found = seen(mail(f"Thanks.\n\n{quoted}\n"))

    assert (found.suggestion, found.text) == ("", "Thanks.")
    assert found.quoted.startswith("On Mon, 23 Nov 2026")


def test_a_signature_means_nothing():
    assert seen(mail("Thanks.\n\n-- \nAna\nunsubscribe from my newsletter")).suggestion == ""


def test_a_day_for_not_now_is_suggested():
    assert seen(mail("Not now, ask me again after 1 March 2027.")).back_on == date(2027, 3, 1)


@pytest.mark.parametrize(
    "begins",
    [
        "On Mon, 23 Nov 2026 at 10:00, Mina wrote:",
        "On Mon, 23 Nov 2026 at 10:00, Mina\n<mina@larkspur.example> wrote:",
        "Le lun. 23 nov. 2026 à 10:00, Mina a écrit :",
        "Am Mo., 23. Nov. 2026 um 10:00 schrieb Mina:",
        "-----Original Message-----",
        "From: Mina\nSent: Monday",
        "Von: Mina\nGesendet: Montag",
        "> Hello",
    ],
)
def test_where_the_quote_begins(begins):
    assert quotes.split(f"Yes.\n\n{begins}\n> old\n") == ("Yes.", f"{begins}\n> old")


def test_an_answer_below_the_quote_is_new():
    new, _ = quotes.split("On Monday, 23 Nov, Mina wrote:\n> Hello\n> there\n\nYes, gladly.")

    assert new == "Yes, gladly."


def test_the_unsubscribe_button_by_mail():
    found = seen(mail("", subject="stop 6f1c2f34-5d2c-4a57-9d5e-1d0a5a5b7c11"))

    assert (found.kind, found.stops) == ("unsubscribe", "6f1c2f34-5d2c-4a57-9d5e-1d0a5a5b7c11")


def test_html_is_read_for_its_words_alone():
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><script>alert(1)</script>"
        "<p>Call <b>me</b>&nbsp;soon</p><img src='http://t.example/x.gif'>"
        "<blockquote>old words</blockquote></body></html>"
    )
    raw = (
        "From: a@mail.example\r\nMessage-ID: <x@mail.example>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}"
    ).encode()

    assert reader.read(raw).text.split() == ["Call", "me", "soon", ">", "old", "words"]


def test_of_a_file_only_name_kind_and_size_are_kept():
    from email.message import EmailMessage

    made = EmailMessage()
    made["From"], made["Message-ID"] = "a@mail.example", "<x@mail.example>"
    made.set_content("My CV")
    made.add_attachment(b"MZ" * 500, "application", "x-msdownload", filename="cv.pdf\u202eexe.")

    found = reader.read(made.as_bytes())

    assert found.text.strip() == "My CV"
    assert [(file.kind, file.size) for file in found.files] == [("application/x-msdownload", 1000)]
    assert "\u202e" not in found.files[0].name


def nested(deep):
    raw = b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b0\n\n"
    for number in range(deep):
        kind = b"Content-Type: multipart/mixed; boundary=b%d\n\n" % (number + 1)
        raw += b"--b%d\n" % number + kind
    return raw


HOSTILE = {
    "nested": nested(3000),
    "wide": b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 60_000,
    "random": os.urandom(500_000),
    "empty": b"",
    "header": b"Subject: =?utf-8?q?" + b"a" * 400_000 + b"?=\nFrom: " + b"<" * 100_000 + b"\n\nhi",
    "references": b"From: a@b.example\nReferences: " + b"<a@b.example> " * 50_000 + b"\n\nhi",
    "tags": b"From: a@b.example\nContent-Type: text/html\n\n" + b"<" * 300_000,
    "charset": b"From: a@b.example\nContent-Type: text/plain; charset=nonsense\n\n\xff\xfe",
    "bomb": b"From: a@b.example\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n"
    + b"QUFB" * 400_000,
    "null": b"From: a\x00@b.example\nSubject: a\x00b\n\na\x00b",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_message_is_read_or_refused_in_bounds(name):
    found = reader.read(HOSTILE[name])

    assert found.problem in {"", *reader.PROBLEMS}
    assert len(found.text) <= 60_000
    assert len(found.references) <= 20
    assert "\x00" not in f"{found.text}{found.subject}{found.sender}"


def test_what_reads_too_long_is_stopped():
    assert reader.read(mail("x"), seconds=0.001).problem == "too_long"
