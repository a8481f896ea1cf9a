"""Whom a text finds, in what order, and what it shows of them."""

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from candidates.actions.notes import delete_note, write_note
from candidates.models import Candidate, Document, Note, SearchText
from candidates.search import Search, ask, finding, index
from candidates.search.paging import Order, page_of
from candidates.search.snippets import snippet, snippets_of, stems_of
from candidates.search.words import Term
from tests.factories.accounts import UserFactory
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    NoteFactory,
)
from tests.factories.documents import DocumentFactory


def found(text, user):
    search = Search(text, user)
    people, _ = page_of(search.find(Candidate.objects.visible_to(user)), Order.RELEVANCE, search)
    return [person.name for person in people]


# ------------------------------------------------------------------ what was typed


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("", ()),
        ("  \t ", ()),
        ("& | ! :* ()", ()),
        ("osei ro", ((Term(("osei",)), Term(("ro",))),)),
        ('"High Voltage" cable', ((Term(("high", "voltage"), is_phrase=True), Term(("cable",))),)),
        ("„high voltage“", ((Term(("high", "voltage"), is_phrase=True),),)),
        ('"never closed', ((Term(("never", "closed"), is_phrase=True),),)),
        ("a OR b or", ((Term(("a",)),), (Term(("b",)),))),
        ("cable -marine", ((Term(("cable",)), Term(("marine",), is_unwanted=True)),)),
        ('-"high voltage"', ((Term(("high", "voltage"), is_phrase=True, is_unwanted=True),),)),
        ("o'neil-smith", ((Term(("o", "neil", "smith")),),)),
        ("C++ .NET C#", ((Term(("cplusplus",)), Term(("dotnet",)), Term(("csharp",))),)),
    ],
)
def test_a_text_becomes_a_question(text, branches):
    assert ask(text).branches == branches


@pytest.mark.django_db
@given(text=st.text(max_size=60))
def test_no_text_breaks_the_database(text):
    """Whatever is typed is a question that PostgreSQL can read."""
    pattern = ask(text)
    with connection.cursor() as cursor:
        for prefixes in (True, False):
            for config in ("simple", "english"):
                cursor.execute(
                    "SELECT candidates_question(%s, %s)",
                    [config, pattern.pattern(prefixes=prefixes)],
                )


# ------------------------------------------------------------------ whom it finds


@pytest.fixture
def rosa(db):
    person = CandidateFactory(
        name="Rosa Osei",
        headline="Keeps the lights on",
        current_title="Senior Electrician",
        current_employer="Harbour Works",
    )
    CandidateSkillFactory(candidate=person, skill__name="High-voltage isolation")
    NoteFactory(candidate=person, text="Led the switching at the 33 kV substation in C++.")
    return person


@pytest.mark.parametrize(
    "text",
    [
        "lights",
        "electrician",
        "electri",  # the beginning of a title
        "harbour electricians",  # another form of the word
        "isolating",
        '"high voltage"',
        '"33 kV substation"',
        "switched",
        "c++",
        "osei substation",  # name and note together
        "marine or electrician",
        "electrician -marine",
        "rosa osei substation electrician isolation",
    ],
)
def test_everything_known_of_a_person_finds_them(recruiter, rosa, text):
    CandidateFactory(name="Somebody Else")

    assert found(text, recruiter) == ["Rosa Osei"]


@pytest.mark.parametrize(
    "text",
    [
        '"voltage high"',
        "electrician -substation",
        '-"high voltage" electrician',
        "osei -electrician",
        "electrician marine",
        "marine or offshore",
    ],
)
def test_what_is_not_so_finds_nobody(recruiter, rosa, text):
    assert found(text, recruiter) == []


def test_a_name_weighs_more_than_a_title_and_a_title_more_than_a_note(recruiter):
    NoteFactory(candidate=CandidateFactory(name="In a note"), text="Knows Baker.")
    CandidateFactory(name="In the title", current_title="Baker")
    CandidateFactory(name="Ana Baker")

    assert found("baker", recruiter) == ["Ana Baker", "In the title", "In a note"]


