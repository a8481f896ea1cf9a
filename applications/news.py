"""Who must soon hear whether there is a decision after an interview, found fast for Today.

The same people in the same order as `duties.owed` finds. That asks each application for its last
interview, again wherever it is spoken of; this asks for interviews that are long enough ago, and
leaves out those that are not the last. And it asks for the date where somebody is only where the
hours do not settle it. Among thousands of people those two were most of the work.
"""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Greatest

from applications import duties
from applications.models import Interview, Letter, Told
from applications.models.applications import ApplicationQuerySet


def owed(found: ApplicationQuerySet, at: datetime) -> ApplicationQuerySet:
    """Return what `duties.owed` returns, with `counts_late`: does the mark of its row say so?"""
    interviewed = found.annotate(
        last=F("interviews__pk"),
        last_state=F("interviews__state"),
        last_at=F("interviews__starts_at"),
        last_ends_at=F("interviews__ends_at"),
    )
    people = _waiting(interviewed, at).annotate(
        interviewed_on=duties.local_date(F("last_at")),
        today_on=duties.local_date(Value(at)),
        house_days=duties.house_days(),
        duty_code=duties.duty_code(),
    )
    soon = _passed(Greatest(F("house_days") - duties.AHEAD, 0), at) & Q(house_days__gt=0)
    over = _passed(F("house_days") + 1, at) & Q(house_days__gt=0)
    late = over & Q(duty_code="")
    for duty in duties.PACK:
        has_word, is_of = _passed(duty.reminders[0], at), Q(duty_code=duty.code)
        soon |= has_word & is_of
        late |= is_of & (_passed(duty.days + 1, at) | (over & ~has_word))
    counts_late = ExpressionWrapper(late, output_field=BooleanField())
    return people.filter(soon).annotate(counts_late=counts_late).order_by(F("last_at"), "pk")


def _waiting(found: ApplicationQuerySet, at: datetime) -> ApplicationQuerySet:
    """Return each with the one interview that took place long enough ago, where no other followed
    or is ahead and nobody was told since."""
    since = OuterRef("last_at")
    others = Interview.objects.filter(application=OuterRef("pk"))
    followed = Q(starts_at__gt=since) | Q(starts_at=since, pk__gt=OuterRef("last"))
    ahead = Q(state=Interview.State.SCHEDULED, starts_at__gte=at)
    letters = Letter.objects.filter(application=OuterRef("pk"), kind__in=duties.TELLS)
    told = Told.objects.standing().filter(application=OuterRef("pk"))
    took_place = Q(last_state=Interview.State.HELD) | Q(
        last_state=Interview.State.SCHEDULED, last_ends_at__lte=at
    )
    return found.filter(
        took_place,
        ~Exists(others.took_place(at).filter(followed)),
        ~Exists(others.filter(ahead)),
        ~Exists(letters.filter(sent_at__gte=since)),
        ~Exists(told.filter(at__gte=since)),
        Q(last_at__lte=duties.long_ago(at, by_house=True, reminder=0)),
    )


def _passed(days: Any, at: datetime) -> Q:
    """Are so many dates over since, where the person is? By the hours where these settle it."""
    for_sure = Q(last_at__lte=duties.ago(days + 2, at))
    dates = Q(last_at__lte=duties.ago(days - 2, at), interviewed_on__lte=duties.days_back(days))
    return for_sure | dates
