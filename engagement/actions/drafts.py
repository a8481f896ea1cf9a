"""A campaign while it is a draft: what it says, and in whose name.

Whom it is for is in `audience`, its approval in `lifecycle`.

Each step of the builder saves by one of these, so going back loses nothing.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission, may
from engagement import rich
from engagement.actions import comparisons, templates
from engagement.models import Audience, Campaign, Step, Template, TemplateVersion

MOST_WAIT_DAYS = 60


@transaction.atomic
def write_step(
    campaign: Campaign,
    position: int,
    *,
    subject: str,
    text: str,
    wait_days: int,
    by: User,
    html: str = "",
    condition: str = "",
    seen: str | None = None,
) -> Step:
    """Save what one step says. A changed text becomes this campaign's own.

    seen: the fingerprint of the step that was changed ("" for none); None overwrites whatever is
    there. Mistakes are saved as they are, so that nothing is lost; approval refuses them.

    Raises ValidationError: it is no draft any more, a step before it is missing, or somebody else
    changed the text meanwhile (`conflict`).
    """
    campaign = draft_to_edit(campaign)
    step = _step_at(campaign, position)
    version = step.template_version if step else None
    if seen is not None and seen != (step.fingerprint if step else ""):
        raise ValidationError(
            "Somebody else changed this message while you wrote. Theirs is shown below; yours is "
            "still here. Save again to put yours in its place.",
            code="conflict",
        )
    said = (subject, text, rich.clean(html))
    if version is None or (version.subject, version.text, version.html) != said:
        version = own_version(campaign, position, subject, text, html, by=by)
    is_first = position == 1
    step = _put_step(
        campaign, position, version, 0 if is_first else wait_days, "" if is_first else condition
    )
    saved(campaign, by, f"step {position}")
    return step


@transaction.atomic
def use_template(campaign: Campaign, position: int, template: Template, *, by: User) -> Step:
    """Let a step say what a template of the library says now.

    Raises ValidationError: it is no draft any more, or the template is archived.
    """
    campaign = draft_to_edit(campaign)
    if template.archived_at:
        raise ValidationError("This template is archived.", code="archived")
    old = _step_at(campaign, position)
    wait = old.wait_days if old else (0 if position == 1 else 5)
    condition = old.condition if old else ""
    step = _put_step(campaign, position, templates.newest_version(template), wait, condition)
    step.translations.set(templates.newest_translations(template))
    saved(campaign, by, f"step {position}")
    return step


@transaction.atomic
def write_translation(
    campaign: Campaign,
    position: int,
    language: str,
    *,
    subject: str,
    text: str,
    by: User,
    html: str = "",
    seen: str | None = None,
) -> Step:
    """Save what a step says to those who read another language.

    seen: the fingerprint of the version that was changed ("" for none).

    Raises ValidationError: it is no draft any more, the step is not there, this is its own
    language, or somebody else changed it meanwhile (`conflict`).
    """
    campaign = draft_to_edit(campaign)
    step = _step_at(campaign, position)
    if step is None:
        raise ValidationError("Write the message itself first.", code="no_such_step")
    if language == step.template_version.language:
        raise ValidationError("The message itself is in this language.", code="own_language")
    old = step.translations.filter(language=language).first()
    if seen is not None and seen != (old.fingerprint if old else ""):
        raise ValidationError(
            "Somebody else changed this text while you wrote. Theirs is shown below; yours is "
            "still here. Save again to put yours in its place.",
            code="conflict",
        )
    if old is None or (old.subject, old.text, old.html) != (subject, text, rich.clean(html)):
        version = own_version(campaign, position, subject, text, html, by=by, language=language)
        step.translations.remove(*step.translations.filter(language=language))
        step.translations.add(version)
    saved(campaign, by, f"step {position}, {language}")
    return step


@transaction.atomic
def remove_translation(campaign: Campaign, position: int, language: str, *, by: User) -> None:
    """Let those who read this language get the message itself. What is not there stays so.

    Raises ValidationError: it is no draft any more, or the step is not there.
    """
    campaign = draft_to_edit(campaign)
    step = _step_at(campaign, position)
    if step is None:
        raise ValidationError("Write the message itself first.", code="no_such_step")
    step.translations.remove(*step.translations.filter(language=language))
    saved(campaign, by, f"step {position}, {language}")


@transaction.atomic
def remove_step(campaign: Campaign, position: int, *, by: User) -> Campaign:
    """Take one step out; those behind it move up.

    Raises ValidationError: it is no draft any more.
    """
    campaign = draft_to_edit(campaign)
    campaign.steps.filter(position=position).delete()
    for number, step in enumerate(campaign.steps.order_by("position"), start=1):
        step.position = number
        step.wait_days = 0 if number == 1 else step.wait_days
        step.condition = "" if number == 1 else step.condition
        step.save(update_fields=["position", "wait_days", "condition"])
    return saved(campaign, by, f"step {position}")


@transaction.atomic
def set_sender(
    campaign: Campaign,
    sender: User,
    *,
    by: User,
    seen: UUID | None = None,
    cap_days: int | None = None,
    cap_quarter: int | None = None,
    daily_ceiling: int | None = None,
) -> Campaign:
    """Choose in whose name it goes, where answers reach them, and at what pace.

    seen: the sender that the form showed; None overwrites whoever is there. cap_days, cap_quarter:
    None leaves them as they are. daily_ceiling: None is the organisation's own.

    Raises ValidationError: it is no draft any more, they may not send campaigns, or somebody else
    chose another one meanwhile (`conflict`).
    """
    campaign = draft_to_edit(campaign)
    if seen is not None and seen not in {campaign.sender.public_id, sender.public_id}:
        raise ValidationError(
            f"Somebody else chose {campaign.sender.name} meanwhile. Save again to put your choice"
            " in its place.",
            code="conflict",
        )
    if not may(sender, Permission.EDIT_CAMPAIGNS):
        raise ValidationError("They may not send campaigns.", code="sender_gone")
    campaign.sender = sender
    campaign.cap_days = cap_days or campaign.cap_days
    campaign.cap_quarter = cap_quarter or campaign.cap_quarter
    campaign.daily_ceiling = daily_ceiling
    return saved(campaign, by, "sender")


@transaction.atomic
def discard(campaign: Campaign, *, by: User) -> None:
    """Throw a draft away. Nothing was sent.

    Raises ValidationError: it is no draft any more.
    """
    campaign = locked_draft(campaign)
    audit.record(by, "campaign.discarded", campaign)
    campaign.steps.all().delete()
    TemplateVersion.objects.filter(template__campaign=campaign).delete()
    campaign.delete()


def draft_to_edit(campaign: Campaign) -> Campaign:
    """Lock a draft that is about to be changed, and keep what its list is compared with.

    Raises ValidationError: it is no draft any more.
    """
    campaign = locked_draft(campaign)
    comparisons.keep_before_edit(campaign)
    return campaign


def locked_draft(campaign: Campaign) -> Campaign:
    campaign = Campaign.objects.locked(campaign.pk)
    if campaign.state != Campaign.State.DRAFT:
        raise ValidationError(
            "This campaign was approved already: it is no draft any more.", code="not_draft"
        )
    Audience.objects.get_or_create(campaign=campaign)
    return campaign


def _step_at(campaign: Campaign, position: int) -> Step | None:
    if not 1 <= position <= Step.MOST or position > campaign.steps.count() + 1:
        raise ValidationError("Write the step before it first.", code="no_such_step")
    return campaign.steps.select_related("template_version").filter(position=position).first()


def _put_step(
    campaign: Campaign, position: int, version: TemplateVersion, wait_days: int, condition: str
) -> Step:
    values: dict[str, Any] = {
        "template_version": version,
        "wait_days": wait_days,
        "condition": condition,
    }
    step, _ = Step.objects.update_or_create(campaign=campaign, position=position, defaults=values)
    return step


def own_version(
    campaign: Campaign,
    position: int,
    subject: str,
    text: str,
    html: str,
    *,
    by: User,
    language: str = "",
) -> TemplateVersion:
    """Append a version to the text that belongs to this step of this campaign alone."""
    template, _ = Template.objects.get_or_create(
        name=f"{campaign.public_id} {position}", defaults={"campaign": campaign}
    )
    return templates.append_version(template, subject, text, by=by, html=html, language=language)


def saved(campaign: Campaign, by: User, what: str) -> Campaign:
    campaign.version += 1
    campaign.written_by = sorted({*campaign.written_by, by.pk})
    campaign.save()
    audit.record(by, "campaign.draft_changed", campaign, changed=["", what])
    return campaign
