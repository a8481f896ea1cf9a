"""Invented people in bulk, made inside the database: 100,000 in well under a minute.

    from benchmarks import people_data
    people_data.fill(100_000)

Deterministic for a count. All addresses are under `.example`. Skills follow a Zipf-like frequency.
"""

import json
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from accounts.models import Role, User
from candidates.models import (
    Activity,
    Candidate,
    CandidateSkill,
    EmailAddress,
    GroundEvent,
    Note,
    Preference,
    Skill,
)
from engagement.models import Message

SKILLS = 3000
SKILLS_PER_PERSON = 8
WORDING = "Keep my details for 12 months and email me when a similar job opens."

FIRST = [
    "Aino",
    "Amara",
    "Anton",
    "Aria",
    "Beatriz",
    "Bjorn",
    "Chidi",
    "Clara",
    "Dario",
    "Deniz",
    "Edda",
    "Elif",
    "Emeka",
    "Ewa",
    "Farid",
    "Fatima",
    "Felix",
    "Freya",
    "Gita",
    "Goran",
    "Hana",
    "Hugo",
    "Ines",
    "Isak",
    "Jada",
    "Jonas",
    "Kaito",
    "Karim",
    "Klara",
    "Lars",
    "Leila",
    "Linnea",
    "Luca",
    "Mads",
    "Maja",
    "Mateo",
    "Mina",
    "Nadia",
    "Nils",
    "Noor",
    "Olga",
    "Omar",
    "Paulo",
    "Petra",
    "Priya",
    "Rafael",
    "Rosa",
    "Runa",
    "Sami",
    "Selma",
    "Stefan",
    "Tara",
    "Tariq",
    "Theo",
    "Ulla",
    "Vera",
    "Viggo",
    "Wanda",
    "Xenia",
    "Yara",
    "Yusuf",
    "Zane",
    "Zofia",
    "Zuri",
]
LAST = [
    "Abara",
    "Ahlberg",
    "Almeida",
    "Andersson",
    "Aydin",
    "Baker",
    "Barros",
    "Becker",
    "Bianchi",
    "Bosko",
    "Brandt",
    "Carvalho",
    "Chen",
    "Costa",
    "Dahl",
    "Demir",
    "Diallo",
    "Duarte",
    "Eriksen",
    "Farkas",
    "Ferrari",
    "Fischer",
    "Fontaine",
    "Garcia",
    "Gruber",
    "Haddad",
    "Halloran",
    "Hansen",
    "Horvat",
    "Ibarra",
    "Iqbal",
    "Jansen",
    "Jovanovic",
    "Kaya",
    "Keller",
    "Kowalska",
    "Laine",
    "Larsen",
    "Lind",
    "Lopez",
    "Marchetti",
    "Mensah",
    "Moreau",
    "Nakamura",
    "Ndiaye",
    "Nilsen",
    "Novak",
    "Nowak",
    "Okafor",
    "Olsen",
    "Osei",
    "Park",
    "Petrov",
    "Quist",
    "Ricci",
    "Rojas",
    "Santos",
    "Sato",
    "Schmid",
    "Silva",
    "Sorensen",
    "Suzuki",
    "Toth",
    "Vargas",
    "Virtanen",
    "Vogel",
    "Walker",
    "Weber",
    "Yilmaz",
    "Zielinski",
]
PLACES = (  # city, country, zone, latitude, longitude, weight
    ("Bristol", "GB", "Europe/London", 51.45, -2.59, 5),
    ("London", "GB", "Europe/London", 51.51, -0.13, 4),
    ("Glasgow", "GB", "Europe/London", 55.86, -4.25, 2),
    ("Aberdeen", "GB", "Europe/London", 57.15, -2.09, 2),
    ("Paris", "FR", "Europe/Paris", 48.86, 2.35, 2),
    ("Brest", "FR", "Europe/Paris", 48.39, -4.49, 1),
    ("Hamburg", "DE", "Europe/Berlin", 53.55, 9.99, 2),
    ("Lisbon", "PT", "Europe/Lisbon", 38.72, -9.14, 1),
    ("Kingston", "CA", "America/Toronto", 44.23, -76.49, 1),
    ("", "", "", None, None, 1),
)

