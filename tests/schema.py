"""As much of JSON Schema as the schemas in these tests use, and no more: an unknown word fails."""

import re
from collections.abc import Iterator
from typing import Any

_TYPES = {"object": dict, "array": list, "string": str, "number": (int, float), "boolean": bool}


def errors(schema: dict[str, Any], value: Any, at: str = "$") -> Iterator[str]:
    """Say what of a value its schema does not allow, and where."""
    for word, wanted in schema.items():
        if word not in {"$schema", "title"}:
            yield from _CHECKS[word](schema, wanted, value, at)


def _type(_schema: Any, wanted: str, value: Any, at: str) -> Iterator[str]:
    right = isinstance(value, _TYPES[wanted])
    if not right or (wanted == "number" and isinstance(value, bool)):
        yield f"{at} is no {wanted}"


def _required(_schema: Any, wanted: list[str], value: Any, at: str) -> Iterator[str]:
    yield from (f"{at} has no {name}" for name in wanted if name not in value)


def _properties(_schema: Any, wanted: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    for name in wanted.keys() & value.keys():
        yield from errors(wanted[name], value[name], f"{at}.{name}")


def _others(schema: dict[str, Any], wanted: bool, value: Any, at: str) -> Iterator[str]:
    unknown = [] if wanted else sorted(value.keys() - schema["properties"].keys())
    yield from (f"{at} has {name}, which nobody knows" for name in unknown)


def _any_of(_schema: Any, wanted: list[Any], value: Any, at: str) -> Iterator[str]:
    if all(list(errors(one, value, at)) for one in wanted):
        yield f"{at} is none of what it may be"


def _items(_schema: Any, wanted: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    for number, item in enumerate(value):
        yield from errors(wanted, item, f"{at}[{number}]")


def _said(test: Any) -> Any:
    def check(_schema: Any, wanted: Any, value: Any, at: str) -> Iterator[str]:
        if not test(wanted, value):
            yield f"{at} is {value!r}, not {wanted!r}"

    return check


_CHECKS = {
    "type": _type,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _others,
    "anyOf": _any_of,
    "items": _items,
    "const": _said(lambda wanted, value: wanted == value),
    "enum": _said(lambda wanted, value: value in wanted),
    "pattern": _said(lambda wanted, value: re.search(wanted, value) is not None),
    "minLength": _said(lambda wanted, value: len(value) >= wanted),
    "minItems": _said(lambda wanted, value: len(value) >= wanted),
    "minimum": _said(lambda wanted, value: value >= wanted),
}
