"""The library of texts. A version is never changed: a change is the next version."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from engagement import rendering, rich
from engagement.models import Template, TemplateVersion


@transaction.atomic
def create_template(
    name: str, subject: str, text: str, *, by: User, html: str = "", language: str = "en"
) -> Template:
    """Add a text to the library.

    Raises ValidationError: the name is taken, or the text has a mistake.
    """
    if Template.objects.filter(name__iexact=name).exists():
        raise ValidationError("Another template has this name.", code="name_taken")
    refuse_mistakes(subject, text, html)
    template = Template.objects.create(name=name)
    append_version(template, subject, text, by=by, html=html, language=language)
    audit.record(by, "template.created", template, version=["", "1"])
    return template


@transaction.atomic
def write_version(
    template: Template,
    subject: str,
    text: str,
    *,
    by: User,
    seen: int,
    html: str = "",
    language: str = "",
) -> TemplateVersion:
    """Let a changed text follow. An unchanged one stays the version it is.

    seen: the number of the version the author started from; 0: there was none in this language.
    language: "" is the one that the template began with.

    Raises ValidationError: it is archived, somebody was faster, or the text has a mistake.
    """
    template = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.archived_at:
        raise ValidationError("This template is archived. Bring it back first.", code="archived")
    language = language or main_language(template)
    last = version_in(template, language)
    if last and last.number != seen:
        raise ValidationError(
            f"A colleague saved version {last.number} meanwhile. Your text is still below: compare "
            "it with theirs, then save again.",
            code="changed_meanwhile",
        )
    refuse_mistakes(subject, text, html)
    if last and (last.subject, last.text, last.html) == (subject, text, rich.clean(html)):
        return last
    version = append_version(template, subject, text, by=by, html=html, language=language)
    audit.record(
        by,
        "template.changed",
        template,
        version=[str(last.number) if last else "", str(version.number)],
        language=["", language],
    )
    return version


@transaction.atomic
def archive_template(template: Template, *, by: User) -> None:
    """Take a template out of the choice. Campaigns that use it keep it. Twice does it once."""
    template = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.archived_at:
        return
    template.archived_at = timezone.now()
    template.save(update_fields=["archived_at"])
    audit.record(by, "template.archived", template)


@transaction.atomic
def restore_template(template: Template, *, by: User) -> None:
    template = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.archived_at is None:
        return
    template.archived_at = None
    template.save(update_fields=["archived_at"])
    audit.record(by, "template.restored", template)


def refuse_mistakes(subject: str, text: str, html: str = "") -> None:
    """Raise a ValidationError that names each mistake with its place."""
    version = TemplateVersion(subject=subject, text=text, html=rich.clean(html))
    found = rendering.version_problems(version)
    if found:
        raise ValidationError([ValidationError(each, code="mistake") for each in found])


def append_version(
    template: Template, subject: str, text: str, *, by: User, html: str = "", language: str = ""
) -> TemplateVersion:
    """Append the next version. For actions that hold the lock and say the rest."""
    language = language or main_language(template)
    last = version_in(template, language)
    return TemplateVersion.objects.create(
        template=template,
        number=last.number + 1 if last else 1,
        language=language,
        subject=subject,
        text=text,
        html=rich.clean(html),
        by=by,
    )


def main_language(template: Template) -> str:
    """Return the language that a template began with: of those who read none of the others."""
    first = template.versions.order_by("pk").first()
    return first.language if first else "en"


def version_in(template: Template, language: str) -> TemplateVersion | None:
    """Return what a template says now in a language."""
    return template.versions.filter(language=language).order_by("-number").first()


def newest_version(template: Template) -> TemplateVersion:
    """Return what a template says now, in the language that it began with."""
    return template.versions.filter(language=main_language(template)).order_by("-number", "pk")[0]


def newest_translations(template: Template) -> list[TemplateVersion]:
    """Return what a template says now in its other languages."""
    others = template.versions.exclude(language=main_language(template))
    return list(others.order_by("language", "-number").distinct("language"))
