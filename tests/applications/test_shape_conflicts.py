"""Two people change the skills, stages or team of a job at once: nothing is lost unseen (U-10)."""

import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import AuditEvent
from applications.actions.jobs import add_to_team, remove_from_team, set_skills
from applications.actions.stages import change_stage, move_stage, remove_stage
from applications.models import JobSkill
from candidates.models import Skill
from tests.applications.people_on_jobs import job_with_stages
from tests.candidates.test_facts import settle
from tests.factories.accounts import UserFactory
from tests.factories.applications import HiringTeamMemberFactory
from tests.factories.candidates import SkillFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(recruiter):
    job = job_with_stages(title="Rigger", owner=recruiter)
    skills = [SkillFactory(name="Welding"), SkillFactory(name="Splicing")]
    set_skills(job, must=skills[:1], nice=skills[1:], must_needed=None, by=recruiter)
    return job


@pytest.fixture
def other(db):
    return UserFactory(name="Jonas Berg")


def at(name, job, *more):
    return reverse(f"applications:{name}", args=[job.public_id, *more])


def named(job, need):
    rows = JobSkill.objects.filter(job=job, need=need).order_by("-weight")
    return [row.skill.name for row in rows.select_related("skill")]


def everything_hidden(response, action):
    """The hidden fields of the form that goes to an address."""
    html = response.content.decode()
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL).group()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


# ---------------------------------------------------------------------------- skills


def sent_skills(client, job, **typed):
    """What a browser sends of the page of skills, as it stands now, with what is typed."""
    html = client.get(at("job_skills", job)).content.decode()
    hidden = dict(re.findall(r'name="(initial-\w+)" value="([^"]*)"', html))
    hidden |= {name: "" for name in re.findall(r'name="(initial-\w+)"', html) if name not in hidden}
    texts = re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)</textarea>', html)
    return {**hidden, **dict(texts), **typed}


def test_skills_that_two_change_are_shown_side_by_side_and_none_is_lost(
    staff_client, job, recruiter, other
):
    form = sent_skills(
        staff_client, job, must="Welding, Rigging", add_must="First aid", nice="Splicing"
    )
    assert form["initial-must"] == "Welding"
    theirs = [Skill.objects.get(name="Welding"), SkillFactory(name="Climbing")]
    set_skills(job, must=theirs, nice=[], must_needed=1, by=other)

    conflict = staff_client.post(at("job_skills", job), form)

    for text in (
        "Saved meanwhile by Jonas Berg",
        '<span class="muted">You typed:</span> <bdi>Welding, Rigging</bdi>',
        '<span class="muted">Stored now:</span> <bdi>Welding, Climbing</bdi>',
        '<span class="muted">Before both:</span> <bdi>Welding</bdi>',
        'name="add_must" value="First aid"',
    ):
        assertContains(conflict, text, status_code=422)
    assert (named(job, "must"), named(job, "nice")) == (["Welding", "Climbing"], [])
    assert not Skill.objects.filter(name__in=["Rigging", "First aid"]).exists()

    saved = staff_client.post(
        at("job_skills", job),
        settle(conflict, at("job_skills", job), must="Welding, Climbing, Rigging"),
    )

    assertRedirects(saved, at("job", job), fetch_redirect_response=False)
    job.refresh_from_db()
    # All that either of them named; and theirs where only they changed something.
    assert named(job, "must") == ["Welding", "Climbing", "Rigging", "First aid"]
    assert (named(job, "nice"), job.must_needed) == ([], 1)


def test_a_change_of_other_skills_is_no_conflict(staff_client, job, other):
    form = sent_skills(staff_client, job, nice="Splicing, Rope access")
    set_skills(
        job,
        must=[Skill.objects.get(name="Welding")],
        nice=[Skill.objects.get(name="Splicing")],
        must_needed=None,
        by=other,
    )

    assert staff_client.post(at("job_skills", job), form).status_code == 302
    assert named(job, "nice") == ["Splicing", "Rope access"]


def test_the_same_list_from_both_is_no_conflict_and_what_one_adds_to_it_counts(
    staff_client, job, other
):
    form = sent_skills(staff_client, job, must="Welding, Climbing", add_must="First aid")
    both = [Skill.objects.get(name="Welding"), SkillFactory(name="Climbing")]
    set_skills(job, must=both, nice=list(Skill.objects.filter(name="Splicing")), must_needed=None,
               by=other)  # fmt: skip

    assert staff_client.post(at("job_skills", job), form).status_code == 302
    assert named(job, "must") == ["Welding", "Climbing", "First aid"]


def test_the_action_itself_refuses_stale_skills(job, recruiter):
    welding, more = Skill.objects.get(name="Welding"), SkillFactory(name="Climbing")
    for was in ({"must": ["Climbing"]}, {"nice": ["Rigging"]}, {"must_needed": 3}):
        with pytest.raises(ValidationError) as refusal:
            set_skills(job, must=[more, welding], nice=[], must_needed=1, by=recruiter, was=was)
        assert refusal.value.code == "conflict"
    assert named(job, "must") == ["Welding"]


