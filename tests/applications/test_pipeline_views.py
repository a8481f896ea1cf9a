"""Saved views of a pipeline: kept for one job, private or shared, and of use to whom they are."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from candidates.actions.saved_views import MOST, save_view
from candidates.models import SavedView
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    StageFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job():
    job = JobFactory(title="Rigger")
    ApplicationFactory(job=job, stage=StageFactory(job=job), source="referral")
    return job


def place(job):
    return f"pipeline:{job.public_id}"


def url(name, job, *more):
    return reverse(f"applications:{name}", args=[job.public_id, *more])


def html_of(response):
    return response.content.decode()


def bar(client, job, query=""):
    return html_of(client.get(f"{url('pipeline_views', job)}?{query}", headers=HTMX))


def test_a_pipeline_asks_for_its_views_with_its_filter(staff_client, job):
    html = html_of(staff_client.get(url("pipeline", job) + "?late=on"))

    assert (
        f'href="{url("pipeline_views", job)}?late=on"'
        f' hx-get="{url("pipeline_views", job)}" hx-include="#narrow"'
    ) in html


def test_what_is_shown_is_kept_under_a_name_but_for_who_is_searched(staff_client, recruiter, job):
    query = "q=Ana&page=2&source=referral&late=on&view=table&moved=&skill=999&nonsense=1"
    assert "The name that you search for is not kept." in bar(staff_client, job, query)

    response = staff_client.post(
        url("pipeline_view_save", job), {"name": " My  late ", "query": query}
    )

    view = SavedView.objects.get()
    assert (view.name, view.query, view.place, view.owner, view.is_shared) == (
        "My late",
        "late=on&source=referral&view=table",
        place(job),
        recruiter,
        False,
    )
    assert response.headers["Location"] == (
        f"{url('pipeline', job)}?late=on&source=referral&view=table&saved={view.public_id}"
    )
    page = html_of(staff_client.get(response.headers["Location"]))
    assert f'name="saved" value="{view.public_id}"' in page


def test_the_bar_says_which_is_in_use_and_whether_it_was_edited(staff_client, recruiter, job):
    view = save_view("Late", "late=on", by=recruiter, place=place(job))
    here = f"saved={view.public_id}"

    same = bar(staff_client, job, f"late=on&q=&source=&{here}")
    edited = bar(staff_client, job, f"late=on&mine=on&{here}")

    assert ('aria-current="true"' in same, "Edited" in same) == (True, False)
    assert ("Edited" in edited, "Save the change" in edited) == (True, True)
    staff_client.post(url("pipeline_view_query", job, view.public_id), {"query": "mine=on"})
    view.refresh_from_db()
    assert view.query == "mine=on"


def test_views_stay_with_their_job_and_their_list(staff_client, recruiter, job):
    other = JobFactory()
    save_view("Of this job", "late=on", by=recruiter, place=place(job))
    save_view("Of another job", "late=on", by=recruiter, place=place(other))
    save_view("Of people", "emails=yes", by=recruiter)

    here = bar(staff_client, job)
    people = html_of(staff_client.get(reverse("candidates:views")))

    assert [name in here for name in ("Of this job", "Of another job", "Of people")] == [
        True,
        False,
        False,
    ]
    assert [name in people for name in ("Of this job", "Of another job", "Of people")] == [
        False,
        False,
        True,
    ]


def test_a_view_of_a_pipeline_is_none_of_the_list_of_people(staff_client, recruiter, job):
    view = save_view("Late", "late=on", by=recruiter, place=place(job))

    for name in ("view", "view_query", "view_delete", "view_seen"):
        address = reverse(f"candidates:{name}", args=[view.public_id])
        assert staff_client.post(address, {"name": "Mine", "query": "q=x"}).status_code == 404
    default = staff_client.post(reverse("candidates:view_default"), {"view": str(view.public_id)})
    assert default.status_code == 422


def test_one_name_once_in_each_pipeline_and_thirty_at_most(recruiter, job):
    save_view("Late", "", by=recruiter)
    for number in range(MOST - 1):
        save_view(f"View {number}", "", by=recruiter, place=place(job))
    save_view("Late", "late=on", by=recruiter, place=place(job))

    with pytest.raises(ValidationError) as refusal:
        save_view("One more", "", by=recruiter, place=place(job))
    assert refusal.value.code == "too_many"
    with pytest.raises(ValidationError):
        save_view("Late", "", by=recruiter)


def test_a_refused_name_loses_nothing(staff_client, recruiter, job):
    save_view("Late", "", by=recruiter, place=place(job))

    response = staff_client.post(
        url("pipeline_view_save", job), {"name": "Late", "query": "mine=on", "is_shared": "on"}
    )

    html = html_of(response)
    assert response.status_code == 422
    assert "You have a view of that name already." in html
    assert ('name="query" value="mine=on"' in html, 'name="is_shared"' in html) == (True, True)


def test_shared_and_private(staff_client, signed_in, recruiter, job):
    save_view("Only Rowan", "late=on", by=recruiter, place=place(job))
    view = save_view("For all", "late=on", by=recruiter, place=place(job), is_shared=True)
    client = signed_in(UserFactory())

    html = html_of(client.get(url("pipeline_views", job)))

    assert ("Only Rowan" in html, "For all" in html, "Change<span" in html) == (False, True, False)
    for name in ("pipeline_view", "pipeline_view_query", "pipeline_view_delete"):
        assert client.post(url(name, job, view.public_id), {"name": "x"}).status_code == 404
    assert SavedView.objects.count() == 2


def test_one_is_renamed_shared_and_deleted_by_its_owner(staff_client, recruiter, job):
    view = save_view("Late", "late=on", by=recruiter, place=place(job))
    address = url("pipeline_view", job, view.public_id)

    assert "Everybody who sees this pipeline sees it" in html_of(staff_client.get(address))
    staff_client.post(address, {"name": "Very late", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("Very late", True, "late=on")
    staff_client.post(url("pipeline_view_delete", job, view.public_id))
    assert not SavedView.objects.exists()


def test_a_manager_uses_of_a_shared_view_what_is_theirs(signed_in, recruiter, hiring_manager, job):
    HiringTeamMemberFactory(job=job, user=hiring_manager)
    query = "late=on&source=referral"
    save_view("For all", query, by=recruiter, place=place(job), is_shared=True)
    view = SavedView.objects.get()
    client = signed_in(hiring_manager)

    html = bar(client, job, f"late=on&saved={view.public_id}")

    assert f'href="{url("pipeline", job)}?late=on&amp;saved={view.public_id}"' in html
    assert ("A part of this view is not for you" in html, "Edited" in html) == (True, False)
    assert "referral" not in html


def test_a_job_of_others_has_no_views_for_a_manager(signed_in, recruiter, hiring_manager, job):
    view = save_view("For all", "late=on", by=recruiter, place=place(job), is_shared=True)
    client = signed_in(hiring_manager)

    assert client.get(url("pipeline_views", job)).status_code == 404
    assert client.post(url("pipeline_view_save", job), {"name": "x"}).status_code == 404
    assert client.get(url("pipeline_view", job, view.public_id)).status_code == 404


def test_without_views_the_page_says_how_to_make_one(staff_client, job):
    html = html_of(staff_client.get(url("pipeline_views", job)))

    assert ("No saved views yet" in html, "Save this view" in html) == (True, False)
