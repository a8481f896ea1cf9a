"""M-17: what comes of job emails.

    rate = 100 x (job emails after which it happened) / n

n: job emails handed over in the quarter that did not bounce, at least 30 days ago. Said they would
like to hear more: by the button in it. Replied: a person, to this email. Applied: for the job that
it was about, within 30 days. Stopped: job emails altogether, within 7 days, and no later one came
between. Marked as spam: as the provider reported. Nobody is followed: opening and clicking are not
recorded, so they are not here.
"""

from applications.measures import words
from applications.measures.shapes import Measure, Quarter, quarter_of, share

DAYS, STOP_DAYS = 30, 7
VIEW = "engagement_measure_nurture"
SQL = f"""
SELECT m.id AS message_id, m.candidate_id, {quarter_of("m.handed_at")} AS quarter,
       m.handed_at + interval '{DAYS} days' AS ripe_at, false AS set_aside,
       EXISTS (SELECT 1 FROM engagement_deliveryevent d
                WHERE d.message_id = m.id AND d.kind = 'interested') AS interested,
       EXISTS (SELECT 1 FROM engagement_reply r
                WHERE r.message_id = m.id AND r.kind = 'reply') AS replied,
       applied.message_id IS NOT NULL AS applied, stop.message_id IS NOT NULL AS stopped,
       m.state = 'complained' AS complained
  FROM engagement_message m
  LEFT JOIN (SELECT DISTINCT candidate_id, message_id
               FROM (SELECT DISTINCT ON (a.candidate_id, a.id) a.candidate_id, t.id AS message_id
                       FROM applications_application a
                       JOIN engagement_message t
                         ON t.job_id = a.job_id AND t.candidate_id = a.candidate_id
                      WHERE t.purpose = 'nurture' AND t.handed_at <= a.applied_at
                        AND t.handed_at > a.applied_at - interval '{DAYS} days'
                      ORDER BY a.candidate_id, a.id, t.handed_at DESC) last) applied
    ON applied.message_id = m.id AND applied.candidate_id = m.candidate_id
  LEFT JOIN (SELECT DISTINCT candidate_id, message_id
               FROM (SELECT DISTINCT ON (s.candidate_id, s.id) s.candidate_id, t.id AS message_id
                       FROM candidates_stop s
                       JOIN engagement_message t ON t.candidate_id = s.candidate_id
                      WHERE s.reason IN ('unsubscribed', 'objected') AND t.purpose = 'nurture'
                        AND t.handed_at <= s.at
                        AND t.handed_at > s.at - interval '{STOP_DAYS} days'
                      ORDER BY s.candidate_id, s.id, t.handed_at DESC) last) stop
    ON stop.message_id = m.id AND stop.candidate_id = m.candidate_id
 WHERE m.purpose = 'nurture' AND m.state IN ('handed', 'delivered', 'complained')
 UNION ALL
SELECT NULL, NULL, date_trunc('quarter', e.handed_month)::date,
       e.handed_month + interval '1 month {DAYS} days', false,
       e.interested, e.replied, e.applied, e.stopped, e.state = 'complained'
  FROM engagement_erasedmessage e
 WHERE e.handed_month IS NOT NULL AND e.purpose = 'nurture'
   AND e.state IN ('handed', 'delivered', 'complained')
"""  # noqa: S608  # put together of words of our own


def finding(now: Quarter, before: Quarter | None) -> str:
    replied, stopped = now.number("replied") or 0.0, now.number("stopped") or 0.0
    change = words.than_before(now, before, "replied", unit="points", more="more", less="less")
    return (
        f"{words.percent(replied)} of job emails were answered{change};"
        f" after {words.percent(stopped)} somebody stopped them"
    )


MEASURE = Measure(
    code="M-17",
    name="What comes of job emails",
    view=VIEW,
    sql=SQL,
    figures=(
        share("interested", "Would like to hear more", "interested"),
        share("replied", "Replied", "replied"),
        share("applied", "Applied", "applied"),
        share("stopped", "Stopped job emails", "stopped"),
        share("complained", "Marked as spam", "complained"),
    ),
    finding=finding,
    nothing="Too few job emails left to say what comes of them",
    unit="%",
    cases="job emails",
    formula="100 × job emails after which it happened ÷ job emails that arrived, each apart.",
    window=f"Job emails handed over in the quarter, at least {DAYS} days ago.",
    excluded="Those that bounced or were kept back, and letters about an application.",
    misleads=f"Applied within {DAYS} days for the same job, and stopped within {STOP_DAYS} days,"
    " count for the last job email before it: they may have had another cause. We do not record who"
    " opens or clicks, so interest is only what somebody said.",
    has_jobs=False,
    target="Our aim: fewer than 0.1 % marked as spam.",
    drawn_as="line",
)