@pytest.mark.parametrize(
    ("language", "text", "asked"),
    [
        ("de", "Wartung der Turbinen", "turbine wartungen"),
        ("fr", "Il a dirigé les équipes", "diriger"),
        ("xx", "Blorfing", "blorfing"),
    ],
)
def test_words_are_cut_as_the_language_of_the_person_does(recruiter, language, text, asked):
    NoteFactory(candidate=CandidateFactory(name="Found", language=language), text=text)

    assert found(asked, recruiter) == ["Found"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('"high voltage"', ["Both ways", "In order"]),
        ('"voltage high"', ["Both ways", "Wrong order"]),
        ('"high voltage" cable', ["Both ways"]),
        ('"high voltage" or cable', ["Both ways", "Cable", "In order"]),
        ('cable -"high voltage"', ["Cable"]),
        ('"high voltage" -"voltage high"', ["In order"]),
    ],
)
def test_phrases_find_the_same_whether_looked_for_once_or_each_time(
    recruiter, monkeypatch, text, names
):
    for name, note in {
        "In order": "Knows high voltage.",
        "Wrong order": "Voltage high on his list.",
        "Both ways": "High voltage cable; voltage high.",
        "Cable": "Cable.",
    }.items():
        NoteFactory(candidate=CandidateFactory(name=name), text=note)

    assert sorted(found(text, recruiter)) == names

    monkeypatch.setattr(finding, "PHRASED", 0)  # everybody is too many

    assert sorted(found(text, recruiter)) == names


def test_a_private_note_finds_its_person_for_its_author_alone(recruiter):
    author = UserFactory()
    person = CandidateFactory(name="Rosa Osei", current_title="Electrician")
    NoteFactory(
        candidate=person,
        author=author,
        text="Considers leaving.",
        visibility=Note.Visibility.PRIVATE,
    )

    for text in ("leaving", "electrician leaving", "rosa leaving", "lea"):
        assert found(text, recruiter) == []
    for text in ("leaving", "electrician leaving", '"considers leaving"'):
        assert found(text, author) == ["Rosa Osei"]
    assert "leav" not in str(SearchText.objects.get(pk=person.pk).long)
    assert snippets_of(Search("leaving", recruiter), [person.pk], recruiter) == {}
    assert person.pk in snippets_of(Search("leaving", author), [person.pk], author)


def test_the_text_of_a_file_finds_its_person_until_it_is_removed(recruiter, rosa):
    document = DocumentFactory(
        candidate=rosa, file_name="cv.pdf", text="Wired the tidal array.", state="ready"
    )
    assert found('"tidal array" osei', recruiter) == ["Rosa Osei"]
    assert snippets_of(Search("tidal", recruiter), [rosa.pk], recruiter)[rosa.pk].label == "cv.pdf"

    Document.objects.filter(pk=document.pk).update(removed_at=timezone.now())

    assert found("tidal", recruiter) == []
    assert snippets_of(Search("tidal", recruiter), [rosa.pk], recruiter) == {}
    assert index.differing() == []


def test_who_is_archived_is_not_found(recruiter, rosa):
    Candidate.objects.filter(pk=rosa.pk).update(
        archived_at=timezone.now(), archive_reason="tax records"
    )

    assert found("electrician", recruiter) == []


@pytest.mark.parametrize("situation", ["erased", "merged"])
def test_nothing_of_who_is_gone_stays_in_the_index(recruiter, rosa, situation):
    if situation == "erased":
        Candidate.objects.filter(pk=rosa.pk).update(erased_at="2026-01-01T00:00Z")
    else:
        Candidate.objects.filter(pk=rosa.pk).update(merged_into=CandidateFactory(name="Other"))

    assert found("electrician", recruiter) == []
    assert not SearchText.objects.filter(pk=rosa.pk).exists()


# ------------------------------------------------------------------ kept right


def test_the_index_follows_every_change(recruiter, rosa):
    note = write_note(rosa, "Speaks Portuguese.", by=recruiter)
    assert found("portuguese", recruiter) == ["Rosa Osei"]
    delete_note(note, by=recruiter)
    assert found("portuguese", recruiter) == []

    skill = rosa.skills.get().skill
    skill.name = "Diving"
    skill.save()
    assert found("diver or diving", recruiter) == ["Rosa Osei"]
    rosa.skills.all().delete()
    assert found("diving", recruiter) == []

    Candidate.objects.filter(pk=rosa.pk).update(current_title="Pilot")
    assert found("pilot", recruiter) == ["Rosa Osei"]
    assert index.differing() == []


def test_one_refresh_at_the_end_says_the_same(recruiter, rosa):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL perennial.profiles = 'deferred'")
        CandidateFactory(name="Late Comer")
        assert found("comer", recruiter) == []
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert found("comer", recruiter) == ["Late Comer"]
    assert index.differing() == []