# ---------------------------------------------------------------------------- stages


def sent_stage(client, job, stage, **typed):
    html = client.get(at("stage_edit", job, stage.public_id)).content.decode()
    hidden = dict(re.findall(r'name="(initial-\w+)" value="([^"]*)"', html))
    values = {
        "name": stage.name,
        "milestone": stage.milestone,
        "candidate_state": stage.candidate_state,
        "hear_by_days": stage.hear_by_days,
    }
    assert hidden.keys() == {f"initial-{name}" for name in values}
    return {**hidden, **values, **typed}


def means(stage, **changes):
    names = ("name", "milestone", "candidate_state", "hear_by_days")
    return {name: getattr(stage, name) for name in names} | changes


def test_a_stage_that_two_change_is_shown_with_both(staff_client, job, other):
    stage = job.stages.get(name="Interview")
    address = at("stage_edit", job, stage.public_id)
    form = sent_stage(staff_client, job, stage, name="Conversation", hear_by_days=9)
    change_stage(stage, by=other, **means(stage, name="Assessment", candidate_state="deciding"))

    conflict = staff_client.post(address, form)

    for text in (
        "Saved meanwhile by Jonas Berg",
        '<span class="muted">You typed:</span> <bdi>Conversation</bdi>',
        '<span class="muted">Stored now:</span> <bdi>Assessment</bdi>',
        '<span class="muted">Before both:</span> <bdi>Interview</bdi>',
    ):
        assertContains(conflict, text, status_code=422)
    stage.refresh_from_db()
    assert (stage.name, stage.hear_by_days) == ("Assessment", 7)

    assert staff_client.post(address, settle(conflict, address)).status_code == 302
    stage.refresh_from_db()
    assert (stage.name, stage.hear_by_days) == ("Conversation", 9)
    assert stage.candidate_state == "deciding"  # which only they changed


def test_what_was_typed_for_a_stage_that_is_gone_can_be_added(staff_client, job, other):
    stage = job.stages.get(name="Interview")
    form = sent_stage(staff_client, job, stage, name="Conversation", hear_by_days=9)
    remove_stage(stage, by=other)

    gone = staff_client.post(at("stage_edit", job, stage.public_id), form)

    assertContains(gone, "Somebody else removed this stage meanwhile.", status_code=422)
    assertContains(gone, 'value="Conversation"', status_code=422)
    assertContains(gone, 'value="9"', status_code=422)
    staff_client.post(at("job_stages", job), form)
    assert job.stages.get(name="Conversation").hear_by_days == 9


def test_a_stage_that_somebody_moved_is_not_moved_on_unseen(staff_client, job, other):
    page = staff_client.get(at("job_stages", job))
    stage = job.stages.get(name="Interview")
    address = at("stage_move", job, stage.public_id)
    hidden = everything_hidden(page, address)
    move_stage(stage, earlier=True, by=other)
    names = [one.name for one in job.stages.all()]

    refused = staff_client.post(address, hidden | {"direction": "earlier"})

    assertContains(refused, "Somebody else changed the order", status_code=422)
    assert [one.name for one in job.stages.all()] == names
    again = everything_hidden(refused, address) | {"direction": "earlier"}
    assert staff_client.post(address, again).status_code == 302
    assert next(one.name for one in job.stages.all()) == "Interview"


def test_a_stage_that_is_another_one_by_now_is_not_removed_unseen(staff_client, job, other):
    page = staff_client.get(at("job_stages", job))
    stage = job.stages.get(name="Interview")
    address = at("stage_remove", job, stage.public_id)
    hidden = everything_hidden(page, address)
    change_stage(stage, by=other, **means(stage, name="Assessment"))

    refused = staff_client.post(address, hidden)

    assertContains(refused, "renamed “Interview” to “Assessment” meanwhile", status_code=422)
    assert job.stages.filter(pk=stage.pk).exists()
    assert staff_client.post(address, everything_hidden(refused, address)).status_code == 302
    assert not job.stages.filter(pk=stage.pk).exists()


def test_the_stages_stand_in_their_order_on_both_pages(staff_client, job, recruiter):
    for name in ("Offer", "Decision", "Offer", "Review"):
        move_stage(job.stages.get(name=name), earlier=True, by=recruiter)
    names = [stage.name for stage in job.stages.all()]
    assert names != [stage.name for stage in job.stages.order_by("pk")]

    shown = [stage.name for stage in staff_client.get(at("job_stages", job)).context["stages"]]
    overview = [stage.name for stage in staff_client.get(at("job", job)).context["stages"]]

    assert (shown, overview) == (names, [name for name in names if name != "Hired"])


@pytest.mark.parametrize("name", ["stage_move", "stage_remove"])
def test_a_button_of_a_stage_that_is_gone_says_so(staff_client, job, other, name):
    stage = job.stages.get(name="Interview")
    remove_stage(stage, by=other)

    response = staff_client.post(at(name, job, stage.public_id), {"direction": "later"})

    assertContains(response, "Somebody else removed this stage meanwhile.", status_code=422)
    assert staff_client.get(at("stage_edit", job, uuid.uuid4())).status_code == 404


