"""Candidate pages in French and Arabic: what is said and remembered, what stays English (A-15)."""

import re
from datetime import date, timedelta
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import engines
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.test import Client
from django.utils import timezone
from django.utils.translation import ngettext
from pytest_django.asserts import assertContains

from accounts import languages
from applications.models import Application, Interview
from candidates.models import Activity, Candidate, GroundEvent
from engagement import links
from engagement.choices import Kinds, kinds_in_words
from engagement.links import Purpose
from tests.engagement.own_page.conftest import post, visitor_of, words
from tests.engagement.own_page_access.conftest import hidden
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.applications import ApplicationFactory, JobFactory, StageFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.interviews import InterviewFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
ROOT = Path(settings.BASE_DIR)
DIRECTIONS = {"fr": "ltr", "ar": "rtl"}
every_language = pytest.mark.parametrize("code", DIRECTIONS)
COOKIE = "language"
# Words that stand in nearly every English sentence and in no French one.
ENGLISH = re.compile(
    r"\b(the|you|your|we|our|and|of|is|are|was|not|until|with|this|that|for|from|by)\b",
    re.IGNORECASE,
)
FORMS = ("gettext", "gettext_lazy", "gettext_noop", "ngettext", "_")


@pytest.fixture
def ana() -> Candidate:
    OrganisationFactory(name="Larkspur")
    return CandidateFactory(
        name="Ana Osei",
        email__address="ana@mail.example",
        country="FR",
        language="fr",
        pool__wording="Gardez-moi.",
        nurture__wording="Gardez-moi.",
    )


@pytest.fixture
def application(ana: Candidate) -> Application:
    job = JobFactory(title="Technicienne", owner=UserFactory(name="Mina Aldaco", title=""))
    stage = StageFactory(job=job, candidate_state="received")
    return ApplicationFactory(candidate=ana, job=job, stage=stage, hear_by=date(2026, 12, 1))


def path_of(code: str) -> Path:
    return ROOT / f"locale/{code}/LC_MESSAGES/django.po"


def catalogue(code: str) -> Catalog:
    with path_of(code).open("rb") as file:
        return read_po(file, locale=code)


def nodes_of(node: Node) -> list[Node]:
    found = [node]
    for name in ("nodelist", "nodelist_true", "nodelist_false", "nodelist_loop", "nodelist_empty"):
        for child in getattr(node, name, None) or []:
            found += nodes_of(child)
    for _, children in getattr(node, "conditions_nodelists", []):
        for child in children:
            found += nodes_of(child)
    return found


def in_templates() -> set[str]:
    """Every sentence that the templates have translated."""
    found: set[str] = set()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        if "translate" not in text:
            continue
        for node in engines["django"].from_string(text).template.nodelist.get_nodes_by_type(Node):
            if isinstance(node, TranslateNode):
                found.add(node.filter_expression.var.literal)
            elif isinstance(node, BlockTranslateNode):
                found.add(node.render_token_list(node.singular)[0])
    return found


def in_python() -> set[str]:
    found: set[str] = set()
    for app in ("accounts", "candidates", "applications", "engagement", "config"):
        for *_, message, _, _ in extract_from_dir(
            str(ROOT / app),
            [("**.py", "python")],
            keywords={name: (1, 2) if name == "ngettext" else None for name in FORMS},
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def test_every_language_of_the_pages_has_a_catalogue():
    assert set(languages.NAMES) == set(languages.IN_ENGLISH) == {"en", *DIRECTIONS}


@every_language
def test_every_sentence_is_translated(code):
    have = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalogue(code) if m.id}

    # Nothing: a variable. What it may hold is marked where it stands.
    assert (in_templates() | in_python()) - have - {None} == set()


@every_language
def test_no_translation_is_missing_and_no_blank_was_lost(code):
    for message in catalogue(code):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        blanks = [sorted(re.findall(r"%\(\w+\)s|\{\w*\}", one)) for one in (ids[-1], said[-1])]
        assert all(said), message.id
        assert not message.fuzzy, message.id
        assert blanks[0] == blanks[1], message.id


@every_language
def test_the_compiled_catalogue_is_that_of_the_text(code):
    numbers = {"fr": (1, 2), "ar": (0, 1, 2, 3, 11, 100)}[code]  # one of each plural form
    with path_of(code).with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)

    for message in catalogue(code):
        if isinstance(message.id, tuple):
            said = tuple(compiled.ngettext(*message.id, number) for number in numbers)
            assert said == message.string
        elif message.id:
            assert compiled.gettext(message.id) == message.string


