"""What people do with matches: keep them, look, and say that somebody does not fit.

Nothing here touches an application: software and its matches reject nobody (P-34).
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from applications import matching
from applications.models import Job, Match
from candidates import timeline
from candidates.models import Candidate

KEPT_FOR_A_JOB = 200  # records that are kept when a job opens; a campaign keeps all of its people


@transaction.atomic
def store(job: Job, candidate_ids: Iterable[int], *, by: User | str) -> int:
    """Keep the record of why these people fit a job (P-32). Returns how many were kept."""
    kept = matching.store_matches(job, candidate_ids)
    audit.record(by, "job.matches_stored", job, people=["", str(kept)])
    return kept


@transaction.atomic
def find(job: Job) -> int:
    """Keep the records of the first people who fit an open job. Says nothing where nothing is new.

    What a person acted on stays as it was when they did.
    """
    if not job.is_open or not matching.is_on():
        return 0
    top = matching.top_ids(job, at=timezone.now(), limit=KEPT_FOR_A_JOB)
    Candidate.objects.locked_many(top)  # before the job, as whoever adds one of them to it
    job = Job.objects.locked(job.pk)
    if not job.is_open:
        return 0
    acted_on = set(
        Match.objects.filter(job=job)
        .exclude(verdict="", opened_at=None)
        .values_list("candidate_id", flat=True)
    )
    return matching.store_matches(job, [pk for pk in top if pk not in acted_on])


@transaction.atomic
def say_not_a_fit(job: Job, candidate: Candidate, reason: str, *, by: User) -> Match:
    """Record that a colleague sees no fit for this job, and why. Trains nothing, rejects nobody.

    Job emails about this job then pass the person by. Saying it again changes the reason.

    Raises ValidationError: no reason, too long a one, or the person is gone.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError("Say what about the job does not fit.", code="no_reason")
    if len(reason) > 300:
        raise ValidationError("Say it in 300 letters.", code="too_long")
    match = _locked_match(job, candidate)
    match.verdict, match.verdict_reason = Match.Verdict.NOT_A_FIT, reason
    match.verdict_by, match.verdict_at = by, timezone.now()
    match.save(update_fields=["verdict", "verdict_reason", "verdict_by", "verdict_at"])
    timeline.remember(candidate, "match.not_a_fit", f"Not a fit for {job.title}: {reason}", by=by)
    audit.record(by, "match.not_a_fit", match, verdict=["", Match.Verdict.NOT_A_FIT])
    return match


@transaction.atomic
def take_back(match: Match, *, by: User) -> Match:
    """Take back that somebody does not fit. Taking it back twice does nothing."""
    candidate = Candidate.objects.locked(match.candidate_id)
    match = Match.objects.select_for_update(of=("self",)).select_related("job").get(pk=match.pk)
    if match.verdict != Match.Verdict.NOT_A_FIT:
        return match
    match.verdict, match.verdict_reason = "", ""
    match.verdict_by = match.verdict_at = None
    match.save(update_fields=["verdict", "verdict_reason", "verdict_by", "verdict_at"])
    text = f"Taken back: not a fit for {match.job.title}."
    timeline.remember(candidate, "match.taken_back", text, by=by)
    audit.record(by, "match.taken_back", match, verdict=[Match.Verdict.NOT_A_FIT, ""])
    return match


@transaction.atomic
def look(job: Job, candidate: Candidate, *, by: User) -> Match:
    """Record that somebody opened the profile from the list: oversight can be counted (P-35).

    Raises ValidationError: the person is gone.
    """
    candidate = Candidate.objects.locked(candidate.pk)
    match = _locked_match(job, candidate)
    if match.opened_at is None:
        match.opened_at = timezone.now()
        match.save(update_fields=["opened_at"])
        audit.record(by, "match.opened", match)
    return match


def _locked_match(job: Job, candidate: Candidate) -> Match:
    """Return the record of this pair, locked; it is written first where there is none."""
    matches = Match.objects.select_for_update(of=("self",))
    match = matches.filter(job=job, candidate=candidate).first()
    if match is None:
        matching.store_matches(job, [candidate.pk])
        match = matches.get(job=job, candidate=candidate)
    return match
