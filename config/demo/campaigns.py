"""What Larkspur has written to people before: finished, paused and drafted campaigns.

Every message here is in a state that the machine leaves alone, so a worker sends nothing of it.
"""

from datetime import datetime, timedelta

from candidates.models import Candidate, TalentPool
from config.demo import pools, texts
from config.demo.company import Company
from config.demo.people import Person
from config.demo.story import Past, Story
from config.demo.streams import Streams
from engagement.models import (
    Campaign,
    Enrolment,
    Step,
    Template,
    TemplateVersion,
)

FINISHED = [
    Past("switchgear", "Switchgear people, Bristol and Gdańsk", "senior-electrician", 236, 240, 2),
    Past("workshop", "Workshop hands", "fitter", 197, 200, 1),
    Past("planners", "Planners we met", "project-planner", 106, 160, 2),
]
NEWS = [
    Past("summer", "What we build: summer letters", "", 172, 560, 3),
    Past("autumn", "What we build: autumn letters", "", 62, 1_200, 3, ceiling=1_500),
]
JOB_OPENS = [
    ("A job opens", texts.CAMPAIGN_SUBJECT, texts.CAMPAIGN_TEXT),
    ("Still open", texts.FOLLOW_UP_SUBJECT, texts.FOLLOW_UP_TEXT),
]
PAUSED = Past("rov", "ROV pilots", "rov-pilot-2", 50, 60, 1, is_paused=True, ceiling=25)


def write(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    versions = _templates(company, anchor, JOB_OPENS)
    for past in [*FINISHED, PAUSED]:
        _campaign(streams, company, people, rows, anchor, past, versions)
    _letters_to_the_pool(streams, company, people, rows, anchor)
    _draft(streams, company, anchor)


def _templates(
    company: Company, anchor: datetime, wordings: list[tuple[str, str, str]]
) -> list[TemplateVersion]:
    """wordings: a name, a subject and a text each."""
    made = []
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
    pool: TalentPool | None = None,
) -> None:
    story = Story(streams, company, rows, past, _morning(anchor - timedelta(days=past.days)))
    if not story.audience(people):
        return  # a small company had nobody to write to
    story.begin(versions, pool)
    enrolled = story.enrol(people)
    for person, enrolment in enrolled:
        story.send(person, enrolment)
    story.write([enrolment for _, enrolment in enrolled], anchor)


def _letters_to_the_pool(
    streams: Streams,
    company: Company,
    people: list[Person],
    rows: dict[str, Candidate],
    anchor: datetime,
) -> None:
    """Twice a year, to everybody who had agreed by then: about no job in particular."""
    pool = TalentPool.objects.create(
        public_id=streams.uid("pool", "letters"),
        name="Letters twice a year",
        description="Agreed to hear from us. Gets what we build, in summer and in autumn.",
        owner=company.users["mina"],
        created_at=anchor - timedelta(days=200),
    )
    versions = _templates(company, anchor, texts.NEWS)
    came: dict[Candidate, datetime] = {}
    for past in NEWS:
        _campaign(streams, company, people, rows, anchor, past, versions, pool)
    for enrolment in Enrolment.objects.filter(campaign__pool=pool).select_related("candidate"):
        came.setdefault(enrolment.candidate, enrolment.enrolled_at - timedelta(hours=3))
    pools.join(pool, list(came.items()), by=company.users["mina"])


def _morning(moment: datetime) -> datetime:
    """Return nine o'clock UTC of the same weekday, or of the Monday after a weekend."""
    moment = moment.replace(hour=9, minute=0)
    return moment + timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)


def _draft(streams: Streams, company: Company, anchor: datetime) -> None:
    """A draft that cannot go out yet: its text names a field that does not exist."""
    mina = company.users["mina"]
    campaign = Campaign.objects.create(
        public_id=streams.uid("campaign", "draft"),
        name="Marine electricians, second round",
        job=company.jobs["marine-electrician"],
        sender=mina,
        by=mina,
        created_at=anchor - timedelta(days=2),
        daily_ceiling=40,
    )
    template = Template.objects.create(name=f"{campaign.public_id} 1", campaign=campaign)
    version = TemplateVersion.objects.create(
        template=template,
        number=1,
        subject=texts.CAMPAIGN_SUBJECT,
        text=texts.CAMPAIGN_TEXT.replace("candidate.call_name|there", "candidate.nickname"),
        by=mina,
        created_at=anchor - timedelta(days=2),
    )
    Step.objects.create(campaign=campaign, position=1, template_version=version)
