"""The library of texts. A version is never changed: a change is the next version."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from engagement import rendering
from engagement.models import Template, TemplateVersion

LANGUAGE = "en"


@transaction.atomic
def create_template(name: str, subject: str, text: str, *, by: User) -> Template:
    """Add a text to the library.

    Raises ValidationError: the name is taken, or the text has a mistake.
    """
    if Template.objects.filter(name__iexact=name).exists():
        raise ValidationError("Another template has this name.", code="name_taken")
    refuse_mistakes(subject, text)
    template = Template.objects.create(name=name)
    append_version(template, subject, text, by=by)
    audit.record(by, "template.created", template, version=["", "1"])
    return template


@transaction.atomic
def write_version(
    template: Template, subject: str, text: str, *, by: User, seen: int
) -> TemplateVersion:
    """Let a changed text follow. An unchanged one stays the version it is.

    seen: the number of the version the author started from.

    Raises ValidationError: it is archived, somebody was faster, or the text has a mistake.
    """
    template = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.archived_at:
        raise ValidationError("This template is archived. Bring it back first.", code="archived")
    last = newest_version(template)
    if last.number != seen:
        raise ValidationError(
            f"A colleague saved version {last.number} meanwhile. Your text is still below: compare "
            "it with theirs, then save again.",
            code="changed_meanwhile",
        )
    refuse_mistakes(subject, text)
    if (last.subject, last.text) == (subject, text):
        return last
    version = append_version(template, subject, text, by=by)
    audit.record(by, "template.changed", template, version=[str(last.number), str(version.number)])
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


def refuse_mistakes(subject: str, text: str) -> None:
    """Raise a ValidationError that names each mistake with its place."""
    found = [f"Subject: {problem}" for problem in rendering.problems(subject)]
    found += [f"Text: {problem}" for problem in rendering.problems(text)]
    if found:
        raise ValidationError([ValidationError(each, code="mistake") for each in found])


def append_version(template: Template, subject: str, text: str, *, by: User) -> TemplateVersion:
    """Append the next version. For actions that hold the lock and say the rest."""
    last = template.versions.filter(language=LANGUAGE).order_by("-number").first()
    return TemplateVersion.objects.create(
        template=template,
        number=last.number + 1 if last else 1,
        language=LANGUAGE,
        subject=subject,
        text=text,
        by=by,
    )


def newest_version(template: Template) -> TemplateVersion:
    return template.versions.order_by("-number", "pk")[0]
