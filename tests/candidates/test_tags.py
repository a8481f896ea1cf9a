"""Tags: on one person or many, and what becomes of a tag itself."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import AuditEvent
from candidates.actions.tags import (
    delete_tag,
    merge_tags,
    name_tag,
    rename_tag,
    tag_people,
    untag_people,
)
from candidates.models import Activity, Candidate, CandidateTag, Tag
from tests.factories.candidates import CandidateFactory, CandidateTagFactory, TagFactory

pytestmark = pytest.mark.django_db


def of_person(candidate, name):
    return reverse(f"candidates:{name}", args=[candidate.public_id])


def of_tag(tag, name="tag"):
    return reverse(f"candidates:{name}", args=[tag.public_id])


def names(candidate):
    return sorted(candidate.tags.values_list("tag__name", flat=True))


# ------------------------------------------------------------------ actions


def test_a_tag_renamed_meanwhile_keeps_that_name_until_somebody_insists(staff_client, recruiter):
    tag = TagFactory(name="Silver")
    page = reverse("candidates:tag_rename", args=[tag.public_id])
    rename_tag(tag, "Silver 2026", by=recruiter, was="Silver")

    refused = staff_client.post(page, {"name": "Runners-up", "was": "Silver"})

    assert (refused.status_code, Tag.objects.get().name) == (422, "Silver 2026")
    form = refused.context["rename_form"]
    assert "Somebody else renamed this tag to “Silver 2026” meanwhile." in str(form.errors)
    assert (form["name"].value(), form["was"].value()) == ("Runners-up", "Silver 2026")

    staff_client.post(page, {"name": "Runners-up", "was": "Silver 2026"})

    assert Tag.objects.get().name == "Runners-up"


def test_a_name_is_one_tag_whatever_its_case_and_accents(recruiter):
    first = name_tag("  Écluse   2026 ", by=recruiter)

    assert first.name == "Écluse 2026"
    assert name_tag("ECLUSE 2026", by=recruiter) == first
    assert AuditEvent.objects.values_list("verb").get() == ("tag.created",)


def test_the_database_refuses_a_second_tag_of_a_name(recruiter):
    TagFactory(name="Silver")

    with pytest.raises(IntegrityError), transaction.atomic():
        TagFactory(name="sílver")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_what_is_no_name_is_refused(recruiter, name):
    with pytest.raises(ValidationError) as refusal:
        name_tag(name, by=recruiter)

    assert refusal.value.code == "not_a_tag"


def test_many_people_are_tagged_with_one_audit_entry(recruiter):
    tag = TagFactory(name="Silver")
    people = CandidateFactory.create_batch(3)
    CandidateTagFactory(candidate=people[0], tag=tag)

    assert tag_people(Candidate.objects.all(), tag, by=recruiter) == 2
    assert tag_people(Candidate.objects.all(), tag, by=recruiter) == 0

    assert [names(person) for person in people] == [["Silver"]] * 3
    lines = Activity.objects.filter(kind="candidate.tagged").values_list("text", flat=True)
    assert list(lines) == ["Tagged “Silver”."] * 2
    event = AuditEvent.objects.get()
    assert (event.verb, event.changes) == (
        "tag.given", {"name": ["", "Silver"], "people": ["", "2"]},
    )  # fmt: skip


def test_many_people_lose_a_tag_with_one_audit_entry(recruiter):
    tag = TagFactory(name="Silver")
    tagged = [CandidateTagFactory(tag=tag).candidate for _ in range(2)]
    other = CandidateTagFactory().candidate

    assert untag_people(Candidate.objects.all(), tag, by=recruiter) == 2
    assert untag_people(Candidate.objects.all(), tag, by=recruiter) == 0

    assert [names(person) for person in tagged] == [[], []]
    assert len(names(other)) == 1
    assert AuditEvent.objects.get().verb == "tag.taken"


def test_the_cost_of_tagging_does_not_grow_with_the_people(
    recruiter, django_assert_max_num_queries
):
    tag = TagFactory()
    CandidateFactory.create_batch(5)

    # savepoints, tag, people, who has it, tags, lines, audit
    with django_assert_max_num_queries(8):
        tag_people(Candidate.objects.all(), tag, by=recruiter)


def test_people_who_are_gone_are_left_out(recruiter):
    erased, merged = CandidateFactory(erased=True), CandidateFactory()
    Candidate.objects.filter(pk=merged.pk).update(merged_into=CandidateFactory())

    assert tag_people(Candidate.objects.all(), TagFactory(), by=recruiter) == 1
    assert names(erased) == names(merged) == []


@pytest.mark.parametrize("action", [tag_people, untag_people])
def test_a_tag_that_was_deleted_meanwhile_is_not_given(recruiter, action):
    tag = TagFactory()
    Tag.objects.all().delete()

    with pytest.raises(ValidationError) as refusal:
        action(Candidate.objects.all(), tag, by=recruiter)

    assert refusal.value.code == "gone"


def test_renaming_keeps_the_people(recruiter):
    held = CandidateTagFactory(tag__name="silver")

    rename_tag(held.tag, "Silver 2026", by=recruiter)

    assert names(held.candidate) == ["Silver 2026"]
    assert AuditEvent.objects.get().changes == {"name": ["silver", "Silver 2026"]}
    rename_tag(held.tag, "SILVER 2026", by=recruiter)  # its own name in another case
    assert names(held.candidate) == ["SILVER 2026"]


def test_renaming_to_a_name_that_is_taken_is_refused(recruiter):
    TagFactory(name="Gold")

    with pytest.raises(ValidationError) as refusal:
        rename_tag(TagFactory(), "gold", by=recruiter)

    assert refusal.value.code == "taken"


def test_merging_gives_everybody_the_other_tag_once(recruiter):
    tag, into = TagFactory(name="silver medal"), TagFactory(name="Silver")
    both, one = CandidateFactory(), CandidateFactory()
    CandidateTagFactory(candidate=both, tag=tag)
    CandidateTagFactory(candidate=both, tag=into)
    CandidateTagFactory(candidate=one, tag=tag)

    assert merge_tags(tag, into, by=recruiter) == 1

    assert names(both) == names(one) == ["Silver"]
    assert list(Tag.objects.all()) == [into]
    assert one.activities.get().text == "The tag “silver medal” became “Silver”."
    assert AuditEvent.objects.get().verb == "tag.merged"


def test_a_tag_is_not_merged_into_itself(recruiter):
    tag = TagFactory()

    with pytest.raises(ValidationError) as refusal:
        merge_tags(tag, tag, by=recruiter)

    assert refusal.value.code == "same"


def test_deleting_takes_it_off_everybody(recruiter):
    held = CandidateTagFactory(tag__name="Old")

    assert delete_tag(held.tag, by=recruiter) == 1

    assert (CandidateTag.objects.count(), Tag.objects.count()) == (0, 0)
    assert held.candidate.activities.get().kind == "candidate.untagged"
    assert AuditEvent.objects.get().verb == "tag.deleted"
    with pytest.raises(ValidationError) as refusal:
        delete_tag(held.tag, by=recruiter)
    assert refusal.value.code == "gone"


# ------------------------------------------------------------------ pages


def test_tagging_on_the_page_of_a_person(staff_client):
    candidate = CandidateFactory()
    TagFactory(name="Known <already>")

    page = staff_client.get(of_person(candidate, "profile"))
    plain = staff_client.post(of_person(candidate, "tag_add"), {"name": "Silver"})
    part = staff_client.post(
        of_person(candidate, "tag_add"), {"name": "Gold"}, headers={"HX-Request": "true"}
    )

    assertContains(page, '<option value="Known &lt;already&gt;"></option>', html=True)
    assertRedirects(plain, f"{of_person(candidate, 'profile')}#tags", fetch_redirect_response=False)
    assertContains(part, "<bdi>Silver</bdi>")
    assertContains(part, "<bdi>Gold</bdi>")
    assertNotContains(part, "<html")


def test_a_removed_tag_is_offered_back(staff_client):
    held = CandidateTagFactory(tag__name="Silver")
    candidate = held.candidate

    left = staff_client.post(of_person(candidate, "tag_remove"), {"item": held.pk})
    page = staff_client.get(left.headers["Location"].partition("#")[0])

    assert names(candidate) == []
    assertContains(page, "The tag “Silver” is removed.")
    assertContains(page, '<input type="hidden" name="name" value="Silver">', html=True)
    staff_client.post(of_person(candidate, "tag_add"), {"name": "Silver"})
    assert names(candidate) == ["Silver"]


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_a_tag_that_is_none_says_so(staff_client, name, headers):
    candidate = CandidateFactory()

    response = staff_client.post(of_person(candidate, "tag_add"), {"name": name}, headers=headers)

    text = "A tag is one to sixty letters." if name.strip() else "Type a tag first."
    assertContains(response, text, status_code=422)
    assert Tag.objects.count() == 0


def test_the_tag_of_somebody_else_is_not_to_be_found(staff_client):
    held = CandidateTagFactory()

    response = staff_client.post(of_person(CandidateFactory(), "tag_remove"), {"item": held.pk})

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["tag", "tag_rename", "tag_merge", "tag_delete"])
def test_a_tag_that_is_not_there_is_not_found(staff_client, name):
    address = reverse(f"candidates:{name}", args=[uuid.uuid4()])
    ask = staff_client.get if name == "tag" else staff_client.post

    assert ask(address).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_tags_counts_people_in_one_query(staff_client, django_assert_num_queries, many):
    for _ in range(many):
        CandidateTagFactory.create_batch(2, tag=TagFactory())
    Candidate.objects.update(city="Bath")
    gone = CandidateTagFactory(tag=Tag.objects.first()).candidate
    Candidate.objects.filter(pk=gone.pk).update(merged_into=CandidateFactory())

    with django_assert_num_queries(3):  # session, user, tags
        response = staff_client.get(reverse("candidates:tags"))

    assertContains(response, "2 people", count=many)


def test_no_tags_yet(staff_client):
    assertContains(staff_client.get(reverse("candidates:tags")), "No tags yet")


def test_renaming_merging_and_deleting_on_the_page(staff_client):
    held, other = CandidateTagFactory(tag__name="silver"), TagFactory(name="Gold")

    taken = staff_client.post(of_tag(held.tag, "tag_rename"), {"name": "gold"})
    renamed = staff_client.post(of_tag(held.tag, "tag_rename"), {"name": "Silver"}, follow=True)
    same = staff_client.post(of_tag(other, "tag_merge"), {"into": other.public_id})
    merged = staff_client.post(
        of_tag(held.tag, "tag_merge"), {"into": other.public_id}, follow=True
    )
    page = staff_client.get(of_tag(other))
    deleted = staff_client.post(of_tag(other, "tag_delete"), follow=True)

    assertContains(taken, "Merge this one into it instead.", status_code=422)
    assertContains(renamed, "The tag is called “Silver” now.")
    assertContains(same, "Select a valid choice", status_code=422)
    assertContains(merged, "“Silver” is merged into “Gold”.")
    assertContains(page, "1 person has this tag.")
    assertContains(deleted, "The tag “Gold” is deleted.")
    assert Tag.objects.count() == 0
