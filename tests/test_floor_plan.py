"""The floor plan and the house law, kept by machine (import-linter keeps the imports)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["accounts", "candidates", "applications", "engagement"]  # bottom to top
PACKAGES = [*FLOORS, "config"]


def python_files(*packages: str) -> Iterator[Path]:
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def test_foreign_keys_point_down():
    """Those given as strings, too, which no import checker sees."""
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS:
            continue
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if target is None or target._meta.app_label not in FLOORS:
                continue
            here = FLOORS.index(model._meta.app_label)
            there = FLOORS.index(target._meta.app_label)
            if there > here:
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")

    assert wrong == []


# ------------------------------------------------------------------ templates

INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"\s(on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"']", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", templates(), ids=name_of)
def test_no_template_holds_inline_script_style_or_handler(template):
    """The Content-Security-Policy would refuse them. An email is no page: it needs styles."""
    if template.parent.name in {"mail", "email"}:
        pytest.skip("an email, not a page")
    text = COMMENT.sub("", template.read_text())

    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("template", templates(), ids=name_of)
def test_every_htmx_post_sits_on_a_form_that_works_without_it(template):
    text = COMMENT.sub("", template.read_text())
    tags = re.findall(r"<(\w+)([^>]*\shx-post=[^>]*)>", text, re.DOTALL)

    wrong = [tag for tag, attributes in tags if tag != "form" or "method=" not in attributes]

    assert wrong == []


# --------------------------------------------------------------------- email


def imported_modules(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MAIL_API = ("django.core.mail", "smtplib", "anymail", "aiosmtplib")


def test_only_delivery_speaks_to_a_mail_server():
    writers = [
        name_of(file)
        for file in python_files(*PACKAGES)
        if any(
            module == api or module.startswith(f"{api}.")
            for module in imported_modules(file)
            for api in MAIL_API
        )
    ]

    allowed = [name for name in writers if name.startswith("engagement/delivery")]
    assert writers == allowed


# --------------------------------------------------------------------- writes

WRITES = {
    "save", "delete", "create", "bulk_create", "bulk_update", "update", "get_or_create",
    "update_or_create", "asave", "adelete", "acreate",
}  # fmt: skip


def view_files() -> list[Path]:
    return [
        file
        for file in python_files(*PACKAGES)
        if file.name == "views.py" or "views" in file.relative_to(ROOT).parts
    ]


def database_writes(file: Path) -> list[str]:
    """Calls of a writing method: any `.save()`, and the others on something with `.objects`."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        method, owner = node.func.attr, ast.unparse(node.func.value)
        if method in {"save", "asave"} or (method in WRITES and ".objects" in owner):
            found.append(f"line {node.lineno}: {owner}.{method}()")
    return found


@pytest.mark.parametrize("file", view_files(), ids=name_of)
def test_no_view_writes(file):
    """A view asks an action. It holds no write of its own."""
    assert database_writes(file) == []


def test_nothing_listens_to_post_save():
    listeners = [
        name_of(file)
        for file in python_files(*PACKAGES)
        if re.search(r"\b(pre|post)_(save|delete)\b|\bm2m_changed\b", file.read_text())
    ]

    assert listeners == []


@pytest.mark.parametrize("file", list(python_files(*FLOORS)), ids=name_of)
def test_actions_never_import_tasks(file):
    if "actions" not in file.relative_to(ROOT).with_suffix("").parts:
        return
    assert [module for module in imported_modules(file) if ".tasks" in module] == []


def test_no_generic_consent_flag():
    """P-01: no field answers for all purposes at once. P-41: none holds pay history."""
    banned = re.compile(r"gdpr|opted_in|opt_in|^consent$|has_consent|current_salary|salary_history")

    named = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if banned.search(field.name)
    ]

    assert named == []