def test_what_differs_is_found_and_mended(rosa):
    SearchText.objects.filter(pk=rosa.pk).update(folded_name="somebody")

    assert index.differing() == [rosa.pk]
    assert index.mend() == 1
    assert (index.differing(), index.mend()) == ([], 0)


def test_a_stage_change_rewrites_no_word(rosa, django_assert_num_queries):
    """The place of the row in its table is the same afterwards."""
    place = "SELECT ctid FROM candidates_searchtext WHERE candidate_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(place, [rosa.pk])
        before = cursor.fetchone()
        Candidate.objects.filter(pk=rosa.pk).update(last_contact_at="2026-01-01T00:00Z", city="X")
        cursor.execute(place, [rosa.pk])
        assert cursor.fetchone() == before


# ------------------------------------------------------------------ snippets


def shown(parts):
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "stems", "expected"),
    [
        ("Led the switching at 33 kV.", ["switch"], "Led the [switching] at 33 kV."),
        ("Wöchentlich geprüft", ["gepruf"], "Wöchentlich [geprüft]"),
        ("Batteries and a battery", ["batteri"], "[Batteries] and a [battery]"),
        ("Nothing here", ["switch"], ""),
        ("", ["switch"], ""),
        ("switch", [], ""),
        ("a <script>switch</script>", ["switch"], "a <script>[switch]</script>"),
        ("kitchen", ["it"], ""),
    ],
)
def test_a_snippet_shows_the_words_in_their_place(text, stems, expected):
    assert shown(snippet(text, stems)) == expected


def test_a_snippet_is_short_however_long_the_text_is():
    parts = snippet("word " * 2000 + "switching " + "word " * 2000, ["switch"])

    assert parts[0].text == "… "
    assert parts[-1].text == " …"
    assert len(shown(parts)) < 250


@given(text=st.text(max_size=300), stem=st.text(min_size=1, max_size=8))
def test_a_snippet_adds_nothing_to_the_text(text, stem):
    parts = snippet(text, [stem.lower()])
    kept = "".join(part.text for part in parts).strip("… ").split()

    assert all(word in " ".join(text.split()) for word in kept)


@pytest.mark.django_db
def test_words_not_wanted_are_not_highlighted(recruiter):
    stems = stems_of(Search('cable -marine -"high voltage"', recruiter))

    assert sorted(set(stems)) == ["cabl", "cable"]


def test_a_hostile_note_is_text_on_the_page(staff_client, rosa):
    NoteFactory(candidate=rosa, text="<img src=x onerror=alert(1)> turbine <b>bold</b>")

    content = staff_client.get("/people", {"q": "turbine"}).content.decode()

    assert "&lt;img src=x onerror=alert(1)&gt; <mark>turbine</mark> &lt;b&gt;" in content
    assert "<img src=x" not in content


@pytest.mark.parametrize(
    ("text", "languages", "is_one"),
    [
        ("turbine", ("", "de", "fr"), True),
        ("turbine or ahoy", ("", "de", "fr"), True),
        ("turbine", ("", "de", "fr", "fi"), False),
        ("batteries", ("", "fr"), False),
        ("batteries -sea", ("", "fr"), False),
        ("ma", ("", "it"), False),  # a word that Italian leaves out
    ],
)
def test_words_that_all_who_are_here_cut_alike_are_asked_for_without_the_language(
    recruiter, text, languages, is_one
):
    for number, language in enumerate((*languages, *languages)):
        person = CandidateFactory(name=f"Person {number}", language=language)
        words = ("Turbine", "Batterie")[number % 2]
        NoteFactory(candidate=person, text=f"{words}, batteries, ma")
    search, asking = Search(text, recruiter), Q()
    for stems, configs in search.asked.stems:
        asking |= Q(search_text__config__in=configs, search_text__long__matches=stems)
    people = Candidate.objects.order_by("pk")

    assert search.asked.is_one is is_one
    assert list(people.filter(search._long)) == list(people.filter(asking)) != []


def test_nobody_is_found_among_nobody(recruiter):
    assert found("turbine", recruiter) == []


def test_each_language_that_somebody_has_is_asked_in(recruiter):
    for language in ("de", "de-AT", "en", "ar", "pt_BR"):
        CandidateFactory(language=language)
    CandidateFactory(language="fr", archived_at=timezone.now(), archive_reason="expired")

    asked = Search("turbines", recruiter).asked.stems

    assert sorted(config for _, configs in asked for config in configs) == [
        "english", "german", "portuguese", "simple",
    ]  # fmt: skip
