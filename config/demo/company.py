"""The employer: organisation, colleagues, offices, skills and jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Organisation, Role, User
from applications.models import (
    Department,
    HiringTeamMember,
    Job,
    JobSkill,
    Milestone,
    Office,
    Stage,
)
from candidates.models import Skill, SkillAlias
from config.demo.jobs import JOBS, JobPlan
from config.demo.lists import ALIASES, AMBIGUOUS, IMPLIES, OFFICES, SKILLS
from config.demo.streams import Streams
from config.demo.texts import DOES, JOB_DESCRIPTION

PASSWORD = "tidal-turbine-demo"  # noqa: S105  # printed at start; DEMO only
DOMAIN = "larkspur-tidal.example"

# key, name, what they may do, job title, and the office they sit in
COLLEAGUES: list[tuple[str, str, list[Role], str, str]] = [
    ("admin", "Ada Whitlock", [Role.ADMIN], "Systems", "Bristol"),
    ("mina", "Mina Aldaco", [Role.RECRUITER, Role.ADMIN], "Lead recruiter", "Bristol"),
    ("jonas", "Jonas Wiśniewski", [Role.RECRUITER], "Recruiter", "Gdańsk"),
    ("claire", "Claire Guéguen", [Role.RECRUITER], "Recruiter", "Nantes"),
    ("samira", "Samira Odeh", [Role.RECRUITER], "Recruiter", "Amman"),
    ("tomas", "Tomas Reyes", [Role.HIRING_MANAGER], "Head of Electrical", "Bristol"),
    ("ruth", "Ruth Sedgwick", [Role.HIRING_MANAGER], "Workshop manager", "Bristol"),
    ("piotr", "Piotr Domański", [Role.HIRING_MANAGER], "Marine operations", "Gdańsk"),
    ("yann", "Yann Kermarrec", [Role.HIRING_MANAGER], "Software", "Nantes"),
    ("grace", "Grace Boateng", [Role.HIRING_MANAGER], "Data", "Kingston"),
    ("hal", "Hal Brandywine", [Role.HIRING_MANAGER], "Commercial", "New York"),
    ("nour", "Nour Khalil", [Role.HIRING_MANAGER], "Site manager", "Amman"),
    ("olive", "Olive Hartnell", [Role.PRIVACY_OFFICER], "Privacy officer", "Bristol"),
    ("iris", "Iris Vance", [Role.INTERVIEWER], "Senior jointer", "Bristol"),
]
MANAGER_OF = {
    "Electrical": "tomas",
    "Mechanical": "ruth",
    "Marine operations": "piotr",
    "Data": "grace",
    "Software": "yann",
    "Commercial": "hal",
}
RECRUITER_OF = {
    "Bristol": "mina",
    "Gdańsk": "jonas",
    "Nantes": "claire",
    "Kingston": "mina",
    "New York": "claire",
    "Amman": "samira",
}
HELPS_OF = {"Kingston": "claire"}  # answers there first; what is late comes up to whose job it is
TEAM_OF = {  # who reads whose private notes
    "mina": "North Sea recruiting",
    "jonas": "North Sea recruiting",
    "claire": "Southern recruiting",
    "samira": "Southern recruiting",
}
REGIONS = {"CA": "Ontario", "US": "New York"}  # where rules about records differ by it
CURRENCY_OF = {
    "Bristol": "GBP",
    "Gdańsk": "PLN",
    "Nantes": "EUR",
    "Kingston": "CAD",
    "New York": "USD",
    "Amman": "JOD",
}
# name, milestone, what the candidate sees, hear-by days
PIPELINE = [
    ("Received", Milestone.APPLIED, Stage.CandidateState.RECEIVED, 5),
    ("Review", Milestone.SCREENED, Stage.CandidateState.REVIEWED, 7),
    ("Interview", Milestone.INTERVIEWED, Stage.CandidateState.INTERVIEWING, 7),
    ("Decision", Milestone.FINAL, Stage.CandidateState.DECIDING, 5),
    ("Offer", Milestone.OFFERED, Stage.CandidateState.OFFER, 7),
    ("Hired", Milestone.HIRED, Stage.CandidateState.OFFER, 7),
]


@dataclass
class Company:
    """What the rest of the story refers to."""

    users: dict[str, User]
    offices: dict[str, Office]
    skills: dict[str, Skill]
    jobs: dict[str, Job]
    stages: dict[str, list[Stage]]
    plans: dict[str, JobPlan]


def build(streams: Streams, anchor: datetime) -> Company:
    Organisation.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Larkspur Tidal Works",
            "legal_name": "Larkspur Tidal Works Ltd (fictional)",
            "postal_address": "1 Pier Street, Exampleton, EX1 1AA",
            "privacy_email": f"privacy@{DOMAIN}",
            "mail_domain": DOMAIN,
            "letters_from": f"letters@{DOMAIN}",
            "job_emails_from": f"jobs@{DOMAIN}",
            "time_zone": "Europe/London",
            "shows_record": True,
            "shows_response": True,
            "first_answer_days": 14,
            "country": "GB",
        },
    )
    users = _users(streams, anchor)
    offices = _offices()
    skills = _skills()
    plans = {plan.key: plan for plan in JOBS}
    jobs = {key: _job(streams, plan, anchor, users, offices) for key, plan in plans.items()}
    stages = _stages(streams, jobs)
    JobSkill.objects.bulk_create(
        JobSkill(job=jobs[plan.key], skill=skills[name], need=need, weight=weight)
        for plan in JOBS
        for need, names in (("must", plan.must), ("nice", plan.nice))
        for weight, name in zip(range(len(names), 0, -1), names, strict=True)
    )
    return Company(users, offices, skills, jobs, stages, plans)


def _users(streams: Streams, anchor: datetime) -> dict[str, User]:
    users = {}
    for key, name, roles, title, office in COLLEAGUES:
        users[key] = User.objects.create_user(
            f"{key}@{DOMAIN}",
            PASSWORD,
            public_id=streams.uid("user", key),
            name=name,
            roles=roles,
            title=title,
            team=TEAM_OF.get(key, ""),
            time_zone=OFFICES[office][2],
            created_at=anchor - timedelta(days=760),
        )
    return users


def _offices() -> dict[str, Office]:
    Office.objects.bulk_create(
        Office(
            name=name,
            city=city,
            country=country,
            region=REGIONS.get(country, ""),
            time_zone=zone,
            latitude=lat,
            longitude=lon,
        )
        for name, (city, country, zone, lat, lon, _towns) in OFFICES.items()
    )
    return {office.name: office for office in Office.objects.all()}


def _skills() -> dict[str, Skill]:
    Skill.objects.bulk_create(
        Skill(name=name, family=family) for family, names in SKILLS.items() for name in names
    )
    skills = {skill.name: skill for skill in Skill.objects.all()}
    spellings = {name.lower(): name for name in skills} | ALIASES
    SkillAlias.objects.bulk_create(
        SkillAlias(skill=skills[name], spelling=spelling, is_ambiguous=spelling in AMBIGUOUS)
        for spelling, name in sorted(spellings.items())
    )
    for name, implied in IMPLIES.items():
        skills[name].implies.add(skills[implied])
    return skills


def _job(
    streams: Streams,
    plan: JobPlan,
    anchor: datetime,
    users: dict[str, User],
    offices: dict[str, Office],
) -> Job:
    department, _ = Department.objects.get_or_create(name=plan.family)
    recruiter = users[RECRUITER_OF[plan.office]]
    opened_at = plan.opened_at(anchor)
    low, high = (amount * 100 for amount in plan.pay) if plan.pay else (None, None)
    job = Job.objects.create(
        public_id=streams.uid("job", plan.key),
        title=plan.title,
        requisition=(
            f"J-{streams.of('requisition', plan.key).randrange(100, 999)}"
            if plan.status != "template"
            else ""
        ),
        department=department,
        family=plan.family,
        work_mode=plan.mode,
        seniority_from=plan.level[0] if plan.level else None,
        seniority_to=plan.level[1] if plan.level else None,
        salary_from=low,
        salary_to=high,
        salary_currency=CURRENCY_OF[plan.office] if plan.pay else "",
        description=JOB_DESCRIPTION.format(
            title=plan.title,
            place=plan.office,
            does=DOES[plan.family],
            helps=", ".join(plan.must + plan.nice) or "curiosity about the sea",
        ),
        must_needed=plan.must_needed,
        status=plan.status,
        owner=recruiter,
        opened_at=opened_at,
        closed_at=plan.closed_at(anchor),
        first_look_hours=plan.first_look,
        public_at=opened_at + timedelta(hours=plan.first_look)
        if opened_at and plan.first_look
        else None,
        created_at=(opened_at or anchor) - timedelta(days=3),
    )
    job.offices.add(offices[plan.office])
    HiringTeamMember.objects.bulk_create(
        [
            HiringTeamMember(job=job, user=recruiter, part="recruiter"),
            HiringTeamMember(job=job, user=users[MANAGER_OF[plan.family]], part="hiring_manager"),
            *(
                HiringTeamMember(job=job, user=users[HELPS_OF[office]], part="recruiter")
                for office in HELPS_OF
                if office == plan.office
            ),
        ]
    )
    return job


def _stages(streams: Streams, jobs: dict[str, Job]) -> dict[str, list[Stage]]:
    stages = {
        key: [
            Stage(
                public_id=streams.uid("stage", f"{key}:{name}"),
                job=job,
                name=name,
                position=position,
                milestone=milestone,
                candidate_state=state,
                hear_by_days=days,
            )
            for position, (name, milestone, state, days) in enumerate(PIPELINE, start=1)
        ]
        for key, job in jobs.items()
    }
    Stage.objects.bulk_create(stage for row in stages.values() for stage in row)
    return stages
