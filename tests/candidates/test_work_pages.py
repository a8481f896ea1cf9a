"""The pages of background work: who sees which, what they cost, and the buttons."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from candidates import work as runner
from candidates.models import Work, WorkItem
from candidates.tray import COOKIE
from tests.candidates.test_work import Greet, greeting
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.work import ExportFileFactory, WorkFactory
from tests.pages import without_ids

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _greet(monkeypatch):
    monkeypatch.setitem(runner._kinds, "greet", Greet())


def address(work: Work, name: str = "task") -> str:
    return reverse(f"candidates:{name}", args=[work.public_id])


@pytest.mark.parametrize("works", [1, 3])
def test_list_costs_the_same_at_any_size(staff_client, recruiter, works, django_assert_num_queries):
    WorkFactory.create_batch(works, by=recruiter)

    with django_assert_num_queries(3):  # session, user, works
        response = staff_client.get(reverse("candidates:tasks"))

    assertContains(response, "Change who looks after them</a>", count=works)


def test_list_walks_on_from_a_place(staff_client, recruiter):
    works = WorkFactory.create_batch(51, by=recruiter)

    first = staff_client.get(reverse("candidates:tasks"))
    second = staff_client.get(reverse("candidates:tasks") + f"?before={works[1].pk}")

    assertContains(first, f"?before={works[1].pk}")
    assertContains(second, address(works[0]))
    assertNotContains(second, address(works[1]))


def test_list_says_what_belongs_here(staff_client):
    assertContains(staff_client.get(reverse("candidates:tasks")), "No task yet")


def test_a_draft_is_no_task(staff_client, recruiter):
    draft = WorkFactory(draft=True, by=recruiter)

    assertContains(staff_client.get(reverse("candidates:tasks")), "No task yet")
    assert staff_client.get(address(draft)).status_code == 404


@pytest.mark.parametrize("name", ["task", "task_cancel", "task_retry", "task_undo"])
def test_the_work_of_a_colleague_is_not_to_be_found(staff_client, name):
    work = WorkFactory()

    method = staff_client.get if name == "task" else staff_client.post

    assert method(address(work, name)).status_code == 404
    assertNotContains(staff_client.get(reverse("candidates:tasks")), str(work.public_id))


def test_an_admin_sees_all_works_but_nobody_in_them(signed_in, admin):
    work = WorkFactory(people=[CandidateFactory(name="Rosa Osei")], state="done", query="q=osei")
    client = signed_in(admin)

    assertContains(client.get(reverse("candidates:tasks")), work.by.name)
    page = client.get(address(work))

    assertContains(page, "Who these people are is shown to recruiters.")
    assert "Osei" not in without_ids(page.content.decode())
    assertNotContains(page, "q=osei")


@pytest.mark.parametrize("people", [1, 3])
def test_results_cost_the_same_at_any_size(
    staff_client, recruiter, people, django_assert_num_queries
):
    work = WorkFactory(people=CandidateFactory.create_batch(people), by=recruiter, state="done")

    with django_assert_num_queries(6):  # session, user, work, files, results, people
        response = staff_client.get(address(work))

    assertContains(response, '<td data-label="Result">', count=people)


def test_results_can_be_narrowed_and_walked_through(staff_client, recruiter):
    people = CandidateFactory.create_batch(52)
    work = WorkFactory(people=people, by=recruiter, state="done", total=52, ok=51, skipped=1)
    work.items.filter(candidate=people[0]).update(result="skipped", reason="Had it already.")
    work.items.exclude(candidate=people[0]).update(result="ok")
    fiftieth = work.items.filter(result="ok")[49]

    skipped = staff_client.get(address(work) + "?result=skipped")
    done = staff_client.get(address(work) + "?result=ok")
    rest = staff_client.get(address(work) + f"?result=ok&after={fiftieth.pk}")

    assertContains(skipped, "Had it already.")
    assertContains(skipped, '<td data-label="Result">', count=1)
    assertContains(done, f"?result=ok&amp;after={fiftieth.pk}")
    assertContains(rest, '<td data-label="Result">', count=1)


def test_a_running_work_shows_how_far_it_is(staff_client, recruiter):
    started = timezone.now() - timedelta(seconds=20)
    work = WorkFactory(kind="greet", by=recruiter, state="running", total=200, started_at=started)
    Work.objects.filter(pk=work.pk).update(ok=40)

    page = staff_client.get(address(work))

    assertContains(page, "Greeting them")
    assertContains(page, '<progress class="progress" value="40" max="200"')
    assertContains(page, "2 a second, about 1 minute left")
    assertContains(page, "Cancel what is left")


def test_buttons_cancel_retry_and_undo(staff_client, recruiter):
    going, broken, ended = (greeting("Ana", by=recruiter) for _ in range(3))
    Work.objects.filter(pk=broken.pk).update(state="failed", problem="It broke off.")
    runner.work_on(ended.pk)

    assertRedirects(staff_client.post(address(going, "task_cancel")), address(going))
    assertRedirects(staff_client.post(address(broken, "task_retry")), address(broken))
    assertContains(staff_client.get(address(ended)), "Undo all of it")
    assertRedirects(staff_client.post(address(ended, "task_undo")), address(ended))

    states = list(Work.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "waiting", "undoing"]


def test_a_button_that_comes_too_late_says_so(staff_client, recruiter):
    work = greeting("Ana", by=recruiter)
    runner.work_on(work.pk)

    response = staff_client.post(address(work, "task_cancel"))

    assertContains(response, "It has ended already.", status_code=422)


def test_somebody_who_is_gone_is_a_row_without_a_name(staff_client, recruiter):
    gone = CandidateFactory(name="Rosa Osei", erased_at=timezone.now())
    work = WorkFactory(people=[gone], by=recruiter, state="done")

    page = staff_client.get(address(work))

    assertContains(page, "Somebody who is no longer here")
    assertNotContains(page, "Rosa Osei")


def test_shell_asks_for_the_tray_only_where_something_was_started(staff_client, recruiter):
    WorkFactory(by=recruiter)
    tray = reverse("candidates:tray")

    assertNotContains(staff_client.get("/help/shortcuts"), tray)
    staff_client.cookies[COOKIE] = "1"
    assertContains(staff_client.get("/help/shortcuts"), tray)
    assertContains(staff_client.get(tray), "1 task running")


def test_tray_goes_when_nothing_runs(staff_client, recruiter):
    WorkFactory(by=recruiter, state="done")
    WorkFactory(by=UserFactory())
    staff_client.cookies[COOKIE] = "1"

    response = staff_client.get(reverse("candidates:tray"))

    assert response.content.strip() == b""
    assert response.cookies[COOKIE].value == ""


def test_a_file_is_given_to_its_colleague_alone_and_for_a_day(staff_client, signed_in, recruiter):
    kept = ExportFileFactory(made_for=recruiter)
    over = ExportFileFactory(made_for=recruiter, expires_at=timezone.now())
    link = reverse("candidates:export_file", args=[kept.public_id])

    response = staff_client.get(link)

    assert b"".join(response.streaming_content) == b'"Name"\r\n'
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response["Cache-Control"] == "private, no-cache"
    assert signed_in(UserFactory()).get(link).status_code == 404
    gone = reverse("candidates:export_file", args=[over.public_id])
    assert staff_client.get(gone).status_code == 404


def test_item_results_have_a_look():
    from config.states import STATES

    assert {*WorkItem.Result.values, *WorkItem.Undo.values, *Work.State.values} <= STATES.keys()
