"""New versions of what a message says, while its campaign runs.

A message points at the version that was there when it was planned, and its row stays the only one
of its step. An approval moves what the step says from then on, with the campaign locked as by
whatever takes people in. People who are inside keep what they came in with, unless the approver
lets it reach them: then their planned emails say it too, all but those that a worker has in hand
this moment. Whoever plans at the same moment takes the one or the other.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import Organisation, User
from engagement import audiences, next_versions, rendering, rich
from engagement.actions import approval, drafts
from engagement.models import Campaign, Message, Step, StepVersion, TemplateVersion, Worded


@transaction.atomic
def write(
    campaign: Campaign,
    position: int,
    *,
    subject: str,
    text: str,
    by: User,
    html: str = "",
    language: str = "",
    seen: str | None = None,
) -> StepVersion:
    """Save what a step is to say from the next approval on, in one language.

    The first save begins a version with what the step says now. Mistakes are saved as they are;
    approval refuses them. language: "" is the step's own. seen: the fingerprint of the text that
    was changed ("" for none); None overwrites whatever is there.

    Raises ValidationError: the campaign is not under way, the step is not there, nothing was
    changed, or somebody else changed the text meanwhile (`conflict`).
    """
    campaign, step = _locked(campaign, position)
    waiting = next_versions.of(step)
    before = waiting or step.now
    own = before.template_version.language
    language = language or own
    old = _text_in(before, language)
    if seen is not None and seen != (old.fingerprint if old else ""):
        raise ValidationError(
            "Somebody else changed this text while you wrote. Theirs is shown below; yours is "
            "still here. Save again to put yours in its place.",
            code="conflict",
        )
    if old and (old.subject, old.text, old.html) == (subject, text, rich.clean(html)):
        if waiting:
            return waiting
        raise ValidationError("Change something first.", code="nothing_changed")
    said = drafts.own_version(campaign, position, subject, text, html, by=by, language=language)
    version = waiting or _begin(step, by)
    if language == own:
        version.template_version = said
    else:
        version.translations.remove(*version.translations.filter(language=language))
        version.translations.add(said)
    version.written_by = sorted({*version.written_by, by.pk})
    if version.approver_id in version.written_by and Organisation.current().two_people_approve:
        version.approver = version.asked_by = version.asked_at = None  # they may not any more
    version.save()
    audit.record(
        by, "campaign.version_written", campaign, step=["", f"{position}, {language}"],
        version=["", str(version.number)],
    )  # fmt: skip
    return version


@transaction.atomic
def discard(campaign: Campaign, position: int, *, by: User) -> None:
    """Throw a version away that nobody approved. Nobody has got it.

    Raises ValidationError: the campaign is not under way, the step is not there, or none waits.
    """
    campaign, step = _locked(campaign, position)
    version = _waiting_or_refuse(step)
    audit.record(
        by, "campaign.version_discarded", campaign, step=["", str(position)],
        version=[str(version.number), ""],
    )  # fmt: skip
    version.delete()


@transaction.atomic
def ask_to_approve(campaign: Campaign, position: int, colleague: User, *, by: User) -> StepVersion:
    """Ask one colleague to approve; it stands on their Today page. Whoever was asked before is not
    any more.

    Raises ValidationError: the campaign is not under way, none waits, or they may not approve it.
    """
    campaign, step = _locked(campaign, position)
    version = _waiting_or_refuse(step)
    _refuse_approver(version, colleague, is_asked=True)
    before = version.approver
    version.approver, version.asked_by, version.asked_at = colleague, by, timezone.now()
    version.save(update_fields=["approver", "asked_by", "asked_at"])
    audit.record(
        by, "campaign.version_approval_asked", campaign, step=["", str(position)],
        approver=[before.email if before else "", colleague.email],
    )  # fmt: skip
    return version


@transaction.atomic
def approve(
    campaign: Campaign, position: int, *, by: User, seen: str, reaches_inside: bool = False
) -> StepVersion:
    """Let a step say it to everybody who comes in from now on.

    seen: `fingerprint` of the version as the approver saw it. reaches_inside: also to whoever is in
    the campaign and was not sent this message, whether it is planned or not.

    Raises ValidationError: no permission, they wrote a part of it and two people have to approve,
    somebody else was asked, the campaign is not under way, none waits, it changed since they
    looked, a text has a mistake, a field is empty for somebody who is to get it, or nobody is.
    """
    campaign, step = _locked(campaign, position)
    version = _waiting_or_refuse(step)
    _refuse_approver(version, by)
    if seen != next_versions.fingerprint(version):
        raise ValidationError(
            "The text changed since you looked. Read it again.", code="version_changed"
        )
    whom = next_versions.reach(campaign, step)
    if found := next_versions.problems(campaign, step, version, whom):
        raise ValidationError(found[0], code="version_problem")
    people = whom.inside if reaches_inside else []
    if not people and not whom.takes_in:
        raise ValidationError(
            "Nobody would get it: nobody comes in any more. Let it reach the people inside.",
            code="nobody",
        )
    empty = next_versions.missing(campaign, version, people) if people else 0
    if empty:
        raise ValidationError(
            f"A field of the text is empty for {empty} of the people, and has no fallback. Give it"
            " one, such as {{ candidate.call_name|there }}.",
            code="missing_merge_field",
        )
    version.approved_by, version.approved_at = by, timezone.now()
    version.reaches_inside = reaches_inside
    newest = campaign.enrolments.aggregate(newest=Max("pk"))["newest"]
    version.last_inside = newest or 0
    version.will_get = len(people)
    version.profiles_opened = audiences.opened_profiles(campaign, people)
    version.save()
    step.current = version
    step.save(update_fields=["current"])
    if reaches_inside:
        _put_in_planned_emails(campaign, step, version)
    campaign.version += 1
    campaign.save(update_fields=["version"])
    unreviewed = audiences.is_unreviewed(version.profiles_opened, version.will_get)
    audit.record(
        by,
        "campaign.version_approved",
        campaign,
        step=["", str(position)],
        version=["", str(version.number)],
        reaches_inside=["", "yes" if reaches_inside else "no"],
        will_get=["", str(version.will_get)],
        profiles_opened=["", str(version.profiles_opened)],
        reviewed=["", "no" if unreviewed else "yes"],
    )
    return version


def _locked(campaign: Campaign, position: int) -> tuple[Campaign, Step]:
    campaign = Campaign.objects.locked(campaign.pk)
    if not next_versions.is_possible(campaign):
        raise ValidationError(
            "Only a campaign that runs, or is paused, gets new versions of its texts.",
            code="not_under_way",
        )
    for step in rendering.steps_of(campaign):
        if step.position == position:
            return campaign, step
    raise ValidationError("This campaign has no such message.", code="no_such_step")


def _waiting_or_refuse(step: Step) -> StepVersion:
    version = next_versions.of(step)
    if version is None:
        raise ValidationError("No new version waits for an approval.", code="none_waits")
    return version


def _refuse_approver(version: StepVersion, by: User, *, is_asked: bool = False) -> None:
    approval.refuse(by, version.written_by, version.approver, of="version", is_asked=is_asked)


def _put_in_planned_emails(campaign: Campaign, step: Step, version: StepVersion) -> None:
    # Whoever has one in hand sends or stops it now. Waiting for them would bring nothing, and could
    # wait for each other.
    emails = next_versions.waiting_emails(campaign, step)
    ids = emails.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
    Message.objects.filter(pk__in=list(ids)).update(step_version=version)


def _begin(step: Step, by: User) -> StepVersion:
    last = step.versions.order_by("-number").first()
    version = StepVersion.objects.create(
        step=step,
        number=last.number + 1 if last else 2,
        template_version=step.now.template_version,
        by=by,
    )
    version.translations.set(step.now.translations.all())
    return version


def _text_in(worded: Worded, language: str) -> TemplateVersion | None:
    return next((said for said in worded.all_languages if said.language == language), None)
