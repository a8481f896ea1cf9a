"""What only the question how it was to apply is asked: SQL over the rows of the other rules."""

# ruff: noqa: S608  (put together from constants alone)

from typing import Final

# One in six months, whatever somebody applied for.
SURVEY_DAYS: Final = 183

# Asking how it was rests on a legitimate interest, so on nothing but an application of their own,
# and an objection to such questions ends it for good.
DID_NOT_APPLY: Final = """
NOT EXISTS (SELECT 1 FROM candidates_groundevent s
             WHERE s.candidate_id = c.id AND s.purpose = 'application'
               AND s.kind IN ('granted', 'renewed', 'notice_given'))
"""
WANTS_NO_SURVEY: Final = """
EXISTS (SELECT 1 FROM candidates_groundevent s
         WHERE s.candidate_id = c.id AND s.purpose = 'survey'
           AND s.kind IN ('objected', 'withdrawn'))
"""
# By a letter of ours that left, or by a call that was recorded. Who withdrew knows it themselves:
# they are asked once our confirmation has left. What was written before it closed tells nothing.
NOT_TOLD: Final = """
NOT EXISTS (SELECT 1 FROM applications_letter l
              JOIN applications_application h ON h.id = l.application_id
              JOIN engagement_message w ON w.letter_id = l.id
             WHERE l.application_id = a.application_id AND l.created_at >= h.closed_at
               AND ((l.kind = 'decision' AND h.outcome IN ('rejected', 'hired'))
                    OR (l.kind = 'closing' AND h.outcome IN ('withdrawn', 'offer_declined')))
               AND w.state IN ('handed', 'delivered'))
AND NOT EXISTS (SELECT 1 FROM applications_told t
                  JOIN applications_application h ON h.id = t.application_id
                 WHERE t.application_id = a.application_id AND t.about = 'decision'
                   AND t.how = 'told' AND t.taken_back_at IS NULL
                   AND h.outcome IN ('rejected', 'hired'))
"""
HIRED_ELSEWHERE: Final = """
EXISTS (SELECT 1 FROM applications_application h
         WHERE h.candidate_id = c.id AND h.outcome = 'hired' AND h.id <> a.application_id)
"""
# What reminds is about a question that was put; that one does not count against it.
ANSWERED: Final = """
EXISTS (SELECT 1 FROM engagement_survey v WHERE v.id = a.survey_id AND v.answered_at IS NOT NULL)
"""
ASKED_LATELY: Final = f"""
EXISTS (SELECT 1 FROM engagement_message w
         WHERE w.candidate_id = c.id AND w.purpose = 'survey'
           AND w.survey_id IS DISTINCT FROM a.survey_id
           AND (w.armed_at > a.at - interval '{SURVEY_DAYS} days'
                OR (a.message_id IS NULL AND w.state IN ('due', 'claimed'))))
"""
SURVEYS_OFF: Final = "NOT EXISTS (SELECT 1 FROM accounts_organisation WHERE asks_how_it_was)"
