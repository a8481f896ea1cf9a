"""What a reader would stumble over in a job email. Advice: it never blocks.

What does block (a field nobody knows, with its line and column) is `rendering.problems`.
"""

import re

# What the first and the later messages say before anybody writes them: (subject, text).
STARTER = (
    "{{ job.title }} in {{ job.place|your area }}: you may know this work",
    """Hello {{ candidate.call_name|there }},

We have opened a job that is close to what you told us about: {{ job.title }}.

You can read about it here:
{{ job.url }}

If it interests you, reply to this email and we talk. If it does not, you need do nothing.

{{ sender.name }}
{{ organisation.name }}
""",
)
FOLLOW_UP = (
    "Still open: {{ job.title }}",
    """Hello {{ candidate.call_name|there }},

Some days ago I wrote to you about {{ job.title }}. The job is still open, and this is the last
email about it:
{{ job.url }}

{{ sender.name }}
{{ organisation.name }}
""",
)

_PROMISE = re.compile(
    r"keep (you|your (details|application|cv|résumé)) (in mind|on file)"
    r"|(we|i) (will|shall|promise to) (certainly |definitely )?"
    r"(contact|write to|get back to|call|offer|hire)"
    r"|guarantee(d|s)?\b|perfect (match|fit)|you will (get|be offered)",
    re.IGNORECASE,
)
_GAP = re.compile(r"\[[^\]\n]{1,40}\]|<[^>\n]{1,40}>|\bXX+\b")
_STOP = re.compile(r"unsubscribe|opt[ -]?out", re.IGNORECASE)
_SHORT, _LONG_SUBJECT = 40, 80


def advice(subject: str, text: str) -> list[str]:
    """Return what the author may want to change, each as a sentence; empty: nothing."""
    plain = re.sub(r"\{\{.*?\}\}", "", text)
    found = []
    if len(plain.strip()) < _SHORT:
        found.append("The text says almost nothing.")
    if subject.strip() and subject == subject.upper() and re.search(r"[A-Z]{4}", subject):
        found.append("The subject is all in capitals, as spam is.")
    if len(subject) > _LONG_SUBJECT:
        found.append("The subject is long: a phone shows about 40 letters of it.")
    if gap := _GAP.search(f"{subject}\n{plain}"):
        found.append(f"“{gap.group()}” looks like something that was never filled in.")
    if words := _PROMISE.search(f"{subject}\n{plain}"):
        found.append(f"“{words.group()}” is a promise that nobody recorded. Take the words out.")
    if _STOP.search(plain):
        found.append("The stop link is added to every email by itself: the text need not say it.")
    return found
