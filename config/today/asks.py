"""What may be due, block by block, in the order of the page: its words, its things, its rows."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import Permission, may
from applications import due as applications_due
from applications import escalation
from applications.due import Whose
from applications.models import Interview, Job, Review
from applications.models.interviews import FEEDBACK_WITHIN
from candidates import due as candidates_due
from config.today import answers as answer_rows
from config.today import campaigns as campaign_rows
from config.today import interviews as interview_rows
from config.today import replies as replies_row
from config.today import reviews as review_rows
from config.today import rows as rows_of
from config.today.queue import Ask
from engagement import due as engagement_due
from engagement.models import Campaign

# The headings, in the order of what cannot wait. The later ones stand beside the queue.
LATE, PROMISES, WAITING = "Late or legal", "Promises", "People waiting for you"
NEW, OPENED, MEETINGS, RUNNING, SOON = (
    "New", "Jobs just opened", "Interviews today", "Running", "Soon",
)  # fmt: skip
SECTIONS = (LATE, PROMISES, WAITING, NEW, OPENED, MEETINGS, RUNNING, SOON)
ASIDE = {NEW, OPENED, MEETINGS, RUNNING, SOON}


def asks_of(user: User, now: datetime, whose: Whose) -> list[Ask]:
    # A privacy officer sees everybody and answers nobody: the recruiters' work is not theirs.
    is_onlooker = may(user, Permission.VIEW_PEOPLE) and not may(user, Permission.CLOSE_APPLICATION)
    asks = _privacy(user, now) + _own(user, now, whose)
    return asks if is_onlooker else asks + _recruiting(user, now, whose)


def _privacy(user: User, now: datetime) -> list[Ask]:
    return [
        Ask(
            "Privacy requests",
            "People asked about their data, and the law gives them a date.",
            LATE,
            lambda: candidates_due.privacy_requests(user, now),
            lambda request: replace(rows_of.privacy_request_row(request, now), legal=True),
            list_url="candidates:requests",
            kind="request",
            late=Q(due_on__lt=now.date()),
        ),
        Ask(
            "Privacy tasks",
            "Nobody asked for these; what you find decides what may be done.",
            LATE,
            lambda: candidates_due.privacy_tasks(user),
            lambda task: rows_of.privacy_task_row(task, now),
            list_url="candidates:requests",
        ),
        Ask(
            "Large exports",
            "Files of the last week with more than 500 people in them.",
            RUNNING,
            lambda: candidates_due.large_exports(user, now),
            lambda event: rows_of.large_export_row(event, now),
            counts=False,
        ),
    ]


def _own(user: User, now: datetime, whose: Whose) -> list[Ask]:
    """What is a user's own, whatever they look at."""
    return [
        Ask(
            "Views asked of you",
            "What you think of these applications. You recommend; the recruiter decides.",
            WAITING,
            lambda: applications_due.views_asked(user, now),
            lambda review: review_rows.asked_row(review, now),
            list_url="applications:reviews" if may(user, Permission.GIVE_VIEWS) else "",
            fetch=_reviews,
            late=Q(due_on__lt=now.date()),
        ),
        Ask(
            "Feedback due",
            "You held these interviews. Others decide with what you saw.",
            WAITING,
            lambda: applications_due.feedback(user, now),
            lambda interview: interview_rows.feedback_row(interview, now),
            list_url="applications:interviews",
            fetch=_interviews,
            kind="feedback",
            late=Q(ends_at__lte=now - FEEDBACK_WITHIN),
        ),
        Ask(
            "Interviews that wait for you",
            "No time fitted, or nobody said how it went.",
            WAITING,
            lambda: applications_due.interviews_to_arrange(user, now),
            interview_rows.arrange_row,
            fetch=_interviews,
            kind="arrange",
        ),
        Ask(
            "Follow-ups",
            "You wanted to come back to these people by today, or they did something.",
            WAITING,
            lambda: candidates_due.follow_ups(user, now),
            lambda follow_up: rows_of.follow_up_row(follow_up, now),
            late=Q(on__lt=now.date()),
        ),
        Ask(
            "Replies",
            "They answered one of our emails. Campaigns to them have ended.",
            WAITING,
            lambda: engagement_due.replies(user),
            lambda reply: replies_row.reply_row(reply, now),
            list_url="engagement:replies",
        ),
        Ask(
            "Colleagues ask whether a campaign may write",
            "You were in touch with these people of late, so it holds back.",
            WAITING,
            lambda: engagement_due.handovers(user),
            campaign_rows.handover_row,
        ),
        Ask(
            "New versions to approve",
            "Colleagues changed what a campaign says, and nobody gets it before you approve it.",
            WAITING,
            lambda: engagement_due.versions(user),
            campaign_rows.version_row,
        ),
        Ask(
            "Lost mailboxes",
            "They say that they cannot read the mailbox that we write to any more.",
            WAITING,
            lambda: engagement_due.address_claims(user),
            campaign_rows.address_claim_row,
            list_url="engagement:address_claims",
        ),
        Ask(
            "Not known whether it arrived",
            "The connection broke while these were sent. They are never sent again by themselves.",
            WAITING,
            lambda: engagement_due.uncertain(user),
            rows_of.uncertain_row,
            kind="message",
        ),
        Ask(
            "All job emails are held",
            "Too many came back or were marked as spam. Letters and answers still leave.",
            WAITING,
            lambda: engagement_due.held(user).values("kind", "bad", "tried", "at"),
            lambda values: campaign_rows.held_row(values, user),
            values=True,
        ),
        Ask(
            "Campaigns that stopped by themselves",
            "They go on when somebody says why they may.",
            WAITING,
            lambda: engagement_due.stopped(user, whose),
            lambda campaign: campaign_rows.stopped_row(campaign, user),
            fetch=_campaigns,
        ),
        Ask(
            "Surely here twice",
            "Job emails to both records wait until you say whether they are one person.",
            WAITING,
            lambda: candidates_due.duplicates(user),
            rows_of.duplicate_row,
            list_url="candidates:duplicates",
            kind="pair",
        ),
        Ask(
            "Interviews today",
            "Yours, and those you arranged.",
            MEETINGS,
            lambda: applications_due.interviews_today(user, now),
            lambda interview: interview_rows.today_row(interview, now),
            list_url="applications:interviews",
            fetch=_interviews,
            counts=False,
        ),
        Ask(
            "Imports",
            "Running, waiting for you, or with rows that were refused.",
            RUNNING,
            lambda: candidates_due.imports(user, now),
            rows_of.import_row,
            list_url="applications:imports",
            kind="import",
            counts=False,
        ),
    ]


