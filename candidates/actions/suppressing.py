"""Keeping somebody out of job emails by hand, and taking exactly that back.

The suppression memory never forgets a refusal of the person. What a colleague did a moment ago is
no refusal; it can be taken back as long as nothing about consent was said since.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import User
from candidates import suppression, timeline
from candidates.models import Activity, Candidate, ContactGate, EmailAddress, Suppression

Done = dict[str, Any]
_SCOPE, _REASON = Suppression.Scope.NURTURE, Suppression.Reason.STAFF


@transaction.atomic
def keep_out(people: Iterable[int], *, by: User) -> dict[int, Done | ValidationError]:
    """Suppress every address of many people for job emails, in some statements for all of them.

    people: keys of candidates. Returns by person what `take_back` needs, or why they are left: no
    address, or each is suppressed already. They are done in the order of their keys, so a mailbox
    that two of them share is suppressed by the first.
    """
    keys = sorted(set(people))
    ContactGate.objects.lock_mailboxes(keys)
    locked = Candidate.objects.locked_many(keys)
    theirs = EmailAddress.objects.filter(candidate__in=keys, released_at=None)
    sharing = EmailAddress.objects.filter(broad__in=theirs.values("broad"), released_at=None)
    emails = list(sharing.order_by("pk"))
    digests = {email.broad: suppression.digest(email.address) for email in emails}
    rows = {
        row.digest: row
        for row in Suppression.objects.filter(digest__in=digests.values(), scope=_SCOPE)
    }
    of_person: dict[int, list[EmailAddress]] = {}
    of_mailbox: dict[str, list[EmailAddress]] = {}
    for email in emails:
        of_person.setdefault(email.candidate_id, []).append(email)
        of_mailbox.setdefault(email.broad, []).append(email)

    found: dict[int, Done | ValidationError] = {}
    new: dict[int, list[Suppression]] = {}
    firmer: list[Suppression] = []
    freed: list[EmailAddress] = []
    for key in keys:
        own = of_person.get(key, [])
        if refusal := _refusal(locked.get(key), own):
            found[key] = refusal
            continue
        new[key], taken = [], []
        for broad in dict.fromkeys(email.broad for email in own):
            row = rows.get(digests[broad])
            if row is None:
                row = rows[digests[broad]] = Suppression(
                    digest=digests[broad],
                    scope=_SCOPE,
                    reason=_REASON,
                    key_version=suppression.newest_version(),
                )
                new[key].append(row)
            elif row.pk and row.reason == Suppression.Reason.BOUNCED:
                row.reason = _REASON
                firmer.append(row)
            for email in of_mailbox[broad]:
                if not email.suppressed:
                    email.suppressed = _SCOPE
                    taken.append(email.pk)
                    freed.append(email)
        found[key] = {"addresses": taken}

    made = Suppression.objects.bulk_create([row for some in new.values() for row in some])
    Suppression.objects.filter(pk__in=[row.pk for row in firmer]).update(reason=_REASON)
    EmailAddress.objects.filter(pk__in=[email.pk for email in freed]).update(suppressed=_SCOPE)
    audit.record_many(by, "address.suppressed", made, scope=["", _SCOPE], reason=["", _REASON])
    lines = timeline.remember_many(
        new,
        "contact.suppressed",
        "No job email goes to their addresses any more.",
        by=by,
        group=Activity.Group.CONSENT,
    )
    for line in lines:
        did = found[line.candidate_id]
        assert isinstance(did, dict)  # noqa: S101  # whoever is in `new` was done
        did["rows"] = [row.pk for row in new[line.candidate_id]]
        did["line"] = line.pk
    return found


def _refusal(candidate: Candidate | None, emails: list[EmailAddress]) -> ValidationError | None:
    if candidate is None:
        return ValidationError("This person is no longer here.", code="gone")
    if not emails:
        return ValidationError("They have no email address.", code="no_address")
    if all(email.suppressed for email in emails):
        return ValidationError("They get no job emails already.", code="already")
    return None


@transaction.atomic
def take_back(done: Mapping[int, Done], *, by: User) -> dict[int, ValidationError | None]:
    """Take back what `keep_out` did for many people, and nothing else.

    done: by person, what it returned. Returns by person why it had to stay, or None: they are gone,
    or something about their consent was said since, by whomever.
    """
    addresses = [pk for did in done.values() for pk in did["addresses"]]
    holder = dict(EmailAddress.objects.filter(pk__in=addresses).values_list("pk", "candidate_id"))
    ContactGate.objects.lock({*done, *holder.values()})
    locked = Candidate.objects.locked_many(done)
    said = dict(
        Activity.objects.filter(
            candidate__in={*done, *holder.values()},
            group=Activity.Group.CONSENT,
            pk__gt=min((did["line"] for did in done.values()), default=0),
        )
        .order_by()
        .values_list("candidate")
        .annotate(last=Max("pk"))
    )
    rows = Suppression.objects.filter(reason=_REASON).in_bulk(
        [pk for did in done.values() for pk in did["rows"]]
    )
    found: dict[int, ValidationError | None] = {}
    for key, did in done.items():
        holders = {key, *(holder[pk] for pk in did["addresses"] if pk in holder)}
        if key not in locked:
            found[key] = ValidationError("This person is no longer here.", code="gone")
        elif (
            any(said.get(one, 0) > did["line"] for one in holders) or set(did["rows"]) - rows.keys()
        ):
            found[key] = ValidationError(
                "Something about their consent was said since.", code="said_since"
            )
        else:
            found[key] = None
    back = [key for key, refusal in found.items() if refusal is None]
    forgotten = [rows[pk] for key in back for pk in done[key]["rows"]]
    audit.record_many(by, "address.suppression_taken_back", forgotten, scope=[_SCOPE, ""])
    Suppression.objects.filter(pk__in=[row.pk for row in forgotten]).delete()
    EmailAddress.objects.filter(
        pk__in=[pk for key in back for pk in done[key]["addresses"]], suppressed=_SCOPE
    ).update(suppressed="")
    timeline.remember_many(
        back,
        "contact.suppression_taken_back",
        "Took back that no job email goes to their addresses.",
        by=by,
        group=Activity.Group.CONSENT,
    )
    return found
