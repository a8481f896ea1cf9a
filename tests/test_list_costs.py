"""Every page that lists something asks the database as often for three rows as for one.

`LISTS` says where each list is and how its rows are known; `NOT_LISTS` says why the other pages are
none. A route that is in neither fails: whoever makes a new page decides about it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from tests.conftest import confirm_password
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.routes import PUBLIC, routes
from tests.rows import World

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent

# Route, what its address names, the query, and a pattern whose group tells one row from another; a
# page that only says how many there are has a group called `number`.
LISTS: list[tuple[str, Callable[[World], list[object]], str, str]] = [
    ("today", lambda w: [], "", r"Guest (\d)"),
    ("today", lambda w: [], "?view=all", r"Promised (\d)"),
    ("palette", lambda w: [], "?q=guest", r"Guest (\d)"),
    ("palette", lambda w: [], "?q=job+row", r"<bdi>Job row (\d)"),
    ("accounts:account", lambda w: [], "", r"sessions/([-0-9a-f]{36})/end"),
    ("accounts:users", lambda w: [], "", r"Colleague row (\d)"),
    ("accounts:audit", lambda w: [], "", r"actor-(\d)"),
    # people
    ("candidates:people", lambda w: [], "?q=guest", r"<bdi>Guest (\d)"),
    ("candidates:people", lambda w: [], "?all=1", r"<bdi>View (\d)"),
    ("candidates:people", lambda w: [], "?emails=hold", r"<bdi>Tag row (\d)"),
    ("candidates:views", lambda w: [], "", r"<bdi>View (\d)"),
    ("candidates:tags", lambda w: [], "", r"<bdi>Tag row (\d)"),
    ("candidates:tag", lambda w: [w.tag.public_id], "", r">Tag row (\d)"),
    ("candidates:profile", lambda w: [w.person.public_id], "", r"Remark (\d)"),
    ("candidates:profile", lambda w: [w.person.public_id], "", r"Own tag (\d)"),
    ("candidates:profile", lambda w: [w.person.public_id], "", r"Ask (\d)"),
    ("candidates:profile", lambda w: [w.person.public_id], "?show=note", r"Remark (\d)"),
    ("candidates:edit", lambda w: [w.person.public_id], "", r"profiles.example/(\d+)"),
    ("candidates:note", lambda w: [w.note.public_id], "", r"Former (\d)"),
    ("candidates:files", lambda w: [w.person.public_id], "", r"cv-(\d).txt"),
    ("candidates:file", lambda w: [w.document.public_id], "", r"\+44770091100(\d)"),
    ("candidates:records", lambda w: [w.person.public_id], "", r"Alike (\d)"),
    ("candidates:records", lambda w: [w.person.public_id], "", r"Merged (\d)"),
    ("candidates:person_pools", lambda w: [w.person.public_id], "", r"Pool row (\d)"),
    ("candidates:duplicates", lambda w: [], "", r"Twin (\d)"),
    ("candidates:duplicates", lambda w: [], "?show=dismissed", r"Mother (\d)"),
    ("candidates:duplicates", lambda w: [], "?show=merged", r"Merged (\d)"),
    ("candidates:pools", lambda w: [], "", r"Pool row (\d)"),
    ("candidates:pool", lambda w: [w.pool.public_id], "", r"Guest (\d)"),
    ("candidates:tasks", lambda w: [], "", r"Work (\d)"),
    ("candidates:task", lambda w: [w.work.public_id], "", r"Guest (\d)"),
    ("candidates:bulk_choose", lambda w: [w.choosing.public_id], "", r"Guest (\d)"),
    ("candidates:bulk_kind", lambda w: [w.choosing.public_id, "tag"], "?tag=Tag", r"Guest (\d)"),
    # keeping
    ("candidates:privacy", lambda w: [w.person.public_id], "", r"privacy/requests/([-0-9a-f]{36})"),
    ("candidates:requests", lambda w: [], "", r"Asker (\d)"),
    ("candidates:requests", lambda w: [], "", r"Young (\d)"),
    ("candidates:requests", lambda w: [], "", r"Answered (\d)"),
    ("candidates:requests_csv", lambda w: [], "", r"Asker (\d)"),
    ("candidates:archive", lambda w: [], "", r"archive/([-0-9a-f]{36})"),
    ("candidates:retention", lambda w: [], "", r"Ending (\d)"),
    ("candidates:holds", lambda w: [], "", r"Held (\d)"),
    ("candidates:policies", lambda w: [], "", r'policies/([-\w]+)">[^<]+</a>\s+<span'),
    # jobs
    ("applications:jobs", lambda w: [], "", r"Job row (\d)"),
    ("applications:job_templates", lambda w: [], "", r"<bdi>Shape (\d)"),
    ("applications:job", lambda w: [w.job.public_id], "", r"Stage row (\d)"),
    ("applications:job_skills", lambda w: [w.job.public_id], "", r"Skill row (\d)"),
    ("applications:job_criteria", lambda w: [w.job.public_id], "", r"Skill row (\d)"),
    ("applications:job_team", lambda w: [w.job.public_id], "", r"Manager (\d)"),
    ("applications:job_stages", lambda w: [w.job.public_id], "", r"Stage row (\d)"),
    ("applications:pipeline", lambda w: [w.job.public_id], "", r"Guest (\d)"),
    ("applications:pipeline", lambda w: [w.job.public_id], "?view=table", r"Guest (\d)"),
    ("applications:pipeline_views", lambda w: [w.job.public_id], "", r"<bdi>Lane (\d)"),
    ("applications:application_add", lambda w: [w.job.public_id], "?q=able", r"Able (\d)"),
    ("applications:application", lambda w: [w.application.public_id], "", r"Letter (\d)"),
    ("applications:candidate_add", lambda w: [w.person.public_id], "", r">Job row (\d)"),
    ("applications:candidate_panel", lambda w: [w.person.public_id], "", r"Past job (\d)"),
    ("applications:candidate_matches_panel", lambda w: [w.person.public_id], "", r"Open job (\d)"),
    ("applications:letters", lambda w: [], "", r"Guest (\d)"),
    ("applications:letter_templates", lambda w: [], "", r"Worded (\d)"),
    ("applications:letter_template", lambda w: ["later-any-en"], "", r"Version (\d)"),
    ("applications:promises", lambda w: [], "", r"Promised (\d)"),
    ("applications:job_promises", lambda w: [w.job.public_id], "", r"Promised (\d)"),
    ("applications:known_people", lambda w: [w.job.public_id], "", r"<bdi>Able (\d)"),
    ("applications:imports", lambda w: [], "", r"people-(\d).csv"),
    ("applications:import", lambda w: [w.run.public_id], "", r"Wrong (\d)"),
    ("applications:import_errors", lambda w: [w.run.public_id], "", r"Wrong (\d)"),
    # emails
    ("engagement:campaigns", lambda w: [], "", r"<bdi>Campaign row (\d)"),
    ("engagement:address_claims", lambda w: [], "", r"<bdi>Locked out (\d)"),
    ("engagement:address_claims", lambda w: [], "", r"<bdi>Let in (\d)"),
    ("today", lambda w: [], "", r"<bdi>Locked out (\d)"),
    ("today", lambda w: [], "", r"Young (\d)"),
    ("engagement:campaign", lambda w: [w.campaign.public_id], "", r"Enrolled (\d)"),
    ("engagement:campaign", lambda w: [w.campaign.public_id], "", r"<bdi>Releaser (\d)"),
    (
        "engagement:campaign_handover",
        lambda w: [w.campaign.public_id, w.person.public_id],
        "",
        r"<bdi>Asking (\d)",
    ),
    ("today", lambda w: [], "", r"<bdi>Touched (\d)"),
    ("engagement:brakes", lambda w: [], "", r"<bdi>Braked (\d)"),
    ("engagement:brakes", lambda w: [], "", r"<bdi>Releaser (\d)"),
    ("today", lambda w: [], "", r"<bdi>Braked (\d)"),
    ("engagement:campaign_people", lambda w: [w.campaign.public_id], "", r"Enrolled (\d)"),
    ("engagement:campaign_audience", lambda w: [w.draft.public_id], "", r"Able (\d)"),
    ("engagement:campaign_messages", lambda w: [w.draft.public_id], "", r"Template row (\d)"),
    (
        "engagement:campaign_check",
        lambda w: [w.draft.public_id],
        "",
        r"of (?P<number>\d+) profiles",
    ),
    (
        "engagement:campaign_approve",
        lambda w: [w.draft.public_id],
        "",
        r"of (?P<number>\d+) profiles",
    ),
    ("engagement:campaign_preview", lambda w: [w.draft.public_id], "", r"Able (\d)"),
    ("engagement:campaign_new", lambda w: [], "", r">Job row (\d)"),
    ("engagement:candidate_panel", lambda w: [w.person.public_id], "", r"Email (\d)"),
    ("engagement:replies", lambda w: [], "", r"<bdi>Answered (\d)"),
    ("engagement:reply", lambda w: [w.reply.public_id], "", r"Said (\d)"),
    ("engagement:templates", lambda w: [], "", r"Template row (\d)"),
    ("engagement:opening_rules", lambda w: [], "", r"Standing rule (\d)"),
    ("engagement:template", lambda w: [w.template.public_id], "", r"Version (\d)"),
]
# Lists that ask for more than this company has: each with the test that holds it.
HELD_ELSEWHERE = {
    "applications:archived_panel": "tests/engagement/test_archived_record.py",
    "applications:candidate_interviews": "tests/applications/interviews/test_pages.py",
    "applications:feedback_ratings": "tests/applications/test_feedback_ratings.py",
    "applications:interviews": "tests/applications/interviews/test_pages.py",
    "applications:job_end": "tests/applications/test_closing_pages.py",
    "applications:job_questions": "tests/applications/test_questions.py",
    "applications:letters_to_many": "tests/applications/test_answering_many.py",
    "applications:pipeline_changes": "tests/applications/pipeline/test_moves.py",
    "applications:pipeline_more": "tests/applications/pipeline/test_moves.py",
    "applications:review": "tests/applications/test_review_pages.py",
    "applications:review_mode": "tests/applications/test_review_mode.py",
    "applications:reviews": "tests/applications/test_review_pages.py",
    "engagement:archived_panel": "tests/engagement/test_archived_record.py",
    "engagement:survey_answers": "tests/engagement/test_survey_words.py",
    "engagement:untold_people": "tests/engagement/test_telling.py",
}
NOT_LISTS = {
    "applications:job_copy": "is one form",
    "applications:job_from_template": "is one form",
    "applications:job_keep": "is one form",
    "engagement:sending": "has three kinds of record",
    "home": "leads to Today",
    "shortcuts": "is a fixed list",
    "today_hand_over": "is one form",
    "components": "is for development",
    "candidate_components": "is for development",
    "accounts:confirm": "asks for a password",
    "accounts:organisation": "is one form",
    "accounts:user": "is one colleague, with a number of sessions",
    "accounts:user_new": "is one form",
    "candidates:person_new": "is one form",
    "candidates:grounds": "leads to the page about somebody's data",
    "candidates:erase": "is about one person",
    "candidates:fact": "is one fact of one person",
    "candidates:view": "is one form",
    "candidates:duplicate": "is two people side by side",
    "candidates:file_original": "is one file",
    "candidates:pool_new": "is one form",
    "candidates:pool_edit": "is one form",
    "candidates:tray": "is a number",
    "candidates:export_file": "is a file that was made before",
    "candidates:request": "is one request",
    "candidates:privacy_task": "is one task",
    "candidates:archived": "asks why somebody is opened",
    "candidates:hold_new": "is one form",
    "candidates:policy": "is one row",
    "applications:job_new": "is one form",
    "applications:job_edit": "is one form",
    "applications:stage_edit": "is one stage",
    "applications:application_feedback": "is one letter",
    "applications:report_experience": "is eight quarters of each measure, whatever there is",
    "applications:report_experience_csv": "is the same, as a file",
    "applications:report_pipeline": "is the same of another measure",
    "applications:report_pipeline_csv": "is the same, as a file",
    "applications:feedback_rate": "is one letter",
    "applications:report_rights": "is the same of another measure",
    "applications:report_rights_csv": "is the same, as a file",
    "engagement:report_survey": "is eight quarters of each measure, whatever there is",
    "engagement:report_survey_csv": "is the same, as a file",
    "engagement:report_nurture": "is eight quarters of each measure, whatever there is",
    "engagement:report_nurture_csv": "is the same, as a file",
    "engagement:report_oversight": "is eight quarters of each measure, whatever there is",
    "engagement:report_oversight_csv": "is the same, as a file",
    "engagement:complaint_answer": "is one letter",
    "applications:application_reject": "is one answer",
    "applications:application_answer": "is one letter",
    "applications:application_later": "is one form",
    "applications:application_move": "is one form",
    "applications:application_other": "is one form",
    "applications:application_told": "is one form",
    "applications:interview": "is one interview",
    "applications:interview_calendar": "is a file about one interview",
    "applications:interview_change": "is one form",
    "applications:interview_new": "is one form",
    "applications:pipeline_view": "is one form",
    "applications:question_edit": "is one form",
    "applications:review_ask": "is one form",
    "applications:review_pass_on": "is one form",
    "applications:review_text": "is one text",
    "applications:promise_new": "is one form",
    "applications:person_promise_new": "is one form",
    "applications:promise": "is one promise",
    "applications:letter": "is one letter",
    "applications:letter_template_new": "is one form",
    "applications:import_new": "is one form",
    "applications:import_example": "is a fixed file",
    "applications:import_map": "is one row for each column of one file, which the row of it holds",
    "applications:match": "is one person and one job, as it was kept",
    "engagement:coming_in": "is how mail comes back, with a line for each kind of report",
    "engagement:campaign_live": "is the numbers of one campaign",
    "engagement:campaign_sender": "is one form",
    "engagement:campaign_preview_html": "is one email",
    "engagement:campaign_translation": "is one form",
    "engagement:campaign_stop": "is one question",
    "engagement:campaign_resume": "is one form",
    "engagement:campaign_version_write": "is one form",
    "engagement:campaign_version": "is one message, with a line for each version that was approved",
    "engagement:handover": "is one question",
    "engagement:address_claim": "is one claim, with twenty applications at most",
    "engagement:message": "is one email",
    "engagement:person_write": "is one form; who was in touch: test_personal_handovers.py",
    "engagement:template_new": "is one form",
    "engagement:opening_rule_new": "is one form",
}


def test_of_every_page_somebody_decided_whether_it_is_a_list():
    OrganisationFactory()
    client = client_of_everything()
    pages = {
        route.name
        for route in routes()
        if route.name not in PUBLIC and client.get(route.address()).status_code != 405
    }

    decided = {name for name, *_ in LISTS} | set(HELD_ELSEWHERE) | set(NOT_LISTS)
    assert sorted(pages - decided) == []
    assert sorted(decided - pages) == []
    assert sorted({file for file in HELD_ELSEWHERE.values() if not (ROOT / file).exists()}) == []


def test_a_list_costs_the_same_at_any_size():
    """One company for all: it takes longer to make it than to look at its pages."""
    OrganisationFactory()
    client = client_of_everything()
    world = World(client.user)
    looks: dict[str, list[Look]] = {}

    for size in (1, 3):
        world.grow(size)
        for route, names, query, row in LISTS:
            address = reverse(route, args=names(world)) + query
            looks.setdefault(f"{route}{query} {row}", []).append(look(client, address, row))

    problems = [f"{name}: {wrong}" for name, two in looks.items() if (wrong := different(*two))]
    assert "\n".join(problems) == ""


@dataclass
class Look:
    """What a page showed and asked at one size."""

    status: int
    rows: int
    asked: list[str]


def look(client: Client, address: str, row: str) -> Look:
    client.get(address)  # what the process keeps is kept
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    text = (b"".join(response) if response.streaming else response.content).decode()
    asked = [query["sql"] for query in queries.captured_queries]
    found = set(re.findall(row, text))
    rows = int(*found) if "?P<number>" in row else len(found)
    return Look(response.status_code, rows, asked)


def different(few: Look, many: Look) -> str:
    """Say what is wrong with the two looks at one list; nothing if all is well."""
    if (few.status, many.status) != (200, 200):
        return f"answers {few.status}, {many.status}"
    if not few.rows or many.rows != few.rows + 2:
        return f"shows {few.rows} rows, and with two more {many.rows}"
    if len(few.asked) == len(many.asked):
        return ""
    shapes = [[re.sub(r"\d+|'[^']*'", "?", sql) for sql in one.asked] for one in (few, many)]
    more = sorted({one for one in shapes[1] if shapes[1].count(one) > shapes[0].count(one)})
    return f"{len(few.asked)} queries, then {len(many.asked)}: {[one[:400] for one in more]}"


def client_of_everything() -> Client:
    """Give a client of a colleague who may do everything and gave their password just now."""
    client = Client()
    client.user = UserFactory(name="Ada", roles=list(Role))  # type: ignore[attr-defined]
    client.force_login(client.user)  # type: ignore[attr-defined]
    confirm_password(client)
    return client
