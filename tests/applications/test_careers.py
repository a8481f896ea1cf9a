"""The public list of jobs, one job, and the same for machines."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from applications import markup, postings
from applications.models import Job
from candidates.models import RemotePreference
from tests import schema
from tests.factories.accounts import OrganisationFactory
from tests.factories.applications import DepartmentFactory, JobFactory, OfficeFactory

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(__file__).parent / "job_posting.schema.json").read_text())
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def get(job, **headers):
    return Client().get(postings.path_of(job), headers=headers)


def titles(query=""):
    html = Client().get(f"{reverse('applications:careers')}?{query}").content.decode()
    return re.findall(r"<h3><a [^>]*><bdi>([^<]*)</bdi>", html)


def posting_in(response):
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', response.content.decode()
    )
    return json.loads(found[1])


# ------------------------------------------------------------------------- addresses


def test_an_address_reads_like_the_title_and_ends_in_letters_that_stay():
    job = JobFactory(title="Cable Technician (Gdańsk)")
    before = postings.path_of(job)
    job.title = "Lead Cable Technician"
    job.save()

    assert before == f"/careers/cable-technician-gdansk-{job.public_id.hex[:12]}"
    response = Client().get(before)
    assert (response.status_code, response["Location"]) == (301, postings.path_of(job))


@pytest.mark.parametrize("title", ["電気技師", "كهربائي", "!!!", "x" * 200])
def test_any_title_gives_an_address_that_works(title):
    job = JobFactory(title=title)

    assert get(job).status_code == 200


def test_the_address_in_older_emails_leads_to_the_readable_one():
    job = JobFactory()

    response = Client().get(reverse("applications:career", args=[job.public_id]))

    assert (response.status_code, response["Location"]) == (301, postings.path_of(job))


# ------------------------------------------------------------------------- the job


def test_an_open_job_is_public_sets_no_cookie_and_may_be_kept_for_a_minute():
    job = JobFactory(description="Work\n\nwith <b>cables</b>", salary_from=4_100_000,
                     salary_to=4_700_000, salary_currency="GBP")  # fmt: skip
    job.offices.add(OfficeFactory(city="Bristol"))

    response = get(job)

    html = response.content.decode()
    assert (response.status_code, dict(response.cookies)) == (200, {})
    assert response["Cache-Control"] == "public, max-age=60"
    assert "with &lt;b&gt;cables&lt;/b&gt;" in html
    assert "GBP 41,000 to 47,000 a year, before tax" in html
    assert f'<link rel="canonical" href="{settings.BASE_URL}{postings.path_of(job)}">' in html
    assert '<meta name="robots" content="index, follow">' in html
    assert '<meta property="og:title" content="' + job.title in html


@pytest.mark.parametrize(
    ("status", "words"),
    [("closed", "This job is closed"), ("filled", "This job is closed"), ("on_hold", "on hold")],
)
def test_a_job_that_is_not_open_answers_410_and_names_others_of_its_kind(status, words):
    job = JobFactory(status=status, description="Secret plans")
    other = JobFactory(family=job.family, title="Open one")
    JobFactory(family="Data", title="Another kind")

    response = get(job)

    html = response.content.decode()
    assert (response.status_code, words in html, "Secret" in html) == (410, True, False)
    assert (other.title in html, "Another kind" in html) == (True, False)
    assert '<meta name="robots" content="noindex">' in html


def test_a_draft_and_an_unknown_job_are_not_found():
    assert get(JobFactory(draft=True)).status_code == 404
    assert Client().get("/careers/unknown-000000000007").status_code == 404
    assert Client().post(postings.path_of(JobFactory())).status_code == 405


@time_machine.travel("2026-11-26 11:59Z", tick=False)
def test_the_last_day_to_apply_ends_when_it_is_over_everywhere():
    job = JobFactory(apply_by="2026-11-25")

    assert get(job).status_code == 200
    with time_machine.travel("2026-11-26 12:00Z", tick=False):
        assert (get(job).status_code, titles()) == (410, [])


def test_a_page_is_small():
    job = JobFactory(description="A whole paragraph of words about the work.\n\n" * 60)

    assert len(get(job).content) < 20_000  # with its style sheet under 40 kB
    assert (settings.BASE_DIR / "static/css/candidate.css").stat().st_size < 10_000


# ------------------------------------------------------------------------- JobPosting


def office_job(**facts):
    job = JobFactory(
        title="Marine Electrician",
        description="You keep the turbines turning.\n\n- nights\n- boats",
        requisition="LTW-104",
        salary_from=4_100_000,
        salary_to=4_750_050,
        salary_currency="GBP",
        opened_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        apply_by=timezone.now().date() + timedelta(days=30),
        employment=Job.Employment.FIXED_TERM,
        **facts,
    )
    job.offices.add(OfficeFactory(city="Kingston", region="Ontario", country="CA"))
    return job


def test_a_job_is_a_valid_job_posting():
    OrganisationFactory(name="Larkspur Tidal Works")
    job = office_job()

    posting = posting_in(get(job))

    assert list(schema.errors(SCHEMA, posting)) == []
    assert posting["jobLocation"][0]["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Kingston",
        "addressRegion": "Ontario",
        "addressCountry": "CA",
    }
    assert posting["baseSalary"] == {
        "@type": "MonetaryAmount",
        "currency": "GBP",
        "value": {
            "@type": "QuantitativeValue",
            "unitText": "YEAR",
            "minValue": 41_000,
            "maxValue": 47_500.5,
        },
    }
    assert (posting["datePosted"], posting["validThrough"]) == (
        "2026-11-20",
        f"{job.apply_by}T23:59:59-12:00",
    )
    assert posting["description"] == (
        "<p>You keep the turbines turning.</p>\n<ul><li>nights</li><li>boats</li></ul>"
    )
    assert (posting["employmentType"], posting["directApply"]) == ("TEMPORARY", True)
    assert posting["identifier"]["value"] == "LTW-104"


def test_a_remote_job_names_where_people_may_live():
    job = office_job(work_mode=RemotePreference.REMOTE)

    posting = posting_in(get(job))

    assert list(schema.errors(SCHEMA, posting)) == []
    assert (posting["jobLocationType"], "jobLocation" in posting) == ("TELECOMMUTE", False)
    assert posting["applicantLocationRequirements"] == [{"@type": "Country", "name": "Canada"}]


def test_the_barest_job_is_a_valid_posting_and_the_schema_can_fail():
    OrganisationFactory()
    posting = postings.posting_of(JobFactory(), Organisation.current())

    assert list(schema.errors(SCHEMA, posting)) == []
    for missing in ("identifier", "datePosted", "hiringOrganization", "jobLocation"):
        broken = {name: value for name, value in posting.items() if name != missing}
        assert list(schema.errors(SCHEMA, broken)) != []


def test_hostile_words_stay_inside_the_data():
    words = "</script><script>alert(1)</script><!-- & "
    job = JobFactory(title=words, description=words, family=words)

    response = get(job)

    html = response.content.decode()
    assert (html.count("<script"), html.count("</script>"), "<!--" in html) == (1, 1, False)
    assert posting_in(response)["title"] == words


# ------------------------------------------------------------------------- the list


def test_the_list_holds_open_jobs_alone_the_newest_first():
    now = timezone.now()
    JobFactory(title="Older", opened_at=now - timedelta(days=3))
    JobFactory(title="Newer")
    JobFactory(draft=True)
    JobFactory(closed=True)
    JobFactory(status="on_hold")

    assert titles() == ["Newer", "Older"]


def test_each_filter_narrows_the_list():
    bristol, amman = OfficeFactory(city="Bristol"), OfficeFactory(city="Amman")
    one = JobFactory(title="Electrician", family="Electrical", seniority_from=1, seniority_to=2,
                     department=DepartmentFactory(name="Turbines"))  # fmt: skip
    two = JobFactory(title="Analyst", family="Data", work_mode="remote", seniority_from=3,
                     description="Find what the **numbers** say")  # fmt: skip
    one.offices.add(bristol)
    two.offices.add(amman)

    assert {query: titles(query) for query in (
        "q=electric", "q=NUMBERS+find", "q=turbines", "place=Amman", "kind=Data",
        "mode=remote", "level=1", "level=4", "place=Atlantis", "q=nothing+fits", "page=99",
    )} == {
        "q=electric": ["Electrician"],
        "q=NUMBERS+find": ["Analyst"],
        "q=turbines": ["Electrician"],
        "place=Amman": ["Analyst"],
        "kind=Data": ["Analyst"],
        "mode=remote": ["Analyst"],
        "level=1": ["Electrician"],
        "level=4": ["Analyst"],
        "place=Atlantis": ["Analyst", "Electrician"],
        "q=nothing+fits": [],
        "page=99": ["Analyst", "Electrician"],
    }  # fmt: skip


def test_an_empty_list_says_why():
    assert "No job is open now" in Client().get("/careers").content.decode()
    JobFactory()
    html = Client().get("/careers?q=zebra").content.decode()
    assert ("No job fits that" in html, "No job is open" in html) == (True, False)
    assert 'content="noindex, follow"' in html


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_at_any_size(many, django_assert_num_queries):
    OrganisationFactory()
    for job in JobFactory.create_batch(many, department=DepartmentFactory()):
        job.offices.add(OfficeFactory())

    with django_assert_num_queries(6):  # places, kinds, count, jobs, their offices, organisation
        response = Client().get("/careers")

    assert response.content.decode().count("<li>") == many


def test_a_job_costs_few_queries(django_assert_num_queries):
    OrganisationFactory()
    job = JobFactory()
    job.offices.add(OfficeFactory())

    with django_assert_num_queries(3):  # the job, its offices, the organisation
        assert get(job).status_code == 200


# ------------------------------------------------------------------------- machines


def test_the_feed_names_the_newest_jobs():
    OrganisationFactory(name="Larkspur & Sons")
    job = JobFactory(title="A <b> job")

    response = Client().get(reverse("applications:careers_feed"))

    feed = ET.fromstring(response.content)
    entry = feed.find(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}title") == "Jobs at Larkspur & Sons"
    assert entry.findtext(f"{ATOM}title") == "A <b> job"
    assert entry.find(f"{ATOM}link").get("href") == postings.url_of(job)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_the_file_for_job_boards_holds_the_whole_job():
    OrganisationFactory()
    office_job()

    response = Client().get(reverse("applications:careers_xml"))

    found = {fact.tag: fact.text for fact in ET.fromstring(response.content).find("job")}
    assert (found["title"], found["city"], found["country"]) == (
        "Marine Electrician", "Kingston", "CA",
    )  # fmt: skip
    assert found["salary"] == "GBP 41,000 to 47,500 a year"
    assert found["description"].startswith("<p>You keep")


def test_the_sitemap_holds_what_search_engines_may_list_and_robots_names_it():
    job = JobFactory()
    JobFactory(closed=True)

    sitemap = ET.fromstring(Client().get("/sitemap.xml").content)
    robots = Client().get("/robots.txt").content.decode()

    assert [one.text for one in sitemap.iter(f"{SITEMAP}loc")] == [
        f"{settings.BASE_URL}/careers",
        postings.url_of(job),
    ]
    assert robots.splitlines()[1:4] == ["Allow: /careers", "Allow: /static/", "Disallow: /"]
    assert f"Sitemap: {settings.BASE_URL}/sitemap.xml" in robots


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("careers_feed", 3), ("careers_xml", 3)]
)  # organisation, jobs, their offices
def test_feeds_cost_the_same_at_any_size(name, queries, many, django_assert_num_queries):
    OrganisationFactory()
    JobFactory.create_batch(many)

    with django_assert_num_queries(queries):
        Client().get(reverse(f"applications:{name}"))


# ------------------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One\ntwo", "<p>One<br>two</p>"),
        ("One\r\n\r\ntwo", "<p>One</p>\n<p>two</p>"),
        ("You bring:\n- a\n* b\n• c", "<p>You bring:</p>\n<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("1. a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("# Pay\nWell", "<h2>Pay</h2>\n<p>Well</p>"),
        ("a **b c** d", "<p>a <strong>b c</strong> d</p>"),
        ("2 ** 3 ** 4", "<p>2 ** 3 ** 4</p>"),
        ("**<i>**", "<p><strong>&lt;i&gt;</strong></p>"),
        ("<p onclick=x>", "<p>&lt;p onclick=x&gt;</p>"),
        ("[x](javascript:y)", "<p>[x](javascript:y)</p>"),
    ],
)
def test_descriptions_know_a_few_marks_and_nothing_else(text, html):
    assert markup.to_html(text) == html


def test_a_summary_is_one_line_cut_at_a_word():
    job = JobFactory(description="## Work\n- **nights** and " + "boats " * 60)

    summary = postings.summary_of(job)

    assert summary.startswith("Work nights and boats boats")
    assert (len(summary) <= 160, summary[-7:]) == (True, " boats…")


def test_the_form_of_a_job_keeps_what_the_careers_site_shows(staff_client):
    job = JobFactory()
    address = reverse("applications:job_edit", args=[job.public_id])
    data = {
        "version": job.version, "title": "Electrician", "work_mode": "hybrid",
        "employment": "part_time", "apply_by": "2027-01-31", "automation_notice": "None at all.",
    }  # fmt: skip

    staff_client.post(address, data)

    job.refresh_from_db()
    assert (job.employment, str(job.apply_by), job.automation_notice) == (
        "part_time", "2027-01-31", "None at all.",
    )  # fmt: skip
    html = staff_client.get(address).content.decode()
    assert 'value="2027-01-31"' in html