PEOPLE = """
WITH places AS (
    SELECT row_number() OVER () AS n, p.* FROM jsonb_to_recordset(%(places)s::jsonb) AS p(
        city text, country text, zone text, latitude float, longitude float)
), drawn AS (
    SELECT i, 1 + floor(random() * %(place_count)s)::int AS place,
           1 + floor(random() * %(first_count)s)::int AS first,
           1 + floor(random() * %(last_count)s)::int AS last,
           random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5
      FROM generate_series(1, %(count)s) AS i
)
INSERT INTO candidates_candidate (
    public_id, name, call_name, headline, current_title, current_employer, city, region, country,
    latitude, longitude, time_zone, language, seniority, years, remote_preference,
    salary_expectation, salary_currency, source, owner_id, last_contact_at, created_at, version)
SELECT gen_random_uuid(),
       (%(first)s::text[])[first] || ' ' || (%(last)s::text[])[last],
       (%(first)s::text[])[first], '', 'Technician', '', p.city, '', p.country,
       p.latitude, p.longitude, p.zone, 'en',
       CASE WHEN r1 < 0.85 THEN 1 + floor(r2 * 6)::int END, floor(r2 * 25)::int,
       (ARRAY['', 'on_site', 'hybrid', 'remote', 'any'])[1 + floor(r3 * 5)::int],
       CASE WHEN r4 < 0.3 THEN (25000 + floor(r4 * 150000))::bigint * 100 END,
       CASE WHEN r4 < 0.3 THEN 'GBP' ELSE '' END,
       (ARRAY['own site', 'board', 'referral', 'event', 'import'])[1 + floor(r3 * 5)::int],
       CASE WHEN r5 < 0.5 THEN %(owner)s END,
       CASE WHEN r4 < 0.9 THEN now() - r5 * interval '1000 days' END,
       now() - interval '1001 days', 1
  FROM drawn JOIN places p ON p.n = drawn.place ORDER BY i
"""

EMAILS = """
INSERT INTO candidates_emailaddress
    (candidate_id, address, canonical, is_primary, suppressed, bounced_at)
SELECT id, 'person-' || id || '@mail.example', 'person-' || id || '@mail.example', true,
       CASE WHEN random() < 0.02 THEN 'nurture' ELSE '' END,
       CASE WHEN random() < 0.02 THEN now() - interval '60 days' END
  FROM candidates_candidate WHERE id > %(above)s ORDER BY id
"""

GROUNDS = """
INSERT INTO candidates_groundevent (candidate_id, purpose, kind, basis, jurisdiction, occurred_at,
    expires_at, channel, notice_version, language, wording, evidence, actor, recorded_at)
SELECT c.id, purpose, 'granted', 'consent', c.country, given, given + interval '365 days', 'form',
       'v1', 'en', %(wording)s, '', 'candidate', given
  FROM (SELECT id, country, now() - random() * interval '420 days' AS given, random() AS r
          FROM candidates_candidate WHERE id > %(above)s) c
 CROSS JOIN (VALUES ('pool'), ('nurture')) AS p(purpose)
 WHERE c.r < 0.75 ORDER BY c.id
"""

STOPS = """
INSERT INTO candidates_groundevent (candidate_id, purpose, kind, basis, jurisdiction, occurred_at,
    channel, notice_version, language, wording, evidence, actor, recorded_at)
SELECT id, 'nurture', 'withdrawn', '', country, now() - interval '1 day', 'link', '', 'en', '', '',
       'candidate', now()
  FROM candidates_candidate WHERE id > %(above)s AND id %% 13 = 0 ORDER BY id
"""

PAUSES = """
INSERT INTO candidates_preference (candidate_id, frequency, paused_until, is_narrowed, families,
    places, work_modes, levels, version, updated_at)
SELECT id, 'weekly', current_date + 60, false, '{}', '{}', '{}', '{}', 1, now()
  FROM candidates_candidate WHERE id > %(above)s AND id %% 25 = 0 ORDER BY id
"""

