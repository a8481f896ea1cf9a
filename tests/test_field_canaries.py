"""X-08: what table 4.2 keeps from hiring managers and interviewers is on no page they can reach.

Unique strings stand where the secrets are. Both roles follow every link from Today on, ask every
route about everything around the person, and meet the error pages on their way; calendar files and
file names are read as well. A recruiter makes the same walk and finds each string: the walk looks.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.models import User
from applications.actions.jobs import change_job
from applications.actions.reviews import save_view
from applications.actions.scorecards import Said
from applications.models import HiringTeamMember, Interview, Interviewer, Review
from candidates.actions.notes import write_note
from tests.conftest import confirm_password
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import (
    AnswerFactory,
    ApplicationFactory,
    ArrivalFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    PromiseFactory,
    StageFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    CandidateTagFactory,
    DuplicateSuggestionFactory,
    GroundEventFactory,
    LinkFactory,
    PhoneFactory,
)
from tests.factories.documents import DocumentFactory
from tests.factories.interviews import (
    InterviewFactory,
    JobCriterionFactory,
    RatingFactory,
    ScorecardFactory,
)
from tests.factories.reviews import ReviewFactory
from tests.routes import PUBLIC, routes

pytestmark = pytest.mark.django_db
CANARIES = {
    "salary": "73,913",
    "private note": "canarynoteprivate",
    "team note": "canarynoteteam",
    "other job": "Canaryjob Keeper",
    "email": "canarymail@mailbox.example",
    "email in the CV": "canarycv@mailbox.example",
    "phone": "900731",
    "phone in the CV": "900 732",
    "profile": "canaryprofile",
    "letter": "canaryletter",
    "tag": "Canarytag",
    "file name": "canaryfile",
    "scorecard of a peer": "canaryscorecard",
    "words of the candidate to us": "canarywords",
    "view of a peer": "canaryview",
    "draft of a peer": "canarydraft",
    "email in an answer": "canaryanswer@mailbox.example",
    "phone they typed": "900 734",
    "link they typed": "canarylink",
    "promise": "canarypromise",
    "ground": "canaryground",
    "possible duplicate": "Canarytwin",
}
STAFF = [route for route in routes() if route.name not in PUBLIC]


@pytest.fixture
def interview(recruiter: User, hiring_manager: User, interviewer: User) -> Interview:
    """An interview that both hold, with a secret in every place that has one."""
    OrganisationFactory()
    person = CandidateFactory(
        name="Sabine Brandt",
        email__address=CANARIES["email"],
        salary_expectation=7_391_300,
        salary_currency="GBP",
        owner=recruiter,
    )
    write_note(person, by=recruiter, text="canarynoteprivate", visibility="private")
    write_note(person, by=recruiter, text="canarynoteteam", visibility="team")
    PhoneFactory(candidate=person, number="+447700900731")
    LinkFactory(candidate=person, url="https://profiles.example/canaryprofile")
    CandidateTagFactory(candidate=person, tag__name="Canarytag")
    other = ApplicationFactory(candidate=person, job__title=CANARIES["other job"], rejected=True)
    PromiseFactory(candidate=person, application=other, owner=recruiter, note="canarypromise")
    GroundEventFactory(candidate=person, wording="canaryground")
    twin = CandidateFactory(name="Canarytwin Brand")
    DuplicateSuggestionFactory(one=person, other=twin)
    job = JobFactory(title="Blade Technician", owner=recruiter)
    StageFactory(job=job)
    skill = CandidateSkillFactory(candidate=person).skill
    JobSkillFactory(job=job, skill=skill)
    JobCriterionFactory(job=job)
    application = ApplicationFactory(candidate=person, job=job)
    arrival = ArrivalFactory(
        application=application,
        phone="07700 900 734",
        link="https://profiles.example/canarylink",
        note="Sabine here: canaryanswer@mailbox.example or 07700 900 734",
    )
    AnswerFactory(arrival=arrival, text="Write to canaryanswer@mailbox.example, says S. BRANDT")
    ReviewFactory(application=application, reviewer=hiring_manager, asked_by=recruiter)
    ReviewFactory(application=application, sent=True, why="canaryview")
    ReviewFactory(application=application, reviewer=recruiter, why="canarydraft")
    LetterFactory(application=application, text="canaryletter", subject="canaryletter")
    DocumentFactory(
        candidate=person,
        file_name="canaryfile 07700 900731.txt",
        state="ready",
        text=(
            "Sabine Brandt. Ten years with blades. canarycv@mailbox.example, 07700 900 732, "
            "https://profiles.example/canaryprofile, 2015-2019 at Brackwater"
        ),
    )
    found = InterviewFactory(
        application=application,
        starts_at=timezone.now() + timedelta(hours=2),
        panel=[hiring_manager, interviewer],
        by=recruiter,
    )
    held = InterviewFactory(application=application, held=True, panel=[hiring_manager, interviewer])
    card = ScorecardFactory(interview=held, author=recruiter, summary="canaryscorecard")
    RatingFactory(scorecard=card, evidence="canaryscorecard")
    InterviewFactory(
        application=ApplicationFactory(
            candidate=person, job=JobFactory(title="Canaryjob Keeper 2")
        ),
        asked_at=timezone.now(),
        asked_words="canarywords",
        by=recruiter,
    )
    return found


def walk(user: User, interview: Interview) -> tuple[str, set[str]]:
    """Return everything this user can read, as one text, and the routes that answered 200."""
    texts, reached = [], set()
    for text, route in pages(user, interview):
        texts.append(text)
        reached |= {route} - {""}
    return unescape("\n".join(texts)), reached


def pages(user: User, interview: Interview) -> Iterator[tuple[str, str]]:
    """Give what this user reads on each page there is, and the route of it if it answered 200.

    A route that takes no GET, or no POST, takes none for anything: it is asked once.
    """
    client = Client(raise_request_exception=False)
    client.force_login(user)
    confirm_password(client)
    waiting, seen = ["/today", "/interviews?view=arranged", *about(ids_around(interview))], set()
    refused: set[str] = set()
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        name = name_of(address)
        if address in seen or name is None or name in refused:
            continue
        seen.add(address)
        response = client.get(address)
        text = text_of(response)
        if response.status_code == 405:
            refused.add(name)
        elif response.status_code in {301, 302}:
            waiting.append(urljoin(address, response["Location"]))
        elif response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            links = re.findall(r'(?:href|hx-get)="([^"#][^"]*)"', text)
            waiting += [urljoin(address, unescape(link)) for link in links]
        yield text, name if response.status_code == 200 else ""
    for route in STAFF:  # what is done, is asked to be done wrongly: error pages say things, too
        if route.name in {"accounts:sign_out", "theme"}:
            continue
        ids = ids_around(interview)  # anew for each: what was done may have made something
        for address in dict.fromkeys(filled(route.pattern, route.converters, one) for one in ids):
            response = client.post(address, {"q": "canary", "state": "?", "time_1": "?"})
            yield text_of(response), ""
            if response.status_code == 405:
                break


def about(ids: list[UUID]) -> list[str]:
    return [filled(route.pattern, route.converters, one) for route in STAFF for one in ids]


def ids_around(interview: Interview) -> list[UUID]:
    person = interview.application.candidate
    found = {person.public_id, interview.public_id}
    found |= set(person.applications.values_list("public_id", flat=True))
    found |= set(person.applications.values_list("job__public_id", flat=True))
    found |= set(person.applications.values_list("letters__public_id", flat=True)) - {None}
    found |= set(person.applications.values_list("reviews__public_id", flat=True)) - {None}
    found |= set(person.documents.values_list("public_id", flat=True))
    found |= set(
        Interview.objects.filter(application__candidate=person).values_list("public_id", flat=True)
    )
    return sorted(found)


def filled(pattern: str, converters: dict, one: UUID) -> str:
    for name in converters:
        pattern = pattern.replace(f"<{name}>", str(one))
    return f"/{pattern}?q=canary&show=&view=table"


def text_of(response: HttpResponse) -> str:
    """What came, with what it is called."""
    body = b"".join(response) if response.streaming else response.content
    name = response.headers.get("Content-Disposition", "")
    where = response.headers.get("Location", "")
    unfolded = body.decode(errors="replace").replace("\r\n ", "")  # lines of a calendar file
    return f"{name}\n{where}\n{unfolded}"


def name_of(address: str) -> str | None:
    parts = urlsplit(address)
    if parts.netloc or parts.scheme in {"mailto", "tel"}:
        return None
    try:
        return resolve(parts.path).view_name
    except Resolver404:
        return None


def found_in(text: str) -> list[str]:
    return [name for name, canary in CANARIES.items() if canary in text]


def test_an_interviewer_finds_none_of_them(interview: Interview, interviewer: User) -> None:
    text, reached = walk(interviewer, interview)

    assert found_in(text) == []
    assert "Ten years with blades" in text
    assert "2015-2019 at Brackwater" in text
    assert {"applications:interview", "applications:interview_calendar"} <= reached


def test_a_hiring_manager_finds_none_of_them(interview: Interview, hiring_manager: User) -> None:
    text, reached = walk(hiring_manager, interview)

    assert found_in(text) == []
    assert {"applications:interview", "applications:application", "applications:job"} <= reached
    assert {"applications:reviews", "applications:review", "applications:review_text"} <= reached


def test_in_a_blind_review_the_name_is_on_no_page_until_the_view_is_sent(
    interview: Interview, hiring_manager: User
) -> None:
    """U-12: HTML, titles, addresses, downloads and their names, errors, the palette."""
    job = interview.application.job
    Interviewer.objects.all().delete()
    change_job(job, by=job.owner, version=job.version, blind_review=True)

    text, reached = walk(hiring_manager, interview)

    assert re.findall("sabine|brandt", text, re.IGNORECASE) == []
    assert {"applications:reviews", "applications:review", "applications:review_text"} <= reached
    assert "Candidate 1" in text
    client = Client()
    client.force_login(hiring_manager)
    looked_for = [
        client.get("/palette?q=sabi"),
        client.get(f"/jobs/{job.public_id}/pipeline?q=nobody"),  # not narrowed by names
    ]
    assert ["Brandt" in text_of(one) for one in looked_for] == [False, False]
    assert "Candidate 1" in text_of(looked_for[1])
    assert "Ten years with blades" in text
    review = Review.objects.get(reviewer=hiring_manager)
    save_view(review, Said("meet"), version=1, by=hiring_manager, send=True)
    assert any("Sabine Brandt" in unescape(text) for text, _ in pages(hiring_manager, interview))


def test_a_recruiter_who_walks_the_same_way_finds_them_all(
    interview: Interview, recruiter: User
) -> None:
    text, _ = walk(recruiter, interview)

    assert found_in(text) == list(CANARIES)


@pytest.mark.parametrize("who", ["hiring_manager", "interviewer"])
def test_taken_off_the_panel_and_the_team_nothing_is_left(
    interview: Interview, hiring_manager: User, interviewer: User, who: str
) -> None:
    Interviewer.objects.all().delete()
    HiringTeamMember.objects.all().delete()

    text, _ = walk({"hiring_manager": hiring_manager, "interviewer": interviewer}[who], interview)

    assert "Sabine" not in text
