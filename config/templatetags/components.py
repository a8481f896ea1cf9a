"""The components of the interface as template tags: builtins, no {% load %} needed.

A component that wraps content is a block tag (`panel`, `field`, `table`, `dialog`, …); a leaf is a
simple tag. The look is in `templates/components/`, whose first line lists the arguments; the
gallery at /components/ shows each of them.
"""

import zlib
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import lucide as lucide_icons
from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config.states import STATES

register = template.Library()

TONES = ("good", "warn", "bad", "info", "accent", "quiet")
AVATAR_COLOURS = 8

_TONE_ICONS = {
    "good": "circle-check",
    "warn": "triangle-alert",
    "bad": "circle-alert",
    "info": "info",
    "accent": "leaf",
    "quiet": "info",
}


@lru_cache(maxsize=512)
def _icon(name: str, css: str) -> SafeString:
    classes = f"icon {css}".strip()
    drawn = lucide_icons._render_icon(name, None, **{"class": classes, "aria-hidden": "true"})  # noqa: SLF001  # what lucide's own tags call
    return mark_safe(drawn)  # noqa: S308  # drawn from the package's own SVG files


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw a lucide icon. Always decoration: the words stand beside it or in a hidden label."""
    return _icon(str(name), str(css))


@register.filter
def tone_icon(tone: str) -> str:
    """Return the icon that goes with a tone when the caller names none."""
    return _TONE_ICONS.get(tone, "info")


@register.filter
def initials(name: object) -> str:
    """Return one or two letters for an avatar: of the first and last word that have one."""
    letters = [word.strip("'\"-.()")[:1] for word in str(name).split()]
    letters = [letter.upper() for letter in letters if letter.isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]) or "?"


@register.filter
def avatar_colour(name: object) -> int:
    """Return the same colour (1 to 8) for the same name, on every machine."""
    return zlib.crc32(str(name).encode()) % AVATAR_COLOURS + 1


@register.simple_tag
def pill(text: object, tone: str = "quiet", icon: str = "") -> SafeString:
    """Show a short state with its word and, if named, an icon; never by colour alone."""
    return render_to_string(
        "components/pill.html", {"text": text, "tone": _known(tone), "icon": icon}
    )


@register.simple_tag
def state(value: object, label: object = "") -> SafeString:
    """Show the state of a record: `{% state job.status job.get_status_display %}`."""
    tone, picture = STATES.get(str(value), ("quiet", ""))
    return pill(label or str(value).replace("_", " ").capitalize(), tone, picture)


@register.simple_tag
def now_there(zone: str) -> str:
    """Say what time it is for somebody in another zone: “15:30 there”. Empty: a zone unknown."""
    try:
        return f"{timezone.now().astimezone(ZoneInfo(zone)):%H:%M} there"
    except (ZoneInfoNotFoundError, ValueError):
        return ""


@register.simple_tag
def avatar(name: object, size: str = "") -> SafeString:
    """Draw the initials of a person; the name itself must stand beside it."""
    css = f"avatar avatar-{avatar_colour(name)}" + (f" avatar-{size}" if size else "")
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, initials(name))


@register.simple_tag
def person(name: object, href: str = "", detail: object = "", size: str = "") -> SafeString:
    """Show a person in a row: avatar, name (a link if `href`), one line of detail."""
    return render_to_string(
        "components/person.html", {"name": name, "href": href, "detail": detail, "size": size}
    )


@register.simple_tag
def progress(value: int, maximum: int, label: object, detail: object = "") -> SafeString:
    """Show a native progress bar with its numbers in words."""
    return render_to_string(
        "components/progress.html",
        {"value": value, "maximum": maximum, "label": label, "detail": detail},
    )


@register.simple_tag
def reason(kind: str, text: object, detail: object = "") -> SafeString:
    """One criterion of a match. kind: meets, missing ("does not state") or against."""
    return render_to_string(
        "components/reason.html", {"kind": kind, "text": text, "detail": detail}
    )


@register.simple_tag
def stat(value: object, label: object, tone: str = "", href: str = "") -> SafeString:
    """One number with its words, inside `<ul class="stats">`."""
    return render_to_string(
        "components/stat.html", {"value": value, "label": label, "tone": tone, "href": href}
    )


@register.simple_tag(takes_context=True)
def status_strip(
    context: Context,
    text: object,
    undo: str = "",
    undo_label: object = "Undo",
    name: str = "",
    value: object = "",
    target: str = "",
) -> SafeString:
    """Say what was just done. `undo`: address of the POST that takes it back.

    name and value: the one thing it sends. target: what htmx swaps, else the page changes.
    """
    shown = {
        "text": text, "undo": undo, "undo_label": undo_label,
        "name": name, "value": value, "target": target,
    }  # fmt: skip
    return render_to_string(
        "components/status_strip.html", {**shown, "csrf_token": context.get("csrf_token")}
    )


@register.simple_tag
def error_summary(form: BaseForm | None) -> SafeString:
    """List the errors of a form at its top, each a link to its field; takes the focus."""
    if form is None or not form.errors:
        return mark_safe("")
    fields = [
        (str(form[name].label).rstrip("?:"), form.errors[name], _control_id(form[name]))
        for name in form.fields
        if name in form.errors
    ]
    context = {"fields": fields, "general": form.non_field_errors()}
    return render_to_string("components/error_summary.html", context)


@register.simple_tag
def pagination(newer: str = "", older: str = "", note: object = "") -> SafeString:
    """Keyset paging: `newer` and `older` are query strings or addresses, empty where it ends."""
    return render_to_string(
        "components/pagination.html", {"newer": newer, "older": older, "note": note}
    )


@register.simple_block_tag
def panel(
    content: str,
    title: object = "",
    count: object = None,
    id: str = "",  # noqa: A002  # the words of HTML
    tone: str = "",
    href: str = "",
    link: object = "",
    level: int = 2,
    flush: bool = False,  # noqa: FBT001, FBT002
) -> SafeString:
    """A titled surface. `href` and `link`: one link in its header. `flush`: no inner padding."""
    return _wrap(
        "panel", content, title=title, count=count, id=id, tone=tone, href=href, link=link,
        level=level, flush=flush,
    )  # fmt: skip


@register.simple_block_tag
def page_header(
    content: str,
    title: object,
    pretitle: object = "",
    back: str = "",
    lead: object = "",
    avatar: bool = False,  # noqa: FBT001, FBT002
) -> SafeString:
    """The head of a page with its one h1. Content: its actions. `back`: address of `pretitle`."""
    return _wrap(
        "page_header",
        content.strip(),
        title=title,
        pretitle=pretitle,
        back=back,
        lead=lead,
        avatar=avatar,
    )


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: object = "", role: str = "") -> SafeString:
    """A note in the page. tone: good, warn, bad, info or quiet."""
    return render_to_string(
        "components/alert.html",
        {"text": mark_safe(content), "tone": tone, "title": title, "role": role},  # noqa: S308
    )


@register.simple_block_tag
def empty_state(
    content: str,
    title: object,
    text: object = "",
    icon: str = "sprout",
    small: bool = False,  # noqa: FBT001, FBT002
) -> SafeString:
    """What belongs here, why it is empty, and (content) the one next step."""
    return _wrap("empty_state", content.strip(), title=title, text=text, icon=icon, small=small)


@register.simple_block_tag
def field(
    content: str,
    label: object,
    id: str,  # noqa: A002
    help: object = "",  # noqa: A002
    error: object = "",
    optional: bool = False,  # noqa: FBT001, FBT002
) -> SafeString:
    """A control written by hand, with its label.

    Give the control `id`, and `aria-describedby="ID_helptext ID_error"` where help or error is set.
    Fields of a Django form get this look by themselves: `{{ form.name.as_field_group }}`.
    """
    return _wrap("field", content, label=label, id=id, help=help, error=error, optional=optional)


@register.simple_block_tag
def table(
    content: str,
    caption: object,
    cards: bool = True,  # noqa: FBT001, FBT002
) -> SafeString:
    """A table with a hidden caption. On a phone each row becomes a card: put `data-label` on td."""
    return _wrap("table", content, caption=caption, cards=cards)


@register.simple_block_tag
def dialog(content: str, id: str, title: object) -> SafeString:  # noqa: A002
    """A native dialog, opened by `<a href="/its/page" data-dialog-open="ID">`."""
    return _wrap("dialog", content, id=id, title=title)


@register.simple_block_tag
def menu(
    content: str,
    label: object = "More",
    icon: str = "ellipsis",
    css: str = "",
    show_label: bool = False,  # noqa: FBT001, FBT002
) -> SafeString:
    """A small menu of links and forms, on `<details>`: works without JavaScript."""
    return _wrap("menu", content, label=label, icon=icon, css=css, show_label=show_label)


@register.simple_block_tag
def timeline_item(
    content: str,
    icon: str = "circle-dot",
    tone: str = "",
    at: object = None,
    by: object = "",
) -> SafeString:
    """One event, inside `<ol class="timeline">`. Content: what happened, in words."""
    return _wrap("timeline_item", content, icon=icon, tone=tone, at=at, by=by)


@register.simple_block_tag
def disclosure(content: str, label: object, *, is_open: bool = False) -> SafeString:
    """Detail that opens on demand, on `<details>`. is_open: it is open from the start."""
    return _wrap("disclosure", content, label=label, is_open=is_open)


@register.simple_tag
def steps(labels: list[tuple[str, str]], current: int) -> SafeString:
    """The steps of a builder. labels: (words, address or ""); current: 1 for the first."""
    rows = [
        {"number": number, "label": label, "href": href, "state": _step_state(number, current)}
        for number, (label, href) in enumerate(labels, start=1)
    ]
    return render_to_string("components/steps.html", {"rows": rows})


@register.simple_tag
def tabs(rows: list[dict[str, Any]], label: object) -> SafeString:
    """Links that look like tabs. rows: label, href, current, and count if there is one."""
    return render_to_string("components/tabs.html", {"rows": rows, "label": label})


def _control_id(bound: BoundField) -> str:
    """Return the id that a link to this field must name; of a group, its first choice."""
    if bound.is_hidden:
        return ""
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


def _step_state(number: int, current: int) -> str:
    if number == current:
        return "current"
    return "done" if number < current else "ahead"


def _known(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"Unknown tone {tone!r}; one of {', '.join(TONES)}.")
    return tone


def _wrap(component: str, content: str, **context: Any) -> SafeString:
    # The content comes rendered and escaped out of the template that uses the component.
    return render_to_string(
        f"components/{component}.html",
        {**context, "content": mark_safe(content)},  # noqa: S308
    )
