"""Celery entry points: hints, not decisions. The database is the queue.

Beat calls them every few seconds. Each may run at any time, any number of times, at once with
itself; none at all only delays. Actions nudge `deliver` on commit through the views.
"""

from datetime import timedelta

from celery import shared_task
from django.db import connection
from django.utils import timezone

from accounts.http import hint
from applications.reports import count_house
from engagement import delivery
from engagement.actions import (
    access,
    brakes,
    complaints,
    enrolments,
    extensions,
    incoming,
    intake,
    joining,
    lifecycle,
    lost_address,
    messages,
    opening_rules,
    own_address,
    polling,
    reports,
    sending_domain,
    surveys,
)
from engagement.delivery import limits, trials
from engagement.measures import NURTURE, OVERSIGHT, SURVEY
from engagement.models import Message

BATCH = 200  # one lease


@shared_task(ignore_result=True)
def deliver() -> int:
    """Deliver what is due, a batch at a time, until nothing is or enough has left for now.

    Returns messages handed over.
    """
    handed = 0
    with delivery.Lanes() as lanes:
        while room := limits.take_for_server(BATCH, timezone.now()):
            batch = Message.objects.claim(room, now=timezone.now())
            if len(batch) < room:
                limits.take_for_server(len(batch) - room, timezone.now())
            if not batch:
                break
            handed += delivery.deliver(batch, lanes)
    return handed


@shared_task(ignore_result=True)
def plan() -> None:
    """Start, check, advance and finish campaigns; look whether all of them must stop."""
    if _my_turn("guard", timedelta(seconds=10)):
        brakes.guard(timezone.now())
    if _my_turn("plan", timedelta(seconds=1)):
        lifecycle.tick()


@shared_task(ignore_result=True)
def send_trials() -> int:
    """Send the tests that colleagues asked for."""
    return trials.send_trials()


@shared_task(ignore_result=True)
def fire_rules() -> None:
    """Leave drafts for the jobs that opened, where a standing rule says so."""
    if _my_turn("fire_rules", timedelta(seconds=30)):
        opening_rules.fire(timezone.now())


@shared_task(ignore_result=True)
def take_in() -> None:
    """Let people who match by now into the campaigns that stay switched on."""
    if _my_turn("take_in", timedelta(minutes=5)) and intake.look(timezone.now()):
        hint(deliver)


@shared_task(ignore_result=True)
def reap() -> None:
    """Take back what lost workers left."""
    if _my_turn("reap", timedelta(seconds=5)):
        delivery.reap()


@shared_task(ignore_result=True)
def carry_stops() -> int:
    return enrolments.carry_stops()


@shared_task(ignore_result=True)
def carry_reports() -> int:
    """Do what providers' reports ask for: stop, suppress, settle."""
    return reports.carry_reports()


@shared_task(ignore_result=True)
def forget_reports() -> int:
    return reports.forget_reports(timezone.now())


@shared_task(ignore_result=True)
def read_incoming() -> int:
    """Read the messages that came in, and do what follows from them."""
    return incoming.read_incoming()


@shared_task(ignore_result=True)
def read_mailbox() -> int:
    """Ask the mailbox for what is new, one worker at a time. Returns messages kept."""
    if not _my_turn("mailbox", timedelta(seconds=20)):
        return 0
    kept = polling.read_mailbox(timezone.now())
    if kept:
        hint(read_incoming)
    return kept


@shared_task(ignore_result=True)
def forget_incoming() -> int:
    return incoming.forget_incoming(timezone.now())


@shared_task(ignore_result=True)
def send_codes() -> int:
    """Leave the emails with codes that people asked for, and see them off: somebody waits."""
    left = access.send_codes()
    if left:
        hint(deliver)
    return left


@shared_task(ignore_result=True)
def forget_codes() -> int:
    """Delete codes and visits of the day before. A late run does no harm."""
    return access.forget(timezone.now())


@shared_task(ignore_result=True)
def acknowledge_complaints() -> int:
    """Tell those who complained that we have it, and see the emails off."""
    acknowledged = complaints.acknowledge(timezone.now())
    if acknowledged:
        hint(deliver)
    return acknowledged


@shared_task(ignore_result=True)
def settle_addresses() -> int:
    """Delete former addresses whose change cannot be taken back any more, and old claims."""
    now = timezone.now()
    return own_address.settle(now) + lost_address.forget(now)


@shared_task(ignore_result=True)
def look_up_claims() -> int:
    """Find out about whom it is where somebody cannot read their mailbox any more."""
    return lost_address.look_up(timezone.now())


@shared_task(ignore_result=True)
def carry_letters() -> int:
    return messages.carry_letters()


@shared_task(ignore_result=True)
def ask_to_extend() -> int:
    """Ask people, a month and a week before it ends, whether we may keep them longer."""
    return extensions.plan(timezone.now())


@shared_task(ignore_result=True)
def check_sending_domain() -> bool:
    """Look again what the DNS says of our domain, where somebody began to. Returns whether."""
    return sending_domain.check_again()


@shared_task(ignore_result=True)
def plan_surveys() -> int:
    """Plan to ask people whose decision letter left some days ago how it was to apply."""
    return surveys.plan(timezone.now())


@shared_task(ignore_result=True)
def carry_opt_ins() -> int:
    return joining.carry_opt_ins()


@shared_task(ignore_result=True)
def forget_unproved() -> int:
    return joining.forget_unproved(timezone.now())


def _my_turn(name: str, every: timedelta) -> bool:
    """Say whether this tick runs: of two beats one wins, by a conditional UPDATE."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO engagement_clockwork (name, ran_at) VALUES (%(name)s, %(now)s)"
            " ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at"
            " WHERE engagement_clockwork.ran_at <= %(before)s RETURNING 1",
            {"name": name, "now": now, "before": now - every},
        )
        return cursor.fetchone() is not None


@shared_task
def count_measures() -> int:
    """Count the measures of this floor for the pages that show them. Returns how many."""
    return count_house((*SURVEY, *NURTURE, *OVERSIGHT), timezone.now())
