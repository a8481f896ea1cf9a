"""Component tags: what they compute, and that every icon a template names exists."""

import re
from pathlib import Path

import lucide
import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError

from config.gallery import GalleryForm
from config.states import STATES
from config.templatetags.components import TONES, avatar_colour, initials

ROOT = Path(settings.BASE_DIR)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rosa Osei", "RO"),
        ("Wulandari", "W"),
        ("J. Halloran-O'Neil-d'Arc", "JH"),
        ("Dr Ana Maria de los Angeles Ruiz-Cortes y Pena", "DP"),
        ("李文", "李"),
        ("كريم حداد", "كح"),
        ("", "?"),
        ("---", "?"),
    ],
)
def test_initials(name, expected):
    assert initials(name) == expected


def test_avatar_colour_is_the_same_on_every_machine():
    assert [avatar_colour(name) for name in ("Rosa Osei", "Li Wen", "Wulandari")] == [1, 7, 5]


def test_name_is_escaped_everywhere():
    html = render("{% person name '/x' name %}", name="<script>alert(1)</script>")

    assert "<script>" not in html


def test_block_component_escapes_its_content_once():
    html = render("{% panel title=title %}{{ text }}{% endpanel %}", title="A & B", text="<b>&")

    assert "A &amp; B" in html
    assert "&lt;b&gt;&amp;" in html


def test_steps_are_done_current_or_ahead():
    html = render("{% steps rows 2 %}", rows=[("Audience", "/a"), ("Message", ""), ("Check", "")])

    assert re.findall(r'<li class="step-(\w+)">', html) == ["done", "current", "ahead"]
    assert re.findall(r'<a href="([^"]*)"', html) == ["/a"]
    assert html.count('aria-current="step"') == 1


def test_unknown_tone_is_a_bug():
    with pytest.raises(TemplateSyntaxError):
        render("{% pill 'x' 'purple' %}")


def test_every_state_has_a_known_tone_and_an_icon():
    for tone, icon in STATES.values():
        assert tone in TONES
        lucide._load_icon(icon)


def test_every_icon_that_a_file_names_exists():
    named = set()
    for page in (ROOT / "templates").rglob("*.html"):
        text = page.read_text()
        named |= set(re.findall(r'{% icon "([^"]+)"', text))
        for tag in re.findall(r"{% (?:empty_state|menu|timeline_item) [^%]*%}", text):
            named |= set(re.findall(r'icon="([^"]+)"', tag))
        for tag in re.findall(r'{% pill (?:"[^"]*"|[\w.|]+) "\w+" "([^"]+)"', text):
            named.add(tag)
    for room in ("config", "accounts", "candidates", "applications", "engagement"):
        for source in (ROOT / room).rglob("*.py"):
            named |= set(re.findall(r'\bicon="([a-z0-9-]+)"', source.read_text()))

    missing = []
    for name in named:
        try:
            lucide._load_icon(name)
        except lucide.IconDoesNotExist:
            missing.append(name)

    assert missing == []


def test_field_wires_help_and_error_to_the_control():
    form = GalleryForm({"email": "no", "stage": "", "often": ""})

    html = render("{{ form.email.as_field_group }}", form=form)

    assert 'aria-describedby="id_email_error"' in html
    assert 'id="id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_email">' in html


def test_error_summary_links_to_each_field_and_to_the_first_choice_of_a_group():
    html = render("{% error_summary form %}", form=GalleryForm({"stage": "screen"}))

    assert re.findall(r'href="#(\w+)"', html) == ["id_name", "id_often_0"]
    assert "The job is closed, so nobody can be added." in html


def test_error_summary_is_silent_without_errors():
    assert render("{% error_summary form %}", form=GalleryForm()) == ""


def test_hidden_field_error_is_shown_without_a_link():
    class Hidden(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput)

    html = render("{% error_summary form %}", form=Hidden({}))

    assert "Token: This field is required." in html
    assert "href" not in html


def test_progress_of_nothing_is_valid_html():
    html = render("{% progress 0 0 'Nothing to send' %}")

    assert 'value="0" max="1"' in html


def test_candidate_stylesheet_stays_light():
    assert (ROOT / "static/css/candidate.css").stat().st_size < 10_000


@pytest.mark.parametrize("sheet", ["perennial.css", "candidate.css"])
def test_stylesheets_use_logical_properties_only(sheet):
    text = (ROOT / "static/css" / sheet).read_text()
    physical = (
        r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right|top|bottom)[\w-]*|left|right|top|bottom"
        r"|(?:min-|max-)?(?:width|height))\s*:"
    )
    without_queries = re.sub(r"@media [^{]*{", "{", text)

    assert re.findall(physical, without_queries, flags=re.MULTILINE) == []
    assert re.findall(r"(?:float|text-align): (?:left|right)", text) == []


def test_no_template_holds_inline_code():
    found = []
    for page in (ROOT / "templates").rglob("*.html"):
        text = page.read_text()
        if re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text):
            found.append(page.name)

    assert found == []