CATALOGUE = """
INSERT INTO candidates_skill (name, family)
SELECT 'Skill ' || i, 'Family ' || i %% 12 FROM generate_series(1, %(skills)s) AS i
ON CONFLICT DO NOTHING
"""

# exp(random * ln n) draws ranks with a density of 1 over the rank: Zipf's law.
PERSON_SKILLS = """
WITH ranked AS (
    SELECT id AS skill_id, row_number() OVER (ORDER BY id) AS rank FROM candidates_skill
), drawn AS (
    SELECT DISTINCT c.id AS candidate_id,
           least(floor(exp(random() * ln(%(skills)s + 1)))::int, %(skills)s) AS rank
      FROM candidates_candidate c
     CROSS JOIN generate_series(1, %(per_person)s + 2)
     WHERE c.id > %(above)s
)
INSERT INTO candidates_candidateskill (candidate_id, skill_id, source, noted_at)
SELECT candidate_id, skill_id, 'stated', now() FROM drawn JOIN ranked USING (rank)
"""

ACTIVITIES = """
INSERT INTO candidates_activity (candidate_id, "group", kind, at, actor, text, data)
SELECT c.id, (ARRAY['record', 'application', 'mail', 'consent'])[1 + n %% 4],
       'bench.event', now() - (n * 20 + c.id %% 19) * interval '1 day', 'Mina Aldaco',
       'Something happened, number ' || n || '.', '{}'
  FROM candidates_candidate c CROSS JOIN generate_series(1, 6) AS n
 WHERE c.id > %(above)s ORDER BY c.id
"""


def owner() -> User:
    """Return the colleague who looks after half of them: a recruiter who may sign in."""
    user, _ = User.objects.get_or_create(
        email="bench@larkspur-tidal.example",
        defaults={
            "name": "Bench Recruiter",
            "roles": [Role.RECRUITER],
            "password": make_password("correct horse battery"),
        },
    )
    return user


@transaction.atomic
def fill(count: int) -> None:
    """Add `count` people with addresses, grounds, pauses, skills and a timeline of six lines.

    Triggers keep what is derived right; a whole set is built faster by `people_set`.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        default_in_the_database(cursor)
        # One refresh of all match profiles at the end, and not before the planner knows the tables.
        cursor.execute("SET LOCAL perennial.profiles = 'deferred'")
        cursor.execute("SELECT setseed(0.42), coalesce(max(id), 0) FROM candidates_candidate")
        above = cursor.fetchone()[1]
        values = values_for(count, above)
        for statement in (
            CATALOGUE, PEOPLE, EMAILS, GROUNDS, STOPS, PAUSES, PERSON_SKILLS, ACTIVITIES,
        ):  # fmt: skip
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")


def values_for(count: int, above: int) -> dict[str, Any]:
    """Return what the statements need. above: the last id that is taken."""
    weighted = [place[:5] for place in PLACES for _ in range(place[5])]
    keys = ("city", "country", "zone", "latitude", "longitude")
    return {
        "count": count,
        "above": above,
        "places": json.dumps([dict(zip(keys, place, strict=True)) for place in weighted]),
        "place_count": len(weighted),
        "first": FIRST,
        "first_count": len(FIRST),
        "last": LAST,
        "last_count": len(LAST),
        "owner": owner().pk,
        "wording": WORDING,
        "skills": SKILLS,
        "per_person": SKILLS_PER_PERSON,
    }


def default_in_the_database(cursor: CursorWrapper) -> None:
    """Give the columns that nobody fills here the default their model has: only Django knows it."""
    for model in (
        Candidate,
        EmailAddress,
        GroundEvent,
        Preference,
        CandidateSkill,
        Activity,
        Skill,
        Note,
        Message,
    ):
        for field in model._meta.concrete_fields:
            if field.null or field.primary_key or field.generated:
                continue
            if isinstance(value := field.get_default(), str | int):
                column = connection.ops.quote_name(field.column or "")
                cursor.execute(
                    f"ALTER TABLE {model._meta.db_table} ALTER COLUMN {column} SET DEFAULT %s",
                    [value],
                )


def analyse() -> None:
    """Let the planner know the tables as they are now. Outside any transaction."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
