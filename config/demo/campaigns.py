"""What Larkspur has written to people before: finished, paused and drafted campaigns.

Every message here is in a state that the machine leaves alone, so a worker sends nothing of it.
"""

from datetime import datetime, timedelta

from candidates.models import Candidate
from config.demo import texts
from config.demo.company import Company
from config.demo.people import Person
from config.demo.story import Past, Story
from config.demo.streams import Streams
from engagement.models import (
    Campaign,
    Step,
    Template,
    TemplateVersion,
)

FINISHED = [
    Past("switchgear", "Switchgear people, Bristol and Gdańsk", "senior-electrician", 236, 240, 2),
    Past("workshop", "Workshop hands", "fitter", 197, 200, 1),
    Past("planners", "Planners we met", "project-planner", 106, 160, 2),
]
PAUSED = Past("rov", "ROV pilots", "rov-pilot-2", 50, 60, 1, is_paused=True)


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    versions = _templates(company, anchor)
    for past in [*FINISHED, PAUSED]:
        _campaign(streams, company, people, rows, anchor, past, versions)
    _draft(streams, company, versions, anchor)


def _templates(company: Company, anchor: datetime) -> list[TemplateVersion]:
    made = []
    wordings = [
        ("A job opens", texts.CAMPAIGN_SUBJECT, texts.CAMPAIGN_TEXT),
        ("Still open", texts.FOLLOW_UP_SUBJECT, texts.FOLLOW_UP_TEXT),
    ]
    for name, subject, text in wordings:
        made.append(
            TemplateVersion.objects.create(
                template=Template.objects.create(name=name),
                number=1,
                subject=subject,
                text=text,
                by=company.users["mina"],
                created_at=anchor - timedelta(days=300),
            )
        )
    return made


def _campaign(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
    past: Past,
    versions: list[TemplateVersion],
) -> None:
    story = Story(streams, company, rows, past, _morning(anchor - timedelta(days=past.days)))
    if not story.audience(people):
        return  # a small company had nobody to write to
    story.begin(versions)
    enrolled = story.enrol(people)
    for person, enrolment in enrolled:
        story.send(person, enrolment)
    story.write([enrolment for _, enrolment in enrolled], anchor)


def _morning(moment: datetime) -> datetime:
    """Return nine o'clock UTC of the same weekday, or of the Monday after a weekend."""
    moment = moment.replace(hour=9, minute=0)
    return moment + timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)


def _draft(
    streams: Streams, company: Company, versions: list[TemplateVersion], anchor: datetime
) -> None:
    """A draft that cannot go out yet: its text names a field that does not exist."""
    mina = company.users["mina"]
    version = TemplateVersion.objects.create(
        template=versions[0].template,
        number=2,
        subject=texts.CAMPAIGN_SUBJECT,
        text=texts.CAMPAIGN_TEXT.replace("candidate.call_name|there", "candidate.nickname"),
        by=mina,
        created_at=anchor - timedelta(days=2),
    )
    campaign = Campaign.objects.create(
        public_id=streams.uid("campaign", "draft"),
        name="Marine electricians, second round",
        job=company.jobs["marine-electrician"],
        sender=mina,
        by=mina,
        created_at=anchor - timedelta(days=2),
    )
    Step.objects.create(campaign=campaign, position=1, template_version=version)