def french(visitor: Client) -> Client:
    return reading(visitor, "fr")


def reading(visitor: Client, code: str) -> Client:
    visitor.cookies[COOKIE] = code
    return visitor


def english_in(response) -> list[str]:
    """What of a page reads English: its title, its text, and what screen readers say."""
    html = response.content.decode()
    html = re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', html)
    text = re.sub(r"<[^>]*>", "\n", html)
    lines = [" ".join(line.split()) for line in [*text.split("\n"), *named]]
    return [line for line in lines if ENGLISH.search(line)]


def pages(ana: Candidate, application: Application, code: str) -> dict[str, object]:
    """Every candidate page that can be opened, in a language."""
    stranger, visitor = reading(Client(), code), reading(visitor_of(ana), code)
    interview = InterviewFactory(
        application=application,
        state=Interview.State.SCHEDULED,
        starts_at=timezone.now() + timedelta(days=2),
    )
    by_link = {
        purpose.name: reading(Client(), code).get(
            links.path(purpose, ana.public_id, interview.public_id), follow=True
        )
        for purpose in (Purpose.PREFERENCES, Purpose.STOP, Purpose.PAUSE, Purpose.STATUS)
    }
    by_link["INTERVIEW"] = reading(Client(), code).get(
        links.path(Purpose.INTERVIEW, ana.public_id, interview.public_id), follow=True
    )
    own = [
        "/s/",
        "/s/emails",
        "/s/delete",
        "/s/address",
        f"/s/withdraw/{application.public_id}",
        "/complain",
    ]
    key = application.job.public_id.hex[:12]
    public = [
        *("/s/", "/s/?over", "/s/?out", "/complain", "/again/", "/again/?asked=yes"),
        *("/careers", "/careers?q=nothing", "/careers/talent-community", "/careers/privacy"),
        *("/p/", "/s/broken", f"/careers/{key}", f"/careers/{key}/apply"),
    ]
    return {
        **by_link,
        **{f"own {path}": visitor.get(path) for path in own},
        **{path: stranger.get(path, follow=True) for path in public},
    }


@every_language
def test_no_candidate_page_in_it_holds_an_english_sentence(ana, application, code):
    found = {name: english_in(page) for name, page in pages(ana, application, code).items()}

    assert {name: lines for name, lines in found.items() if lines} == {}


@every_language
def test_each_says_in_which_language_and_direction_it_is(ana, application, code):
    said = f'<html lang="{code}" dir="{DIRECTIONS[code]}">'

    for name, page in pages(ana, application, code).items():
        assert said in page.content.decode(), name


def test_a_number_takes_the_form_that_arabic_has_for_it():
    with languages.speaking("ar"):
        said = [ngettext("{number} day", "{number} days", n).format(number=n) for n in range(1, 13)]

    assert [said[n - 1] for n in (1, 2, 3, 11)] == ["يوم واحد", "يومين", "3 أيام", "11 يومًا"]


def test_a_list_has_arabic_commas_and_no_word_between_foreign_ones_is_lost():
    only = Kinds(
        families=frozenset({"Turbine", "Data", "Electrical"}),
        places=frozenset({"Cork", "Bristol"}),
        work_modes=frozenset({"remote"}),
        levels=frozenset({4, 5}),
    )

    with languages.speaking("ar"):
        said = kinds_in_words(only)

    assert said == "Data، Electrical وTurbine؛ في Bristol أو Cork؛ عن بُعد؛ خبير أو قائد فريق"


def test_refusals_and_what_was_done_are_french_too(ana, application):
    visitor = french(visitor_of(ana))

    asked = post(visitor, "/s/copy")
    assert "Nous préparons une copie de vos données pour vous." in words(asked)
    again = post(visitor, "/s/copy")
    assertContains(again, "Vous l’avez déjà demandé", status_code=422)
    empty = french(Client()).post("/s/ask", {"address": ""})
    assert "Il y a un problème" in words(empty)
    assert english_in(empty) == []


def test_days_are_written_in_french(ana, application):
    text = words(french(visitor_of(ana)).get("/s/"))

    assert "Vous aurez de nos nouvelles d’ici le 1er décembre 2026." in text


