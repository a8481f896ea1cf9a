"""Formatted texts and languages: cleaned, the same in both parts, and each to who reads it."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from engagement import bodies, footers, planning, rendering, rich, tasks, wording
from engagement.actions import drafts, lifecycle, templates
from engagement.models import Campaign
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    CampaignFactory,
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
    TemplateFactory,
    TemplateVersionFactory,
)

pytestmark = pytest.mark.usefixtures("monday_morning")

TEXT = "Hello {{ candidate.call_name|there }},\n\nread about it here:\n{{ job.url }}\n"
HTML = (
    "<p>Hello {{ candidate.call_name|there }},</p>"
    '<p>read <strong>about it</strong> <a href="{{ job.url }}">on our page</a></p>'
)
OURS = ("jobs.larkspur.example", "larkspur.example")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (HTML, HTML),
        ("<script>alert(1)</script><p>Hi</p>", "<p>Hi</p>"),
        ('<p style="color:red" onclick="x()">Hi</p>', "<p>Hi</p>"),
        ('<img src="https://a.example/pixel.gif">Hi', "Hi"),
        ('<a href="javascript:alert(1)">Hi</a>', "<a>Hi</a>"),
        ('<a href="{{ job.url }}" target="_blank">Hi</a>', '<a href="{{ job.url }}">Hi</a>'),
        ("<iframe>x</iframe><font color=red>Hi</font>", "Hi"),
        ("<p>{{ candidate.call_name|you &amp; me }}", "<p>{{ candidate.call_name|you & me }}</p>"),
        ("<p>perennialfield0x</p>", "<p></p>"),
        ("1 < 2", "1 &lt; 2"),
        ("", ""),
    ],
)
def test_a_formatted_text_is_cleaned_to_the_allow_list(given, kept):
    assert rich.clean(given) == kept
    assert rich.clean(rich.clean(given)) == kept


@pytest.mark.parametrize(
    ("html", "text", "sentence"),
    [
        (HTML, TEXT, ""),
        ("", TEXT, ""),
        (HTML, "Hello", "formatted text holds “candidate.call_name”, the plain one does not."),
        ("<p>Hi</p>", TEXT, "The plain text holds “candidate.call_name”, the formatted one"),
        ('<a href="https://other.example/">x</a>', "x", "leads elsewhere."),
        ('<a href="http://larkspur.example/">x</a>', "x", "leads elsewhere."),
        ('<a href="https://larkspur.example/a">x</a>', "x", "does not hold the link to"),
        ('<a href="https://larkspur.example/a">x</a>', "x https://larkspur.example/a", ""),
        ('<a href="{{ sender.name }}">x</a>', "{{ sender.name }}", "“sender.name” is no address"),
    ],
)
def test_both_parts_say_the_same(html, text, sentence):
    found = " ".join(rich.problems(html, text, OURS))

    assert bool(found) == bool(sentence)
    assert sentence in found


def test_a_template_with_two_parts_that_differ_is_refused(recruiter):
    with pytest.raises(ValidationError) as refused:
        templates.create_template("A", "A job", "Hello", by=recruiter, html=HTML)

    assert "The formatted text holds “candidate.call_name”" in " ".join(refused.value.messages)


def written_in(language, **values):
    """A due message of a campaign that is written in English and in one more language."""
    campaign = CampaignFactory(running=True, first_batch_checked_at=timezone.now())
    version = TemplateVersionFactory(subject="A job", text=TEXT, html=HTML)
    step = StepFactory(campaign=campaign, template_version=version)
    step.translations.add(
        TemplateVersionFactory(template=version.template, language=language, **values)
    )
    return campaign


def message_to(campaign, language):
    person = CandidateFactory(language=language, call_name="Ines <b>")
    return MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))


def test_each_reads_it_in_their_language_and_others_in_its_own(smtp_server):
    campaign = written_in("fr", subject="Un poste", text="Bonjour {{ candidate.call_name|}}")
    people = [message_to(campaign, language) for language in ("fr-CA", "en", "pl", "")]

    tasks.deliver()

    subjects = {mail["To"]: mail["Subject"] for mail in smtp_server.messages}
    assert [subjects[one.candidate.emails.get().address] for one in people] == [
        "Un poste", "A job", "A job", "A job",
    ]  # fmt: skip


def test_what_is_added_speaks_the_language_of_the_text(smtp_server):
    campaign = written_in("ar", subject="وظيفة", text="مرحبًا {{ candidate.call_name|}}")
    message_to(campaign, "ar")

    tasks.deliver()

    (mail,) = smtp_server.messages
    plain = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert footers.WORDS["ar"].stop in plain
    assert footers.WORDS["ar"].stop in html
    assert 'lang="ar" dir="rtl"' in html
    assert "Stop all job emails" not in plain + html


def test_the_formatted_text_is_what_the_html_part_says_and_names_stay_names(smtp_server):
    campaign = written_in("fr", subject="Un poste", text="Bonjour")
    message = message_to(campaign, "en")

    tasks.deliver()

    (mail,) = smtp_server.messages
    html = mail.get_body(("html",)).get_content()
    plain = mail.get_body(("plain",)).get_content()
    assert "<strong>about it</strong>" in html
    assert "Hello Ines &lt;b&gt;," in html
    assert "Hello Ines <b>," in plain
    address = rendering.job_values(message.job, message.sender, _organisation())["job.url"]
    assert f'<a href="{address}">on our page</a>' in html
    assert address in plain.splitlines()  # on a line of its own
    assert "color" not in html.partition("<body>")[2]


def _organisation():
    from accounts.models import Organisation

    return Organisation.current()


def test_an_empty_field_counts_only_for_who_reads_that_language(recruiter):
    people = [
        CandidateFactory(language="fr", city=""),
        CandidateFactory(language="en", city=""),
        CandidateFactory(language="fr-CH", city="Bern"),
    ]
    campaign = CampaignFactory(people=people, by=recruiter)
    step = StepFactory(campaign=campaign)
    step.translations.add(
        TemplateVersionFactory(language="fr", text="Bonjour de {{ candidate.city }}")
    )

    plan = planning.dry_run(campaign, timezone.now())

    assert plan.missing_ids == [people[0].pk]


def test_a_library_text_brings_its_languages_and_they_are_pinned(recruiter):
    template = TemplateVersionFactory(text=TEXT).template
    templates.write_version(template, "Un poste", "Bonjour", by=recruiter, seen=0, language="fr")
    campaign = CampaignFactory(people=[CandidateFactory()], by=recruiter)
    step = drafts.use_template(campaign, 1, template, by=recruiter)
    before = planning.dry_run(campaign, timezone.now()).sha256

    templates.write_version(
        template, "Un autre", "Bonjour à vous", by=recruiter, seen=1, language="fr"
    )
    pinned = planning.dry_run(campaign, timezone.now()).sha256
    drafts.use_template(campaign, 1, template, by=recruiter)
    campaign.refresh_from_db()

    assert [version.subject for version in step.translations.all()] == ["Un autre"]
    assert before == pinned != planning.dry_run(campaign, timezone.now()).sha256
    assert templates.newest_version(template).language == "en"


def test_a_mistake_in_one_language_keeps_the_campaign_from_going(recruiter):
    campaign = CampaignFactory(people=[CandidateFactory()], with_step=True, by=recruiter)
    drafts.write_translation(
        campaign, 1, "fr", subject="Un poste", text="{{ candidate.shoe }}", by=recruiter
    )

    with pytest.raises(ValidationError) as refused:
        lifecycle.approve(campaign, by=recruiter)

    assert refused.value.code == "template_problem"


def test_translations_refuse_what_makes_no_sense(recruiter):
    def code_of(position=1, language="fr", **values):
        with pytest.raises(ValidationError) as refused:
            drafts.write_translation(
                campaign, position, language, subject="A", text="B", by=recruiter, **values
            )
        return refused.value.code

    campaign = CampaignFactory(people=[CandidateFactory()], with_step=True, by=recruiter)

    assert code_of(position=2) == "no_such_step"
    assert code_of(language="en") == "own_language"
    assert code_of(seen="something") == "conflict"


def test_a_message_is_written_in_another_language_on_its_page(staff_client, recruiter):
    people = [CandidateFactory(language=language) for language in ("fr", "fr", "en")]
    campaign = CampaignFactory(people=people, with_step=True, by=recruiter)
    args = [campaign.public_id]
    address = reverse("engagement:campaign_translation", args=args) + "?step=1&language=fr"
    empty = staff_client.get(address).content.decode()
    values = {"subject": "Un poste", "text": "Bonjour à vous", "seen": ""}

    saved = staff_client.post(address, values)
    late = staff_client.post(address, {**values, "subject": "Trop tard"})
    check = staff_client.get(reverse("engagement:campaign_check", args=args)).content.decode()
    remove = reverse("engagement:campaign_translation_remove", args=args)
    removed = staff_client.post(remove + "?step=1&language=fr")

    assert "in Français" in empty
    assert [saved.status_code, late.status_code, removed.status_code] == [302, 422, 302]
    assert 'value="Trop tard"' in late.content.decode()
    assert "<strong>Un poste</strong>" in late.content.decode()
    assert "<bdi>Français</bdi> for 2, <bdi>English</bdi> for 1" in check
    assert not Campaign.objects.get().steps.get().translations.exists()


@pytest.mark.parametrize(
    "query", ["?step=1&language=en", "?step=1&language=xx", "?step=2&language=fr"]
)
def test_a_language_that_is_none_is_404(staff_client, recruiter, query):
    campaign = CampaignFactory(people=[CandidateFactory()], with_step=True, by=recruiter)
    address = reverse("engagement:campaign_translation", args=[campaign.public_id])

    assert staff_client.get(address + query).status_code == 404


def test_a_template_is_written_in_another_language_and_refuses_a_lost_update(staff_client):
    template = TemplateFactory()
    TemplateVersionFactory(template=template)
    address = reverse("engagement:template", args=[template.public_id]) + "?language=ar"
    values = {"subject": "وظيفة", "text": "مرحبًا", "seen": "0"}

    first = staff_client.get(address).content.decode()
    saved = staff_client.post(address, values)
    late = staff_client.post(address, {**values, "subject": "أخرى"})

    assert "None yet in العربية." in first
    assert (saved.status_code, late.status_code) == (302, 422)
    assert "A colleague saved version 1 meanwhile." in late.content.decode()
    assert template.versions.filter(language="ar").get().number == 1


def test_a_template_with_a_field_that_nobody_knows_says_so(staff_client):
    template = TemplateFactory()
    TemplateVersionFactory(template=template, text="Hello {{ candidate.nickname }}")

    page = staff_client.get(reverse("engagement:template", args=[template.public_id]))

    assertContains(page, "No campaign can send it yet")
    assertContains(page, "candidate.nickname")


def test_a_preview_speaks_the_language_of_its_reader(staff_client, recruiter):
    campaign = CampaignFactory(people=[CandidateFactory()], with_step=True, by=recruiter)
    drafts.write_translation(
        campaign, 1, "ar", subject="وظيفة", text="مرحبًا {{ candidate.call_name|بك }}", by=recruiter
    )
    address = reverse("engagement:campaign_preview_html", args=[campaign.public_id])

    arabic = staff_client.get(address, {"reader": "rtl"}).content.decode()
    english = staff_client.get(address, {"reader": "longest"}).content.decode()

    assert ("مرحبًا كريم" in arabic, 'dir="rtl"' in arabic) == (True, True)
    assert ("Hello" in english, 'dir="rtl"' in english) == (True, False)


@pytest.mark.parametrize(
    ("subject", "text", "html", "sentence"),
    [
        ("!!! →", "x" * 50, "", "The subject has no words"),
        ("A job", "x" * 50 + "\nRead {{ job.url }} now", "", "A link stands inside a line"),
        ("A job", "x" * 50, '<a href="x">click here</a>', "“click here” says nothing"),
        ("A job", "x" * 50 + "\n…\n", "", "“…” looks like something that was never filled in."),
    ],
)
def test_lint_names_what_a_reader_would_stumble_over(subject, text, html, sentence):
    assert sentence in " ".join(wording.advice(subject, text, html))


def test_lint_is_content_with_our_own_texts():
    assert wording.advice(*wording.STARTER) == []
    assert wording.advice(*wording.FOLLOW_UP) == []
    assert len(wording.advice(*wording.NEWS)) == 1  # the dots that are to be filled in


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_footer_holds_the_same_links_in_both_parts(language):
    import re

    marks = [set(re.findall("\ue000(.*?)\ue001", part(language))) for part in (
        footers.text, footers.html,
    )]  # fmt: skip

    assert marks[0] == marks[1] == {
        "why", "kept", "why_url", "pause_url", "choose_url", "stop_url",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://here.example/a", '<p><a href="https://here.example/a">Read</a></p>'),
        (
            "Here:\nhttps://here.example/a\nBye",
            '<br>\n<a href="https://here.example/a">Read</a><br>',
        ),
        # Inside a sentence the address stays, or the sentence would read oddly.
        ("See https://here.example/a now", ">https://here.example/a</a> now"),
        ("https://here.example/ab", ">https://here.example/ab</a>"),
    ],
)
def test_an_address_with_a_line_of_its_own_reads_as_words(text, kept):
    html = bodies.html_of(text, ("here.example", "mail.example"))

    assert kept in bodies.with_words(html, "https://here.example/a", "Read")