def _recruiting(user: User, now: datetime, whose: Whose) -> list[Ask]:
    applications = partial(applications_due.rows_of, at=now)
    may_answer = may(user, Permission.CLOSE_APPLICATION)
    here: dict[str, Any] = {"reads": escalation.READS, "keeps": partial(_stands_here, whose=whose)}
    asks = [
        Ask(
            "Came up to you",
            "They should have heard from a colleague by now, and the job is yours.",
            LATE,
            lambda: applications_due.came_up(user, now),
            answer_rows.came_up_row,
            fetch=applications,
            late=Q(job__owner=user),  # all of them are
            reads=escalation.READS,
            keeps=lambda row, seconds: seconds.is_up(row),
        ),
        Ask(
            "People waiting to hear",
            "The date we gave them is past.",
            LATE,
            lambda: applications_due.unanswered(user, now, whose, late=True),
            rows_of.unanswered_row,
            fetch=applications,
            kind="application" if may_answer else "",
            late=Q(hear_by__isnull=False),
            **here,
        ),
        Ask(
            "Nobody told them",
            "They were not chosen, and no letter says so.",
            LATE,
            lambda: applications_due.told_by_nobody(user, now, whose),
            lambda application: answer_rows.untold_row(application, user, now),
            fetch=applications,
            kind="untold" if may_answer else "",
            **here,
        ),
        Ask(
            "News after an interview",
            "They were interviewed, and hear whether there is a decision: so says our own rule, and"
            " the law of some places.",
            LATE,
            lambda: applications_due.interviewed(user, now, whose),
            answer_rows.interviewed_row,
            fetch=applications,
            kind="interviewed" if may_answer else "",
            quick=lambda: applications_due.interviewed_fast(user, now, whose),
            reads=("counts_late",),
        ),
        Ask(
            "They hear by today",
            "We said you would hear by this day.",
            PROMISES,
            lambda: applications_due.unanswered(user, now, whose),
            rows_of.unanswered_row,
            fetch=applications,
            kind="application" if may_answer else "",
        ),
        Ask(
            "Promises due",
            "We said we would keep them in mind, and a job of that kind opened.",
            PROMISES,
            lambda: applications_due.promises(user, whose),
            rows_of.promise_row,
            list_url="applications:promises",
            kind="promise",
        ),
        Ask(
            "Nobody was told a date",
            "Open applications without a hear-by date.",
            PROMISES,
            lambda: applications_due.without_date(user, whose),
            lambda application: rows_of.without_date_row(application, now),
            fetch=applications,
            kind="application" if may_answer else "",
        ),
        Ask(
            "Views that came in",
            "Nothing was done with these applications since.",
            WAITING,
            lambda: applications_due.views_that_came(user),
            review_rows.came_row,
            fetch=_reviews,
            kind="came",
        ),
        Ask(
            "Views that are overdue",
            "You asked, and the day is over. They see it on their Today page, too.",
            WAITING,
            lambda: applications_due.views_overdue(user, now),
            lambda review: review_rows.overdue_row(review, now),
            fetch=_reviews,
            kind="overdue",
            late=Q(due_on__lt=now.date()),
        ),
        Ask(
            "Feedback asked for",
            "These people want to know why they were not chosen.",
            WAITING,
            lambda: applications_due.feedback_asked(user, whose),
            lambda application: rows_of.feedback_row(application, now),
            fetch=applications,
            kind="asked" if may_answer else "",
        ),
        Ask(
            "Letters about to leave",
            "Until then each can be read, changed and taken back.",
            RUNNING,
            lambda: applications_due.letters(user, now, whose),
            lambda letter: rows_of.letter_row(letter, now),
            list_url="applications:letters",
            counts=False,
        ),
        Ask(
            "Campaigns",
            "Under way, paused, or a draft of yours.",
            RUNNING,
            lambda: engagement_due.campaigns(user, whose),
            campaign_rows.campaign_row,
            list_url="engagement:campaigns",
            fetch=_campaigns,
            counts=False,
        ),
    ]
    return [*asks, *_jobs(user, now, whose)]