def test_a_link_speaks_the_language_of_the_person_that_it_was_sent_to(ana):
    visitor = Client()

    page = visitor.get(links.path(Purpose.STATUS, ana.public_id), follow=True)

    assert '<html lang="fr"' in page.content.decode()
    assert visitor.cookies[COOKIE].value == "fr"
    assert '<html lang="fr"' in visitor.get("/complain").content.decode()


def test_what_somebody_chose_outweighs_the_link(ana):
    visitor = Client()
    visitor.post("/language", {"language": "en", "back": "/s/"})

    page = visitor.get(links.path(Purpose.STATUS, ana.public_id), follow=True)

    assert '<html lang="en"' in page.content.decode()


def test_a_language_is_chosen_and_remembered():
    visitor = Client()
    page = visitor.get("/careers?q=turbine").content.decode()
    assert 'value="/careers?q=turbine"' in page
    assert re.search(r'name="language" value="fr" lang="fr">Français<', page)

    response = visitor.post("/language", {"language": "fr", "back": "/careers?q=turbine"})

    assert response["Location"] == "/careers?q=turbine"
    assert '<html lang="fr"' in visitor.get("/complain").content.decode()
    cookie = visitor.cookies[COOKIE]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")


def test_on_ones_own_page_the_choice_is_kept_with_the_person(application):
    ana = application.candidate
    visitor = visitor_of(ana)

    visitor.post("/language", {"language": "en", "back": "/s/"})
    visitor.post("/language", {"language": "en", "back": "/s/"})

    ana.refresh_from_db()
    assert ana.language == "en"
    chosen = Activity.objects.filter(candidate=ana, kind="candidate.language_chosen")
    assert [one.text for one in chosen] == ["Chose to read English."]


@pytest.mark.parametrize(
    ("sent", "goes"),
    [
        ({"language": "xx", "back": "/careers"}, "/careers"),
        ({"language": "fr", "back": "https://elsewhere.example/"}, "/careers"),
        ({"language": "fr", "back": "//elsewhere.example"}, "/careers"),
        ({}, "/careers"),
    ],
)
def test_it_leads_nowhere_else_and_knows_only_our_languages(sent, goes):
    visitor = Client()

    assert visitor.post("/language", sent)["Location"] == goes
    assert (COOKIE in visitor.cookies) == (sent.get("language") == "fr")


def test_looking_at_the_address_changes_nothing(ana):
    visitor = visitor_of(ana)

    assert visitor.get("/language?language=en").status_code == 303
    ana.refresh_from_db()
    assert (ana.language, COOKIE in visitor.cookies) == ("fr", False)


def test_the_browser_asks_where_nobody_chose():
    french_one = Client(headers={"accept-language": "de, fr-CA;q=0.8, en;q=0.5"})
    other = Client(headers={"accept-language": "de"})

    page = french_one.get("/careers")
    assert '<html lang="fr"' in page.content.decode()
    assert {"Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))
    assert '<html lang="en"' in other.get("/careers").content.decode()


def test_what_they_agreed_to_is_kept_in_the_words_that_they_saw(ana):
    GroundEvent.objects.all().delete()
    visitor = french(visitor_of(ana))
    page = visitor.get("/s/")

    visitor.post("/s/keep", {"proof": hidden(page), "agree": "on"})

    event = GroundEvent.objects.filter(candidate=ana, purpose="nurture").get()
    assert event.language == "fr"
    assert event.wording.startswith("Gardez mes données pendant ")
    assert event.wording in words(page)


def test_colleagues_read_what_happened_in_english(ana, application):
    visitor = french(visitor_of(ana))

    post(visitor, f"/s/withdraw/{application.public_id}")
    visitor.get(links.path(Purpose.PREFERENCES, ana.public_id), follow=True)
    page = visitor.get("/p/")
    visitor.post("/p/", {"proof": hidden(page), "often": "monthly", "which": "any"})

    texts = Activity.objects.filter(candidate=ana).values_list("text", flat=True)
    assert not [text for text in texts if re.search(r"[éèàù’]|\bvous\b", text)]


def test_pages_of_colleagues_stay_english(client, recruiter):
    client.force_login(recruiter)
    client.cookies[COOKIE] = "fr"

    page = client.get("/people", headers={"accept-language": "fr"}).content.decode()

    assert '<html lang="en' in page
    assert "facultatif" not in page
