"""Who would get a campaign and who would not, and when. Thinks; changes nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from candidates.models import Candidate, Preference
from candidates.working_days import Place
from engagement import arbiter, schedule
from engagement.audiences import people_considered
from engagement.models import Campaign

__all__ = ["LIVES_DAYS", "Plan", "cap_frees_at", "dry_run", "due_of_next_step", "people_considered"]

# A message that could not go by then says something old.
LIVES_DAYS = 7


@dataclass(frozen=True)
class Plan:
    """The dry run of a campaign: everybody who was considered, with the arbiter's answer."""

    campaign: Campaign
    at: datetime
    decisions: list[tuple[int, arbiter.Decision]]

    @cached_property
    def will_get_ids(self) -> list[int]:
        return [candidate for candidate, decision in self.decisions if decision.allowed]

    @cached_property
    def will_get_set(self) -> frozenset[int]:
        return frozenset(self.will_get_ids)

    @property
    def considered(self) -> int:
        return len(self.decisions)

    @property
    def will_get(self) -> int:
        return len(self.will_get_ids)

    @property
    def will_not(self) -> int:
        return self.considered - self.will_get

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many are kept back for each reason, the first one of each person; most first."""
        return dict(Counter(d.reason for _, d in self.decisions if not d.allowed).most_common())

    @cached_property
    def missing_ids(self) -> list[int]:
        """People who would get it, were it not for an empty field of the text (U-06)."""
        only = ("missing_merge_field",)
        return [candidate for candidate, decision in self.decisions if decision.reasons == only]

    @cached_property
    def sha256(self) -> str:
        """What an approval is for: these people, texts, sender. Another hash voids it."""
        steps = self.campaign.steps.order_by("position")
        said = steps.values_list("wait_days", "template_version_id", "condition")
        translated = steps.exclude(translations=None).order_by("position", "translations")
        what = {
            "people": self.will_get_ids,
            "steps": [list(step) for step in said],
            "translations": list(translated.values_list("position", "translations")),
            "sender": self.campaign.sender_id,
            "job": self.campaign.job_id,
            "rule": [
                self.campaign.kind,
                self.campaign.source_job_id,
                self.campaign.pool_id,
                self.campaign.takes_in_later,
                self.campaign.only_new,
                self.campaign.most_a_day,
                str(self.campaign.takes_in_until),
                self.campaign.leaves_with_rule,
                self.campaign.cap_days,
                self.campaign.cap_quarter,
                self.campaign.daily_ceiling,
            ],
        }
        return hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def decision_of(self, candidate_id: int) -> arbiter.Decision | None:
        return self._by_candidate.get(candidate_id)

    def people(self, reason: str | None = None) -> QuerySet[Candidate]:
        """Return those who get it or, with a reason, those whom that reason keeps back first."""
        if reason is None:
            return Candidate.objects.live().filter(pk__in=self.will_get_ids)
        ids = [candidate for candidate, decision in self.decisions if decision.reason == reason]
        return Candidate.objects.live().filter(pk__in=ids)

    def kept_back(self) -> QuerySet[Candidate]:
        """Return everybody who does not get it."""
        return Candidate.objects.live().filter(
            pk__in=[candidate for candidate, decision in self.decisions if not decision.allowed]
        )

    def with_reasons(
        self, people: Iterable[Candidate]
    ) -> Iterator[tuple[Candidate, arbiter.Decision]]:
        """Pair people with their decisions: for a page of a list."""
        for candidate in people:
            yield candidate, self._by_candidate[candidate.pk]

    @cached_property
    def _by_candidate(self) -> dict[int, arbiter.Decision]:
        return dict(self.decisions)


def dry_run(campaign: Campaign, at: datetime) -> Plan:
    """Ask the arbiter about everybody the campaign considers. Changes nothing: safe in a GET."""
    decisions = arbiter.decide_many(campaign, people_considered(campaign), at)
    if campaign.only_new:
        decisions = [
            (candidate, arbiter.Decision(("before_rule", *decision.reasons)))
            for candidate, decision in decisions
        ]
    return Plan(campaign, at, decisions)


def cap_frees_at(
    job_emails_at: Iterable[datetime], frequency: str, at: datetime, campaign: Campaign
) -> datetime:
    """Return the first moment from `at` on at which the caps allow one more job email."""
    sent = sorted(job_emails_at, reverse=True)
    windows = [(campaign.cap_days, 1), (arbiter.CAP_WINDOWS["quarter"][0], campaign.cap_quarter)]
    if frequency == Preference.Frequency.MONTHLY:
        windows.append(arbiter.CAP_WINDOWS["month"])
    frees = [sent[most - 1] + timedelta(days=days) for days, most in windows if len(sent) >= most]
    return max([at, *frees])


def due_of_next_step(
    last_at: datetime, wait_days: int, zone: ZoneInfo, frees_at: datetime, place: Place
) -> datetime:
    """Return when the next step goes: working days later, inside the caps and the window.

    place: where the person is, whose public holidays count as no working days.
    """
    waited = schedule.add_working_days(last_at, wait_days, zone, place)
    return schedule.next_send_time(max(waited, frees_at), zone, place)
