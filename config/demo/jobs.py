"""The jobs of the employer, of today and of the last years."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.demo.lists import SKILLS


@dataclass(eq=False)
class JobPlan:
    """One job as the story tells it. Days are before the anchor."""

    key: str
    title: str
    family: str
    office: str
    status: str
    opened: int | None
    closed: int | None = None
    mode: str = "on_site"
    must: list[str] = field(default_factory=list)
    nice: list[str] = field(default_factory=list)
    pay: tuple[int, int] | None = None
    level: tuple[int, int] | None = None
    must_needed: int | None = None
    first_look: int = 0  # hours

    def opened_at(self, anchor: datetime) -> datetime | None:
        return None if self.opened is None else anchor - timedelta(days=self.opened, hours=-1)

    def closed_at(self, anchor: datetime) -> datetime | None:
        return None if self.closed is None else anchor - timedelta(days=self.closed)


E_, M_, O_, D_, S_, C_ = list(SKILLS)
JOBS = [
    JobPlan(
        "cable-technician",
        "Cable Technician",
        E_,
        "Bristol",
        "open",
        1,
        mode="hybrid",
        must=["HV isolation"],
        nice=["BOSIET", "Cable jointing", "Thermal imaging"],
        pay=(41_000, 47_000),
        level=(2, 4),
    ),
    JobPlan(
        "marine-electrician",
        "Marine Electrician",
        E_,
        "Bristol",
        "open",
        12,
        must=["Switchgear", "Fault finding"],
        nice=["BOSIET", "Earthing"],
        pay=(43_000, 51_000),
        level=(3, 5),
        must_needed=1,
        first_look=24,
    ),
    JobPlan(
        "turbine-technician-2",
        "Turbine Technician",
        M_,
        "Bristol",
        "open",
        20,
        must=["Hydraulics", "Torque tensioning"],
        nice=["Gearboxes"],
        pay=(38_000, 45_000),
    ),
    JobPlan(
        "data-analyst-2",
        "Data Analyst",
        D_,
        "Kingston",
        "open",
        62,
        mode="remote",
        must=["SQL", "Python"],
        nice=["Time series", "Dashboards"],
        pay=(72_000, 90_000),
    ),
    JobPlan(
        "blade-technician-2",
        "Blade Technician",
        M_,
        "Gdańsk",
        "open",
        26,
        must=["Blade repair", "Composite lay-up"],
        nice=["Welding"],
        pay=(98_000, 126_000),
        must_needed=1,
    ),
    JobPlan(
        "vessel-master-2",
        "Vessel Master",
        O_,
        "Nantes",
        "open",
        34,
        must=["Vessel handling", "Tide planning"],
        nice=["Mooring"],
        pay=(46_000, 56_000),
        must_needed=1,
    ),
    JobPlan(
        "controls-engineer-2",
        "Controls Engineer",
        S_,
        "Nantes",
        "open",
        41,
        mode="hybrid",
        must=["SCADA", "Embedded C"],
        nice=["Linux", "PLC programming"],
        pay=(48_000, 60_000),
        must_needed=1,
    ),
    JobPlan(
        "permitting-officer-2",
        "Permitting Officer",
        C_,
        "New York",
        "open",
        29,
        mode="hybrid",
        must=["Permitting"],
        nice=["Stakeholder management"],
        pay=(82_000, 98_000),
    ),
    JobPlan(
        "substation-electrician",
        "Substation Electrician",
        E_,
        "Amman",
        "open",
        48,
        must=["Switchgear", "Protection relays"],
        nice=["Earthing"],
        pay=(11_000, 15_000),
        must_needed=1,
    ),
    JobPlan(
        "rov-pilot-2",
        "ROV Pilot",
        O_,
        "Bristol",
        "open",
        55,
        must=["ROV piloting"],
        nice=["BOSIET", "Sea survival"],
        pay=(44_000, 53_000),
    ),
    JobPlan(
        "web-developer-draft",
        "Web Developer",
        S_,
        "Nantes",
        "draft",
        None,
        mode="remote",
        must=["Django", "JavaScript"],
        nice=["React"],
        pay=(46_000, 58_000),
        first_look=48,
    ),
    JobPlan("buyer-draft", "Buyer", C_, "Gdańsk", "draft", None),
    JobPlan(
        "field-technician",
        "Field technician",
        M_,
        "Bristol",
        "template",
        None,
        must=SKILLS[M_][1:3],
        nice=SKILLS[M_][3:5],
    ),
]
_PAST = [
    ("turbine-technician", "Turbine Technician", M_, "Bristol", 690),
    ("hv-electrician", "HV Electrician", E_, "Bristol", 660),
    ("jointer", "Cable Jointer", E_, "Bristol", 590),
    ("electrician-gdansk", "Electrician", E_, "Gdańsk", 540),
    ("data-analyst", "Data Analyst", D_, "Kingston", 500),
    ("blade-technician", "Blade Technician", M_, "Gdańsk", 470),
    ("vessel-master", "Vessel Master", O_, "Nantes", 430),
    ("backend-engineer", "Software Engineer", S_, "Nantes", 400),
    ("bid-manager", "Bid Manager", C_, "New York", 360),
    ("switchgear-technician", "Switchgear Technician", E_, "Amman", 320),
    ("marine-coordinator", "Marine Coordinator", O_, "Bristol", 280),
    ("senior-electrician", "Senior Electrician", E_, "Bristol", 240),
    ("fitter", "Mechanical Fitter", M_, "Bristol", 200),
    ("forecast-analyst", "Forecast Analyst", D_, "Kingston", 170),
    ("welder", "Welder", M_, "Gdańsk", 140),
    ("project-planner", "Project Planner", C_, "Bristol", 110),
]
_CLOSED_UNFILLED = {"bid-manager", "forecast-analyst", "welder"}
JOBS += [
    JobPlan(
        key,
        title,
        family,
        office,
        "closed" if key in _CLOSED_UNFILLED else "filled",
        opened,
        closed=opened - 62,
        must=SKILLS[family][1:3],
        nice=SKILLS[family][3:5],
    )
    for key, title, family, office, opened in _PAST
]
