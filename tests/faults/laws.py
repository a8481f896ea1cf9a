"""The laws of sending, read off the tables and off what reached the mail server.

Plain questions that share no code with the arbiter or with delivery. `look` is asked after each
thing that happens, so that what was armed meanwhile is judged by what held then.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from candidates.models import Candidate, GroundEvent
from engagement.models import Enrolment, Message

WEEK = timedelta(days=7)
GIVING = {"granted", "renewed", "restored"}
DECIDING = {*GIVING, "withdrawn", "objected", "expired"}
WENT = {"armed", "handed", "uncertain", "delivered"}
ENDS = {"handed", "delivered", "bounced", "complained", "withheld", "expired", "failed",
        "uncertain"}  # fmt: skip
FIELDS = ("pk", "public_id", "dedupe_key", "purpose", "state", "reason", "armed_at", "address",
          "candidate_id", "enrolment_id", "campaign__state", "campaign_id", "step__position",
          "job__status", "text", "step_version__number")  # fmt: skip

Row = dict[str, Any]


class Laws:
    """What was seen so far, and what may never happen after it."""

    def __init__(self, seen: Counter[str]) -> None:
        self.seen = seen
        self.rows: dict[str, Row] = {}  # the last that was seen of each message, by its name
        self.armed: set[tuple[int, datetime]] = set()
        self.again: Counter[str] = Counter()  # how often a person said "send it again"
        self.said_arrived: set[str] = set()
        self.gone: dict[str, int] = {}  # how often it had arrived when its row went
        self.ended: dict[int, set[tuple[int, datetime]]] = {}  # what had been armed by then

    def stopped(self, person: Candidate, *, but_merged: bool = False) -> None:
        """Say that a stop of this person has just been committed: it ends what they are in.

        but_merged: not what ended because another record has it; that may be another person yet.
        """
        of_theirs = Enrolment.objects.filter(candidate=person)
        if but_merged:
            of_theirs = of_theirs.exclude(end_reason="merged")
        for pk in of_theirs.values_list("pk", flat=True):
            armed = Message.objects.filter(enrolment=pk, armed_at__isnull=False)
            self.ended.setdefault(pk, set(armed.values_list("pk", "armed_at")))

    def look(self) -> None:
        """Raise AssertionError where a law was broken since the last look."""
        rows = {str(row["public_id"]): row for row in Message.objects.values(*FIELDS)}
        for name in self.rows.keys() - rows.keys() - self.gone.keys():
            self.gone[name] = self.seen[name]
        self.rows |= rows
        news = [
            row
            for row in rows.values()
            if row["armed_at"] and (row["pk"], row["armed_at"]) not in self.armed
        ]
        for row in news:
            if row["purpose"] == "nurture":
                self._might_go(row, list(rows.values()))
            self.armed.add((row["pk"], row["armed_at"]))
        for name, row in rows.items():
            self._tells_the_truth(name, row)
        self._nobody_twice()
        for name, times in self.gone.items():
            assert self.seen[name] == times, f"it left after its row was gone: {self.rows[name]}"

    def are_over(self) -> None:
        """Raise AssertionError where a message is in no state that it may end in."""
        for row in Message.objects.values(*FIELDS):
            is_held = row["state"] == "planned" and row["campaign__state"] == "paused"
            assert row["state"] in ENDS or is_held, f"nothing became of it: {row}"
            assert row["state"] not in {"withheld", "failed", "expired"} or row["reason"], row

    def _might_go(self, row: Row, rows: list[Row]) -> None:
        person = Candidate.objects.get(pk=row["candidate_id"])
        assert person.erased_at is None, f"to somebody erased: {row}"
        assert person.merged_into_id is None, f"to a record that is no person any more: {row}"
        assert row["campaign__state"] == "running", f"its campaign does not run: {row}"
        assert row["job__status"] == "open", f"its job is not open: {row}"
        for purpose in ("nurture", "pool"):
            event = (
                GroundEvent.objects.filter(
                    candidate=person, purpose=purpose, kind__in=DECIDING,
                    recorded_at__lte=row["armed_at"],
                )
                .order_by("occurred_at", "pk")
                .last()
            )  # fmt: skip
            holds = event and event.kind in GIVING and event.expires_at > row["armed_at"]
            assert holds, f"without a ground for {purpose}: {row}, {event and event.kind}"
        allowed = self.ended.get(row["enrolment_id"])
        assert allowed is None or (row["pk"], row["armed_at"]) in allowed, f"after a stop: {row}"
        for other in rows:
            is_other = other["purpose"] == "nurture" and other["pk"] != row["pk"]
            is_theirs = other["address"] == row["address"]
            if is_other and is_theirs and other["armed_at"]:
                apart = abs(row["armed_at"] - other["armed_at"])
                assert apart >= WEEK, f"two in a week: {row}, {other}"

    def _tells_the_truth(self, name: str, row: Row) -> None:
        if self.seen[name] > self.again[name]:
            assert row["state"] in WENT, f"it left, and its row does not say so: {row}"
        if row["purpose"] == "nurture" and row["state"] in WENT:
            said = f"Version {row['step_version__number'] or 1}."
            assert said in row["text"], f"it says something else than was approved for it: {row}"
        if row["state"] == "handed" and name not in self.said_arrived:
            assert self.seen[name], f"it did not leave, and its row says so: {row}"

    def _nobody_twice(self) -> None:
        arrived: Counter[tuple[Any, ...]] = Counter()
        allowed: Counter[tuple[Any, ...]] = Counter()
        for name, times in self.seen.items():
            assert name in self.rows, f"nobody knows where it comes from: {name}"
            row = self.rows[name]
            keys: list[tuple[Any, ...]] = [(row["dedupe_key"],)]
            if row["purpose"] == "nurture":
                keys.append((row["address"], row["campaign_id"], row["step__position"]))
            for key in keys:
                arrived[key] += times
                allowed[key] += self.again[name]
        for key, times in arrived.items():
            assert times <= 1 + allowed[key], f"{times} times: {key}"
