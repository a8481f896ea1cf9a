"""What people at Larkspur wrote. Candidates may read every word of it one day."""

CONSENT_WORDING = (
    "Keep my details for 12 months and email me when a similar job opens. I can stop at any time "
    "from any email. Saying no does not affect this application."
)
CONSENT_VERSION = "2"

NOTES = """\
Explained the isolation sequence step by step without notes.
Asked good questions about how we plan work around the tides.
Would rather work four long days than five short ones.
Prefers Bristol; could do two weeks a year at the test site.
Walked us through a fault on an 11 kV ring main and what they would check first.
Certificate for sea survival runs out next spring; happy to renew it.
Has not worked offshore yet and would like to.
Clear and calm on the telephone. Gave two referees.
Brought drawings of a control panel they had built and explained each choice.
Can start three months after an offer.
Looking for a job with training towards switching authority.
Described handing over a night shift in a way I would be glad to receive.
Knows our blades from a repair project two years ago.
Would need the vessel course before going out with the crew.
Asked to be told either way by Friday. We agreed on that.
The exercise was complete and well commented.
Explained a forecast error honestly and what was learned from it.
Strong on planning, newer to procurement rules.
Wants to move closer to the coast next year.
Happy to be called after five in the afternoon.
Good example of stopping a job because the permit was unclear.
Understood the pay range and said it fits.
Spoke with the crew for an hour; both sides enjoyed it.
Answers were short; more detail in the second talk would help.
Has led a team of six on a substation refit.
Would take a permanent post over a contract.
Interested in remote work for the winter months only.
Gave a careful account of a near miss and the change it led to.
Told us about an offer elsewhere with a decision next week.
Very good handwriting on the test report, which matters on deck.""".split("\n")

WOULD_HIRE_NOTE = "Close decision. We would hire this person for another job."

DECISION_SUBJECT = "Your application: {job}"
DECISION_TEXT = """\
Hello {call_name},

Thank you for the time you gave to your application for {job}. We have decided to go on with
somebody else: {reason}.

{extra}If anything in this letter is unclear, reply to it and I will answer.

{recruiter}
Larkspur Tidal Works
"""
REASON_WORDS = {
    "must_have_missing": "the work needs a skill that we did not find in your application yet",
    "stronger_applicant": "another applicant's experience was closer to this job",
    "place_or_shift": "the place or the working hours of this job do not fit what you told us",
    "pay": "your expectation and the range of this job do not meet",
    "seniority": "this job is at another level of experience",
    "job_closed": "the job was closed before it was filled",
    "late": "the decision had been made before your application came in",
    "language": "the job needs a language that you did not list",
    "other": "the plans for this job changed",
}
KEEP_IN_MIND = (
    "You asked us to keep you in mind for similar jobs. We have noted that until {until} and will "
    "write to you if one opens.\n\n"
)

CAMPAIGN_SUBJECT = "{{ job.title }} in {{ job.place }}: you may know this work"
CAMPAIGN_TEXT = """\
Hello {{ candidate.call_name|there }},

We have opened a job that is close to what you told us about: {{ job.title }}, {{ job.place }}.

You can read about it here: {{ job.url }}

If it interests you, reply to this email and we talk. If it does not, you need do nothing.

{{ sender.name }}
{{ organisation.name }}
"""
FOLLOW_UP_SUBJECT = "Still open: {{ job.title }}"
FOLLOW_UP_TEXT = """\
Hello {{ candidate.call_name|there }},

Two weeks ago I wrote to you about {{ job.title }}. The job is still open. This is the last email
about it.

{{ job.url }}

{{ sender.name }}
{{ organisation.name }}
"""

NEWS = [
    (
        "What we build",
        "What we build this year, and whom we look for",
        """\
Hello {{ candidate.call_name|there }},

You asked us to stay in touch. This year we lay the second cable to shore and take two turbines up
for their first great service, so the crews in Bristol and Gdańsk grow.

If one of these trades is yours, reply in a word and we tell you when a job opens. If not, you need
do nothing.

{{ sender.name }}
{{ organisation.name }}
""",
    ),
    (
        "A day on site",
        "A day on site, told by those who work there",
        """\
Hello {{ candidate.call_name|there }},

People often ask us what a day on site is like. Two of our technicians wrote it down: the boat at
six, four hours of slack water, and the evening ashore.

Would you like to read it, or to visit the workshop? Reply, and we find a day.

{{ sender.name }}
{{ organisation.name }}
""",
    ),
    (
        "How we hire",
        "How we hire, and how long it takes",
        """\
Hello {{ candidate.call_name|there }},

Nobody likes to wait without a word. We answer every application within two weeks and say when the
next answer comes. This is the last email of this series; we write again when a job fits you.

{{ sender.name }}
{{ organisation.name }}
""",
    ),
]

JOB_DESCRIPTION = """\
Larkspur Tidal Works builds turbines that stand on the sea bed and turn with the tide. As {title}
you will work with a crew of eight in {place}.

## What you will do
- {does}
- plan your own week with the crew
- show newcomers how it is done

## What helps
{helps}. You do **not** need everything on the list; tell us what you have.

We answer everybody within two weeks, and we say when the next answer comes.
"""
DOES = {
    "Electrical": "isolate, test and repair the cables and switchgear between turbine and shore",
    "Mechanical": "take apart, measure and rebuild gearboxes, seals and blades in our workshop",
    "Marine operations": "bring people and parts safely out to the site and back with the tide",
    "Data": "turn ten years of readings into forecasts that the crews can plan by",
    "Software": "build the control room's tools, from the turbine's controller to the screen",
    "Commercial": "see that parts, permits and contracts are there before the crew needs them",
}

KEEP_WORDING = "Keep my details for 12 more months."
NOTICE_WORDING = (
    "We noted your name, your work and how to reach you, because we think that one of our jobs may "
    "interest you one day. You can ask us to delete this at any time."
)
