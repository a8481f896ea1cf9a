"""What stays of the messages of somebody who is erased: counts without a person."""

from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from candidates.erasing import Obstacle
from candidates.models import Candidate, EmailAddress
from engagement.due import OPEN_STATES
from engagement.measures import nurture, opt_down, reapplied, rediscovery, silver_yield
from engagement.models import (
    Enrolment,
    ErasedCase,
    ErasedChoice,
    ErasedEnrolment,
    ErasedMessage,
    Message,
    Reply,
    Survey,
)

_REASON = "erased"  # a code of the arbiter


def letters_of_open_applications(path: str = "") -> Q:
    """Return which messages are letters about an application that is not decided yet.

    path: from the rows that are asked about to the message, such as "message__".
    """
    letter = {f"{path}letter__isnull": False, f"{path}letter__application__closed_at": None}
    return Q(**letter)


def on_its_way(candidate: Candidate) -> Obstacle | None:
    """An email that may be leaving this very second: what became of it is known in a moment."""
    armed = Message.objects.filter(
        candidate=candidate, state=Message.State.ARMED, lease_until__gt=timezone.now()
    )
    if not armed.exists():
        return None
    return Obstacle(
        "on_its_way", "An email to them is leaving at this moment. Try again in a minute."
    )


def keep_messages(people: list[int], *, but_letters_stay: bool = False) -> int:
    """Write what stays of the messages to these people. What had not left counts as withheld.

    but_letters_stay: the letters about open applications are still there, and count as they are.
    """
    messages = Message.objects.filter(candidate__in=people)
    if but_letters_stay:
        staying = messages.filter(letters_of_open_applications()).values("pk")
        messages = messages.exclude(pk__in=staying)
    measured = _measured(people)
    kept = [
        ErasedMessage(
            campaign_id=message.campaign_id,
            purpose=message.purpose,
            state=Message.State.WITHHELD if message.state in OPEN_STATES else message.state,
            reason=_REASON if message.state in OPEN_STATES else message.reason,
            month=timezone.localdate(message.created_at).replace(day=1),
            **measured.get(message.pk, {}),
        )
        for message in messages
    ]
    ErasedMessage.objects.bulk_create(kept)
    return len(kept)


def keep_choices(people: list[int]) -> int:
    """Write what stays of their choices to get fewer job emails (M-18)."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, [people])
        kept = [
            ErasedChoice(
                month=timezone.localdate(at).replace(day=1),
                is_stop=stop, is_pause=pause, is_rarer=rarer, is_narrower=narrower,
            )
            for at, stop, pause, rarer, narrower in cursor.fetchall()
        ]  # fmt: skip
    ErasedChoice.objects.bulk_create(kept)
    return len(kept)


def keep_cases(people: list[int]) -> int:
    """Write what the measures of hires, of returns and of silver medalists said of them."""
    kept = []
    with connection.cursor() as cursor:
        for kind, statement in _CASES.items():
            cursor.execute(statement, {"people": people})
            kept += [
                ErasedCase(
                    kind=kind, month=month, is_set_aside=aside, is_met=met, is_met_narrowly=narrowly
                )
                for month, aside, met, narrowly in cursor.fetchall()
            ]
    ErasedCase.objects.bulk_create(kept)
    return len(kept)


_CHOICES = f"""
SELECT v.ripe_at, v.is_stop, v.is_pause, v.is_rarer, v.is_narrower
  FROM {opt_down.VIEW} v
  JOIN candidates_preferencechange c ON c.id = v.change_id
 WHERE c.candidate_id = ANY(%s)
"""  # noqa: S608  # names of our own views
_MONTH = """date_trunc('month', {} AT TIME ZONE coalesce(
       (SELECT time_zone FROM accounts_organisation WHERE id = 1), 'UTC'))::date"""
_CASES = {
    ErasedCase.Kind.HIRE: f"""
SELECT {_MONTH.format("v.ripe_at")}, false, v.is_ours, v.is_silver
  FROM {rediscovery.VIEW} v
  JOIN applications_application a ON a.id = v.application_id
 WHERE a.candidate_id = ANY(%(people)s)
""",  # noqa: S608  # names of our own views
    ErasedCase.Kind.RETURN: f"""
SELECT {_MONTH.format("began_at")}, NOT is_met AND ripe_at > now(), is_met, is_met_by_email
  FROM {reapplied.VIEW} WHERE candidate_id = ANY(%(people)s)
""",  # noqa: S608
    ErasedCase.Kind.SILVER: f"""
SELECT {_MONTH.format("began_at")}, NOT is_met AND ripe_at > now(), is_met, NULL
  FROM {silver_yield.VIEW} WHERE candidate_id = ANY(%(people)s)
""",  # noqa: S608
}
_MESSAGES = f"""
SELECT message_id, ripe_at - interval '{nurture.DAYS} days', interested, replied, applied, stopped
  FROM {nurture.VIEW}
 WHERE candidate_id = %s
"""  # noqa: S608  # names of our own views


def _measured(people: list[int]) -> dict[int, dict[str, Any]]:
    """Return, by message, what came of the job emails to these people (M-17).

    One person at a time: the view then reads by the indexes, not every message there is.
    """
    found = {}
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute(_MESSAGES, [person])
            for key, handed_at, interested, replied, applied, stopped in cursor.fetchall():
                found[key] = {
                    "handed_month": timezone.localdate(handed_at).replace(day=1),
                    "interested": interested,
                    "replied": replied,
                    "applied": applied,
                    "stopped": stopped,
                }
    return found


def forget_unclaimed(people: list[int]) -> int:
    """Delete what came from their addresses and nobody has said yet to be theirs, with its files.

    Returns how many emails.
    """
    addresses = EmailAddress.objects.filter(candidate__in=people).values("address")
    unclaimed = Reply.objects.filter(candidate=None, address__in=addresses)
    return unclaimed.delete()[1].get("engagement.Reply", 0)


def keep_enrolments(people: list[int]) -> int:
    """Write what stays of their part in campaigns. What was active has ended."""
    active = Enrolment.State.ACTIVE
    kept = [
        ErasedEnrolment(
            campaign_id=enrolment.campaign_id,
            state=Enrolment.State.ENDED if enrolment.state == active else enrolment.state,
            end_reason=_REASON if enrolment.state == active else enrolment.end_reason,
        )
        for enrolment in Enrolment.objects.filter(candidate__in=people)
    ]
    ErasedEnrolment.objects.bulk_create(kept)
    return len(kept)


def forget_surveys(people: list[int]) -> int:
    """Keep what they answered as numbers of nobody: no words, no link, the day instead of the hour.

    What was never sent goes. Returns how many rows were theirs.
    """
    theirs = Survey.objects.filter(candidate__in=people)
    never_sent, _ = theirs.filter(sent_at=None).delete()
    sent = list(theirs)
    for survey in sent:
        survey.candidate = survey.application = None
        survey.public_id, survey.text = uuid4(), ""
        for moment in ("planned_at", "sent_at", "answered_at"):
            at = getattr(survey, moment)
            setattr(survey, moment, at and at.replace(hour=0, minute=0, second=0, microsecond=0))
    columns = ["candidate", "application", "public_id", "text"]
    Survey.objects.bulk_update(sent, [*columns, "planned_at", "sent_at", "answered_at"])
    return never_sent + len(sent)