def _stands_here(row: dict[str, Any], seconds: escalation.Seconds, whose: Whose) -> bool:
    """Not what came up to its owner, and on their own day not what a colleague still has first."""
    return not seconds.is_second(row) or (whose != "mine" and not seconds.is_up(row))


def _jobs(user: User, now: datetime, whose: Whose) -> list[Ask]:
    """Return the jobs that just opened, or to those without matches the jobs of their team."""
    if not may(user, Permission.VIEW_MATCHES):
        return [
            Ask(
                "Your jobs",
                "Who is being considered, and for how long.",
                OPENED,
                lambda: applications_due.pipelines(user),
                lambda job: rows_of.pipeline_row(job, now),
                counts=False,
            )
        ]
    return [
        Ask(
            "New people",
            "Nobody has moved or answered them yet. The longest wait is on top.",
            NEW,
            lambda: applications_due.new(user, whose),
            lambda values: rows_of.new_row(values, now),
            list_url="applications:jobs",
            values=True,
            counts=False,
        ),
        Ask(
            "Jobs just opened",
            "Begin with the people you already know.",
            OPENED,
            lambda: applications_due.jobs_just_opened(user, now, whose),
            lambda job: rows_of.opened_row(job, now),
            list_url="applications:jobs",
            fetch=lambda keys: Job.objects.filter(pk__in=keys).with_known_counts(),
            kind="job",
            counts=False,
        ),
    ]


def _interviews(keys: list[int]) -> QuerySet[Interview]:
    return (
        Interview.objects.filter(pk__in=keys)
        .select_related("application__candidate", "application__job")
        .prefetch_related("application__job__offices")
    )


def _campaigns(keys: list[int]) -> QuerySet[Campaign]:
    found = engagement_due.with_progress(Campaign.objects.filter(pk__in=keys))
    return found.select_related("job", "source_job", "pool", "approver")


def _reviews(keys: list[int]) -> QuerySet[Review]:
    return Review.objects.filter(pk__in=keys).for_page().select_related("reviewer")
