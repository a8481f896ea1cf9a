"""What the frame of every candidate page needs."""

from django import template

from accounts import languages

register = template.Library()


@register.simple_tag
def page_languages() -> list[tuple[str, str]]:
    """Return the languages that a candidate page can be read in, but the one it is in."""
    return [one for one in languages.NAMES.items() if one[0] != languages.current()]
