"""The audit trail of the demo company: what its colleagues did, as the actions would have said it.

It is made of what stands in the tables, in the database, so that tens of thousands of entries take
a second. Who applied is “The candidate”; colleagues sign in on each working day.
"""

from datetime import datetime, timedelta

from django.db import connection

from accounts.models import AuditEvent
from config.demo.company import Company
from config.demo.rows import insert
from config.demo.streams import Streams

BACK = 600  # days
_INTO = """
INSERT INTO accounts_auditevent (at, actor, verb, subject_type, subject_id, changes)
"""
_OF_TABLES = (
    """
SELECT c.at, coalesce(u.email, 'The candidate'),
       CASE WHEN c.from_stage_id IS NULL THEN 'application.added' ELSE 'application.moved' END,
       'applications.application', c.application_id::text,
       jsonb_build_object('stage', jsonb_build_array(coalesce(before.name, ''), now.name))
  FROM applications_stagechange c
  JOIN applications_stage now ON now.id = c.to_stage_id
  LEFT JOIN applications_stage before ON before.id = c.from_stage_id
  LEFT JOIN accounts_user u ON u.id = c.by_id
 WHERE c.at <= %(anchor)s
 ORDER BY c.id""",
    """
SELECT a.closed_at, CASE WHEN a.outcome IN ('withdrawn', 'offer_declined') THEN 'The candidate'
                         ELSE u.email END,
       'application.' || a.outcome, 'applications.application', a.id::text,
       jsonb_build_object('outcome', jsonb_build_array('', a.outcome))
       || CASE WHEN a.rejection_reason <> ''
               THEN jsonb_build_object('reason', jsonb_build_array('', a.rejection_reason))
               ELSE '{}' END
  FROM applications_application a
  JOIN applications_job j ON j.id = a.job_id
  JOIN accounts_user u ON u.id = j.owner_id
 WHERE a.closed_at <= %(anchor)s
 ORDER BY a.id""",
    """
SELECT n.created_at, u.email, 'candidate.note_written', 'candidates.candidate',
       n.candidate_id::text, '{}'
  FROM candidates_note n JOIN accounts_user u ON u.id = n.author_id
 WHERE n.created_at <= %(anchor)s
 ORDER BY n.id""",
    """
SELECT i.created_at, u.email, 'interview.planned', 'applications.interview', i.id::text,
       '{"state": ["", "scheduled"]}'
  FROM applications_interview i JOIN accounts_user u ON u.id = i.by_id
 WHERE i.created_at <= %(anchor)s
 ORDER BY i.id""",
    """
SELECT p.made_at, u.email, 'promise.made', 'applications.promise', p.id::text,
       jsonb_build_object('until', jsonb_build_array('', p.until::text))
  FROM applications_promise p JOIN accounts_user u ON u.id = p.owner_id
 WHERE p.made_at <= %(anchor)s
 ORDER BY p.id""",
    """
SELECT c.archived_at, 'retention run', 'candidate.archived', 'candidates.candidate', c.id::text,
       jsonb_build_object('reason', jsonb_build_array('', c.archive_reason))
  FROM candidates_candidate c
 WHERE c.archived_at <= %(anchor)s
 ORDER BY c.id""",
    """
SELECT c.approved_at, u.email, 'campaign.approved', 'engagement.campaign', c.id::text,
       jsonb_build_object('state', jsonb_build_array('draft', 'holding'),
                          'profiles_opened', jsonb_build_array('', c.profiles_opened::text))
  FROM engagement_campaign c JOIN accounts_user u ON u.id = c.approved_by_id
 WHERE c.approved_at <= %(anchor)s
 ORDER BY c.id""",
    """
SELECT r.rated_at, u.email, 'feedback.rated', 'applications.letter', r.letter_id::text, '{}'
  FROM applications_feedbackrating r JOIN accounts_user u ON u.id = r.rated_by_id
 WHERE r.rated_at <= %(anchor)s
 ORDER BY r.id""",
    """
SELECT r.at, 'Perennial', 'reply.received', 'engagement.reply', r.id::text, '{}'
  FROM engagement_reply r
 WHERE r.kind = 'reply' AND r.candidate_id IS NOT NULL AND r.at <= %(anchor)s
 ORDER BY r.id""",
)


def write(streams: Streams, company: Company, anchor: datetime) -> None:
    with connection.cursor() as cursor:
        for rows in _OF_TABLES:
            cursor.execute(_INTO + rows, {"anchor": anchor})
    signed_in = []
    for days in range(1, BACK):
        day = anchor - timedelta(days=days)
        if day.weekday() > 4:
            continue
        for who in sorted(company.users):
            random = streams.of("sign-in", f"{who}:{day:%Y-%m-%d}")
            if random.random() < 0.8:
                user = company.users[who]
                at = day.replace(hour=7, minute=0) + timedelta(minutes=random.randrange(150))
                signed_in.append(
                    AuditEvent(
                        at=at,
                        actor=user.email,
                        verb="user.signed_in",
                        subject_type="accounts.user",
                        subject_id=str(user.pk),
                    )
                )
    insert(AuditEvent, signed_in)