def test_the_actions_themselves_refuse_a_stage_that_is_gone(job, recruiter):
    stage = job.stages.get(name="Interview")
    remove_stage(stage, by=recruiter)
    gone = type(stage)(pk=10**9, job=job, name="Interview", position=3)

    for act in (
        lambda: change_stage(gone, by=recruiter, **means(stage)),
        lambda: move_stage(gone, earlier=True, by=recruiter),
        lambda: remove_stage(gone, by=recruiter),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert refusal.value.code == "gone"


# ---------------------------------------------------------------------------- the team


def sent_team(client, job, user, part):
    html = client.get(at("job_team", job)).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', html).group(1).replace("&quot;", '"')
    return {"user": user.public_id, "part": part, "seen": seen}


def part_of(job, user):
    return job.team.filter(user=user).values_list("part", flat=True).first()


@pytest.mark.parametrize(
    ("before", "theirs", "said"),
    [
        (None, "interviewer", "made Ines Lund interviewer in this team"),
        ("recruiter", "interviewer", "made Ines Lund interviewer in this team"),
        ("recruiter", None, "took Ines Lund off this team"),
    ],
)
def test_a_part_that_somebody_else_gave_is_not_overwritten_unseen(
    staff_client, job, other, before, theirs, said
):
    ines = UserFactory(name="Ines Lund")
    if before:
        HiringTeamMemberFactory(job=job, user=ines, part=before)
    form = sent_team(staff_client, job, ines, "hiring_manager")
    if theirs:
        add_to_team(job, ines, theirs, by=other)
    else:
        remove_from_team(job, ines, by=other)

    refused = staff_client.post(at("job_team", job), form)

    assertContains(refused, f"Somebody else {said} meanwhile", status_code=422)
    assert part_of(job, ines) == theirs
    # What was chosen is still chosen, and pressing again does it.
    assertContains(refused, f'value="{ines.public_id}" selected', status_code=422)
    assertContains(refused, 'value="hiring_manager" selected', status_code=422)
    seen = re.search(r'name="seen" value="([^"]*)"', refused.content.decode()).group(1)
    again = form | {"seen": seen.replace("&quot;", '"')}
    assert staff_client.post(at("job_team", job), again).status_code == 302
    assert part_of(job, ines) == "hiring_manager"


def test_the_same_part_from_both_or_another_colleague_is_no_conflict(staff_client, job, other):
    ines, olaf = UserFactory(name="Ines Lund"), UserFactory(name="Olaf Ek")
    form = sent_team(staff_client, job, ines, "interviewer")
    add_to_team(job, ines, "interviewer", by=other)
    add_to_team(job, olaf, "recruiter", by=other)

    assert staff_client.post(at("job_team", job), form).status_code == 302
    assert (part_of(job, ines), part_of(job, olaf)) == ("interviewer", "recruiter")


@pytest.mark.parametrize("seen", ["", "[]", "3", "no JSON", '{"x": 5}'])
def test_a_page_that_does_not_say_what_it_showed_breaks_nothing(staff_client, job, seen):
    ines = UserFactory(name="Ines Lund")
    form = {"user": ines.public_id, "part": "interviewer", "seen": seen}

    response = staff_client.post(at("job_team", job), form)

    assert response.status_code == (422 if seen == "no JSON" else 302)


def test_nobody_is_taken_off_who_has_another_part_by_now(staff_client, job, other):
    ines = UserFactory(name="Ines Lund")
    member = HiringTeamMemberFactory(job=job, user=ines, part="interviewer")
    page = staff_client.get(at("job_team", job))
    address = at("job_team_remove", job)
    hidden = everything_hidden_of(page, member)
    add_to_team(job, ines, "hiring_manager", by=other)

    refused = staff_client.post(address, hidden)

    assertContains(refused, "made Ines Lund hiring manager in this team", status_code=422)
    assert part_of(job, ines) == "hiring_manager"
    assert staff_client.post(address, everything_hidden_of(refused, member)).status_code == 302
    assert part_of(job, ines) is None

    late = staff_client.post(address, hidden)
    assertContains(late, "Somebody else took this colleague off the team", status_code=422)
    assert AuditEvent.objects.filter(verb="job.team_changed").count() == 2


def everything_hidden_of(page, member):
    found = re.search(
        rf'name="item" value="({member.pk})"><input type="hidden" name="part" value="(\w+)"',
        page.content.decode(),
    )
    return {"item": found.group(1), "part": found.group(2)}


def test_a_colleague_of_another_job_is_not_found(staff_client, job):
    foreign = HiringTeamMemberFactory()

    response = staff_client.post(at("job_team_remove", job), {"item": foreign.pk})

    assert response.status_code == 404
    assert part_of(foreign.job, foreign.user) == foreign.part
