"""The words that letters start from. A version is never changed: a change is the next version.

Letters that were begun keep the words that were shown: a form carries them, and a letter that waits
has its own.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications import letter_templates, letter_wording
from applications.letter_templates import Key
from applications.models import LetterTemplate, LetterTemplateVersion


@transaction.atomic
def write_template(
    key: Key,
    subject: str,
    text: str,
    *,
    by: User,
    seen: int,
    warnings_accepted: bool = False,
) -> LetterTemplate:
    """Let changed words follow as the next version. Unchanged ones stay the version they are.

    seen: the number of the version that the author started from; 0: there was none.

    Raises ValidationError: somebody saved meanwhile, there is a mistake, or the check of letters
    found something.
    """
    template = _lock(key, seen)
    subject, text = subject.strip(), text.replace("\r\n", "\n").strip()
    if not subject or not text:
        raise ValidationError("The letter needs a subject and a text.", code="empty_letter")
    if wrong := letter_wording.problems(subject, text, letter_wording.fields_of(key.kind)):
        raise ValidationError([ValidationError(each, code="mistake") for each in wrong])
    found = letter_templates.found_in(key, subject, text)
    if found and not warnings_accepted:
        raise ValidationError([ValidationError(each, code="letter_warning") for each in found])
    if template.is_own and (template.subject, template.text) == (subject, text):
        return template
    return _follow(template, "letter_template.changed", subject, text, is_own=True, by=by)


@transaction.atomic
def reset_template(key: Key, *, by: User, seen: int) -> LetterTemplate:
    """Go back to what stands in without words of one's own. The versions stay, to read and reuse.

    Raises ValidationError: somebody saved meanwhile, or there are no words of one's own.
    """
    template = _lock(key, seen)
    if not template.is_own:
        raise ValidationError("These are not your own words any more.", code="not_own")
    return _follow(template, "letter_template.reset", "", "", is_own=False, by=by)


def _lock(key: Key, seen: int) -> LetterTemplate:
    """Return the row, locked; one without words if nobody wrote any. It stays only if they do."""
    which = {"kind": key.kind, "reason": key.reason, "language": key.language}
    none_yet = LetterTemplate(**which, number=0, is_own=False)
    LetterTemplate.objects.bulk_create([none_yet], ignore_conflicts=True)
    template = LetterTemplate.objects.select_for_update(of=("self",)).get(**which)
    if template.number != seen:
        raise ValidationError(
            f"A colleague saved version {template.number} meanwhile.", code="conflict"
        )
    return template


def _follow(
    template: LetterTemplate, verb: str, subject: str, text: str, *, is_own: bool, by: User
) -> LetterTemplate:
    before = template.number
    template.subject, template.text, template.is_own = subject, text, is_own
    template.number, template.by, template.changed_at = before + 1, by, timezone.now()
    template.save()
    LetterTemplateVersion.objects.create(
        template=template,
        number=template.number,
        is_own=is_own,
        subject=subject,
        text=text,
        by=by,
        at=template.changed_at,
    )
    audit.record(by, verb, template, version=[str(before) if before else "", str(before + 1)])
    return template
