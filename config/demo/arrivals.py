"""What the people of the demo sent to apply, and what the forms of its jobs ask."""

from applications.models import Answer, Application, Arrival, Question
from candidates.identity import canonical_link
from candidates.models import Candidate, Document, Link
from config.demo.company import Company
from config.demo.people import Person
from config.demo.rows import insert
from config.demo.streams import Streams

_Asked = tuple[str, str, list[str], list[str], str, list[str]]
# text, kind, answers to choose from, marked answers, mark; then what people answer
_SHIFT: _Asked = (
    "Which shift can you work?", "choice", ["Days", "Nights", "Both"], ["Days"], "Days only",
    ["Both", "Both", "Nights", "Days"],
)  # fmt: skip
_PERMIT: _Asked = (
    "May you work in the country of this job without a new permit?", "yes_no", [], ["No"],
    "Needs a permit", ["Yes", "Yes", "Yes", "Yes", "No"],
)  # fmt: skip
_WHEN: _Asked = (
    "When could you start?", "short", [], [], "",
    ["In four weeks.", "Next month.", "At once.", "After my notice, in three months."],
)  # fmt: skip
_CERTIFICATE: _Asked = (
    "Which offshore certificates do you hold, and until when?", "long", [], [], "",
    ["BOSIET, until next summer.", "None yet.", "BOSIET and sea survival, both new this year.",
     "GWO, runs out in spring. I would renew it."],
)  # fmt: skip
_SHOW: _Asked = (
    "Where can we see something you made?", "short", [], [], "",
    ["In my portfolio, the second page.", "In the repository I sent.", "I will bring it along."],
)  # fmt: skip
ASKED = {
    "Electrical": [_SHIFT, _CERTIFICATE, _PERMIT],
    "Mechanical": [_SHIFT, _WHEN],
    "Marine operations": [_CERTIFICATE, _PERMIT],
    "Data": [_SHOW, _WHEN],
    "Software": [_SHOW, _WHEN],
    "Commercial": [_WHEN, _PERMIT],
}
NOTES = [
    "", "", "", "I met your crew at the harbour day and liked how they worked.",
    "I am moving back to the coast in spring.", "Please write rather than call before noon.",
]  # fmt: skip


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
) -> None:
    """Ask the questions of each kind of work; let those who wait have answered them."""
    questions = _questions(streams, company)
    by_person = {rows[person.key].pk: person for person in people}
    files = {file.candidate_id: file for file in Document.objects.order_by("-pk")}
    links, arrivals, answers = [], [], []
    for application in Application.objects.open().order_by("pk").select_related("job"):
        person = by_person[application.candidate_id]
        key = f"{person.key}:{application.job.public_id}"
        document = files.get(application.candidate_id)
        link = "" if document else f"https://portfolio.example/{streams.uid('link', key).hex[:8]}"
        if link:
            links.append(
                Link(
                    candidate_id=application.candidate_id, url=link, canonical=canonical_link(link)
                )
            )
        arrival = Arrival(
            application=application,
            form_id=streams.uid("arrival", key),
            at=application.applied_at,
            name=person.name,
            email=person.emails[0],
            phone=person.phone,
            link=link,
            note=streams.of("arrival note", key).choice(NOTES),
            document=document,
            job_emails="granted" if person.granted_at else "",
        )
        arrivals.append(arrival)
        for question, said in questions[application.job_id]:
            text = streams.of("answer", f"{key}:{question.position}").choice(said)
            answers.append(
                Answer(
                    arrival=arrival,
                    question=question,
                    position=question.position,
                    asked=question.text,
                    text=text,
                    mark=question.mark if text in question.marked_answers else "",
                )
            )
    insert(Link, links)
    insert(Arrival, arrivals)
    insert(Answer, answers)


def _questions(streams: Streams, company: Company) -> dict[int, list[tuple[Question, list[str]]]]:
    """Write the questions of every job; return them by job with what people answer."""
    asked: dict[int, list[tuple[Question, list[str]]]] = {}
    for key, job in company.jobs.items():
        for position, (text, kind, choices, marked, mark, said) in enumerate(
            ASKED[company.plans[key].family], start=1
        ):
            question = Question(
                public_id=streams.uid("question", f"{key}:{position}"),
                job=job,
                position=position,
                text=text,
                kind=kind,
                choices=choices,
                is_required=kind in {"choice", "yes_no"},
                marked_answers=marked,
                mark=mark,
            )
            asked.setdefault(job.pk, []).append((question, said))
    insert(Question, (question for rows in asked.values() for question, _ in rows))
    return asked
