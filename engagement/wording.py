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

NEWS = (
    "{{ organisation.name }}: what we are working on",
    """Hello {{ candidate.call_name|there }},

You asked us to keep in touch. This is what we are working on at present:

…

If you would like to hear more, say so here:
{{ answer.url }}

{{ sender.name }}
{{ organisation.name }}
""",
)
NEWS_LATER = (
    "{{ organisation.name }}: what is new",
    """Hello {{ candidate.call_name|there }},

Some time ago I wrote to you about our work. This is what is new:

…

{{ sender.name }}
{{ organisation.name }}
""",
)


def starter(position: int, *, is_about_job: bool) -> tuple[str, str]:
    """Return the subject and text that a message begins with."""
    if is_about_job:
        return STARTER if position == 1 else FOLLOW_UP
    return NEWS if position == 1 else NEWS_LATER


_PROMISE = re.compile(
    r"keep (you|your (details|application|cv|résumé)) (in mind|on file)"
    r"|(we|i) (will|shall|promise to) (certainly |definitely )?"
    r"(contact|write to|get back to|call|offer|hire)"
    r"|guarantee(d|s)?\b|perfect (match|fit)|you will (get|be offered)",
    re.IGNORECASE,
)
_GAP = re.compile(r"\[[^\]\n]{1,40}\]|<[^>\n]{1,40}>|\bXX+\b|^…$", re.MULTILINE)
_WORDS = re.compile(r"[^\W\d_]")
_HERE = re.compile(r"<a\b[^>]*>\s*(click here|here|this link|link|more)\s*</a>", re.IGNORECASE)
_LINK_IN_LINE = re.compile(r"^(?=.*\S.*\{\{ *(?:job|answer)\.url *\}\})(?! *\{\{).*$", re.MULTILINE)
_STOP = re.compile(r"unsubscribe|opt[ -]?out", re.IGNORECASE)
_SHORT, _LONG_SUBJECT = 40, 80


def advice(subject: str, text: str, html: str = "") -> list[str]:
    """Return what the author may want to change, each as a sentence; empty: nothing."""
    plain = re.sub(r"\{\{.*?\}\}", "", text)
    found = []
    if len(plain.strip()) < _SHORT:
        found.append("The text says almost nothing.")
    if subject.strip() and subject == subject.upper() and re.search(r"[A-Z]{4}", subject):
        found.append("The subject is all in capitals, as spam is.")
    if subject.strip() and not _WORDS.search(re.sub(r"\{\{.*?\}\}", "x", subject)):
        found.append("The subject has no words: say who writes and why.")
    if _LINK_IN_LINE.search(text):
        found.append("A link stands inside a line: give it a line of its own, so that it is found.")
    if link := _HERE.search(html):
        found.append(f"“{link[1]}” says nothing about where the link leads.")
    if len(subject) > _LONG_SUBJECT:
        found.append("The subject is long: a phone shows about 40 letters of it.")
    if gap := _GAP.search(f"{subject}\n{plain}"):
        found.append(f"“{gap.group()}” looks like something that was never filled in.")
    if words := _PROMISE.search(f"{subject}\n{plain}"):
        found.append(f"“{words.group()}” is a promise that nobody recorded. Take the words out.")
    if _STOP.search(plain):
        found.append("The stop link is added to every email by itself: the text need not say it.")
    return found
