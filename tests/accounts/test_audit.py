import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts import audit
from accounts.models import AuditEvent

pytestmark = pytest.mark.django_db


def events(count, actor="sign-in", verb="user.signed_in"):
    return AuditEvent.objects.bulk_create(
        AuditEvent(actor=actor, verb=verb, subject_type="accounts.user", subject_id=str(n))
        for n in range(count)
    )


@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_an_entry(statement):
    events(1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("accounts_auditevent"))


@pytest.mark.django_db(transaction=True)
def test_an_entry_commits_with_its_change_or_not_at_all(recruiter):
    with pytest.raises(RuntimeError):
        audit.record(recruiter, "user.changed", recruiter)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_at_any_length(signed_in, admin, count, django_assert_num_queries):
    events(count)
    client = signed_in(admin)

    with django_assert_num_queries(3):  # session, user, entries
        response = client.get(reverse("accounts:audit"))

    assertContains(response, ">User signed in<", count=count)


def test_codes_stand_as_words_and_everything_else_as_it_was(signed_in, admin):
    AuditEvent.objects.create(
        actor="mina@x.example",
        verb="application.rejected",
        subject_type="applications.application",
        subject_id="7",
        changes={"reason_code": ["", "stronger_applicant"], "who": ["a_b@x.example", None]},
    )

    response = signed_in(admin).get(reverse("accounts:audit"))

    assertContains(response, "<div>reason code: <bdi>empty</bdi> → <bdi>stronger applicant</bdi>")
    assertContains(response, "<div>who: <bdi>a_b@x.example</bdi> → <bdi>empty</bdi>")
    assertContains(response, "Application 7")


def test_pages_follow_without_a_gap_or_a_repeat(signed_in, admin):
    made = events(120)
    client = signed_in(admin)
    seen, query = [], ""
    for _ in range(3):
        response = client.get(f"{reverse('accounts:audit')}?{query}")
        seen += [event.pk for event in response.context["events"]]
        query = response.context["older"]

    assert seen == sorted((event.pk for event in made), reverse=True)
    assert query == ""


def test_the_filter_narrows(signed_in, admin):
    events(1, actor="mina@x.example", verb="job.opened")
    events(1)

    response = signed_in(admin).get(
        reverse("accounts:audit"), {"who": "mina@x.example", "what": "job."}
    )

    assertContains(response, ">Job opened<")
    assertNotContains(response, ">User signed in<")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("who=nobody", "No entry fits this filter"),
        ("before=7", "No older entries"),
        ("before=%00", "No older entries"),
        ("", "Nothing has happened yet"),
    ],
)
def test_the_empty_page_says_why(signed_in, admin, query, text):
    response = signed_in(admin).get(f"{reverse('accounts:audit')}?{query}")

    assertContains(response, text)


def test_htmx_gets_the_entries_alone(signed_in, admin):
    events(1)

    response = signed_in(admin).get(reverse("accounts:audit"), headers={"HX-Request": "true"})

    assertContains(response, "user.signed_in")
    assertNotContains(response, "<html")
