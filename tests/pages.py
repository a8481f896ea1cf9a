"""What a page says, without the random letters in its addresses and forms; and what it sends."""

import re

from django.forms import Form

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TOKEN = re.compile(r'(?<= value=")[\w.:-]{40,}(?=")')


def without_ids(page: str) -> str:
    """The page without its UUIDs and the tokens of its forms: any may spell a short name."""
    return TOKEN.sub("", UUID.sub("", page))


def sent_by(form: Form) -> dict[str, str]:
    """What a browser sends of a form that nobody touched, with what the form was made from."""
    values = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form[name].value())
        values[name] = "" if value is None else str(value)
        if field.show_hidden_initial:
            values[f"initial-{name}"] = values[name]
    return values
