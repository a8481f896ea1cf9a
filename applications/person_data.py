"""What of this floor hangs on a person."""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from applications import shown
from applications.models import (
    Answer,
    Application,
    Arrival,
    FeedbackRating,
    Interview,
    Interviewer,
    Letter,
    Match,
    MatchProfile,
    Postponed,
    Promise,
    ProposedTime,
    Rating,
    Reschedule,
    Review,
    Scorecard,
    ScorecardVersion,
    StageChange,
    Told,
)
from candidates.person_data import Derived, Follow, Move, PersonData, Settle
from candidates.rights import Delete, Scrub, Withhold


def move_matches(survivor: int, merged: int, at: datetime) -> None:
    """Move the matches, one for each job. “Not a fit” on either record counts for both.

    A match for a job that the survivor has one for stays with the merged record.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
UPDATE applications_match ours
   SET verdict = theirs.verdict, verdict_reason = theirs.verdict_reason,
       verdict_by_id = theirs.verdict_by_id, verdict_at = theirs.verdict_at
  FROM applications_match theirs
 WHERE ours.candidate_id = %(survivor)s AND theirs.candidate_id = %(merged)s
   AND theirs.job_id = ours.job_id
   AND theirs.verdict = 'not_a_fit' AND ours.verdict <> 'not_a_fit'""",
            {"survivor": survivor, "merged": merged},
        )
    known = Match.objects.filter(candidate=survivor).values("job")
    Match.objects.filter(candidate=merged).exclude(job__in=known).update(candidate=survivor)


OWN = (
    PersonData(
        Application,
        merge=Move(),
        erase=Delete(),
        export=shown.APPLICATIONS,
        stays=lambda _: Q(closed_at=None),
    ),
    PersonData(
        StageChange,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.STAGE_CHANGES,
        stays=lambda _: Q(application__closed_at=None),
    ),
    PersonData(
        Letter,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.LETTERS,
        stays=lambda _: Q(application__closed_at=None),
    ),
    PersonData(
        FeedbackRating,
        "letter__application__candidate",
        merge=Follow(),
        erase=Scrub({"letter": None}),
        export=shown.FEEDBACK_RATINGS,
        stays=lambda _: Q(letter__application__closed_at=None),
    ),
    PersonData(
        Answer,
        "arrival__application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.ANSWERS,
        stays=lambda _: Q(arrival__application__closed_at=None),
    ),
    PersonData(
        Arrival,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.ARRIVALS,
        stays=lambda _: Q(application__closed_at=None),
    ),
    PersonData(
        Interview,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.INTERVIEWS,
        stays=lambda _: Q(application__closed_at=None),
    ),
    PersonData(
        Postponed,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=Withhold("when a colleague wants to look again, which says nothing of you"),
        stays=lambda _: Q(application__closed_at=None),
    ),
    PersonData(
        Review,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.REVIEWS,
        stays=lambda _: Q(application__closed_at=None),
    ),
    *(
        PersonData(
            model,
            "interview__application__candidate",
            merge=Follow(),
            erase=Delete(),
            export=export,
            stays=lambda _: Q(interview__application__closed_at=None),
        )
        for model, export in (
            (ProposedTime, shown.PROPOSED_TIMES),
            (Interviewer, shown.INTERVIEWERS),
            (Reschedule, shown.RESCHEDULES),
            (Scorecard, shown.SCORECARDS),
        )
    ),
    *(
        PersonData(
            model,
            "scorecard__interview__application__candidate",
            merge=Follow(),
            erase=Delete(),
            export=export,
            stays=lambda _: Q(scorecard__interview__application__closed_at=None),
        )
        for model, export in (
            (Rating, shown.RATINGS),
            (ScorecardVersion, shown.SCORECARD_VERSIONS),
        )
    ),
    PersonData(
        Told,
        "application__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.TOLD,
        stays=lambda _: Q(application__closed_at=None),
    ),
    PersonData(Promise, merge=Move(), erase=Delete(), export=shown.PROMISES),
    PersonData(Match, merge=Settle(move_matches), erase=Delete(), export=shown.MATCHES),
    PersonData(
        MatchProfile,
        merge=Derived(),
        erase=Delete(),
        export=Withhold("what stands here already, arranged for the order of lists"),
    ),
)
