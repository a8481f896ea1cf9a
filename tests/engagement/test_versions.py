"""New versions of a message while its campaign runs: who gets which, and who may approve them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent, Organisation
from engagement import next_versions, tasks
from engagement.actions import approval, enrolments, intake, versions
from engagement.models import Audience, Campaign, Enrolment, Message, StepVersion
from tests.engagement.versions import (
    FIRST,
    SECOND,
    approved,
    code_of,
    pinned,
    running,
    sent_first,
    written,
)
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidateFactory
from tests.factories.engagement import (
    EnrolmentFactory,
    MessageFactory,
    StepFactory,
    TemplateVersionFactory,
)
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory

pytestmark = pytest.mark.usefixtures("monday_morning")


def text_to(server, person):
    (mail,) = server.to(person.emails.get().address)
    return mail.get_body(("plain",)).get_content()


def test_who_has_a_planned_email_keeps_its_version_and_who_comes_later_gets_the_new(
    smtp_server, recruiter
):
    pool = TalentPoolFactory()
    campaign = running(kind="pool", pool=pool, job=None, first_batch_checked_at=timezone.now())
    inside = CandidateFactory()
    MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=inside))

    approved(written(campaign, recruiter), UserFactory())
    later = CandidateFactory()
    PoolMembershipFactory(pool=pool, candidate=later, state="member")
    assert intake.look(timezone.now()) == 1
    assert tasks.deliver() == 2

    assert "the first words." in text_to(smtp_server, inside)
    assert "the second words." in text_to(smtp_server, later)
    got = dict(campaign.messages.values_list("candidate", "step_version__number"))
    assert got == {inside.pk: None, later.pk: 2}


@pytest.mark.parametrize(("reaches_inside", "number"), [(True, 2), (False, None)])
def test_people_inside_keep_what_they_came_in_with_unless_it_is_let_reach_them(
    recruiter, reaches_inside, number
):
    campaign = running()
    StepFactory(campaign=campaign, position=2, template_version__text=FIRST)
    planned = sent_first(campaign)
    enrolments.advance()
    inside = EnrolmentFactory(campaign=campaign)

    approved(written(campaign, recruiter, 2), UserFactory(), reaches_inside=reaches_inside)
    MessageFactory(enrolment=inside, handed=True, step=campaign.steps.get(position=1))
    later = sent_first(campaign)
    enrolments.advance()

    assert pinned(campaign, 2) == {planned.pk: number, inside.pk: number, later.pk: 2}
    assert campaign.messages.filter(step__position=2).count() == 3


@pytest.mark.parametrize("state", ["planned", "due", "claimed", "armed", "handed", "uncertain"])
def test_only_an_email_that_nobody_has_in_hand_takes_the_new_words(recruiter, state):
    campaign = running(takes_in_later=False)
    waiting = MessageFactory(enrolment=EnrolmentFactory(campaign=campaign))
    message = MessageFactory(enrolment=EnrolmentFactory(campaign=campaign))
    armed_at = None if state in {"planned", "due", "claimed"} else timezone.now()
    Message.objects.filter(pk=message.pk).update(state=state, armed_at=armed_at)

    version = approved(written(campaign, recruiter), UserFactory(), reaches_inside=True)

    takes = state in {"planned", "due"}
    message.refresh_from_db()
    waiting.refresh_from_db()
    assert waiting.step_version == version
    assert message.step_version == (version if takes else None)
    assert version.will_get == 1 + takes


def test_the_emails_that_wait_leave_with_the_new_words(smtp_server, recruiter):
    campaign = running(takes_in_later=False)
    person = CandidateFactory()
    MessageFactory(enrolment=EnrolmentFactory(campaign=campaign, candidate=person))

    approved(written(campaign, recruiter), UserFactory(), reaches_inside=True)

    assert tasks.deliver() == 1
    assert "the second words." in text_to(smtp_server, person)


def test_of_several_versions_each_gets_the_newest_that_is_for_them(recruiter):
    campaign = running()
    StepFactory(campaign=campaign, position=2, template_version__text=FIRST)
    approver, people = UserFactory(), [EnrolmentFactory(campaign=campaign)]
    for text, reaches_inside in [("Two.", False), ("Three.", True), ("Four.", False)]:
        version = written(campaign, recruiter, 2, text=text)
        approved(version, approver, reaches_inside=reaches_inside)
        people.append(EnrolmentFactory(campaign=campaign))

    for enrolment in people:
        first = campaign.steps.get(position=1)
        MessageFactory(enrolment=enrolment, handed=True, step=first)
    enrolments.advance()

    assert [pinned(campaign, 2)[each.pk] for each in people] == [3, 3, 3, 4]


def test_one_that_does_not_reach_people_inside_changes_no_message(recruiter):
    message = MessageFactory(enrolment__campaign=running())
    before = Message.objects.filter(pk=message.pk).values().get()

    approved(written(message.campaign, recruiter), UserFactory())

    assert Message.objects.filter(pk=message.pk).values().get() == before


def test_versions_follow_each_other_and_what_nobody_approved_can_be_thrown_away(recruiter):
    campaign = running()
    approver = UserFactory()

    approved(written(campaign, recruiter), approver)
    written(campaign, recruiter, text="Never sent.")
    versions.discard(campaign, 1, by=recruiter)
    third = approved(written(campaign, recruiter, text="The third words."), approver)

    step = campaign.steps.get()
    assert (step.current, step.now.template_version.text) == (third, "The third words.")
    assert step.template_version.text == FIRST
    assert list(step.versions.values_list("number", flat=True)) == [2, 3]


def test_a_version_says_what_the_step_says_in_the_languages_that_nobody_changed(recruiter):
    campaign = running()
    french = TemplateVersionFactory(language="fr", text="Les premiers mots.")
    campaign.steps.get().translations.add(french)

    version = written(campaign, recruiter)
    assert version.version_for("fr") == french
    written(campaign, recruiter, text="Les mots suivants.", language="fr")

    version = next_versions.of(campaign.steps.get())
    assert version.version_for("fr").text == "Les mots suivants."
    assert version.version_for("en").text == SECOND
    assert campaign.steps.get().version_for("fr") == french


def test_an_approval_leaves_who_it_was_how_many_get_it_and_how_many_were_looked_at(recruiter):
    campaign = running()
    StepFactory(campaign=campaign, position=2)
    first, second = (EnrolmentFactory(campaign=campaign) for _ in range(2))
    EnrolmentFactory(campaign=campaign, state=Enrolment.State.ENDED, end_reason="replied")
    EnrolmentFactory(campaign=campaign, next_step=3)
    Audience.objects.create(campaign=campaign)
    version = written(campaign, recruiter, 2)
    approver = UserFactory(email="ada@larkspur-tidal.example")
    approval.look_at(campaign, first.candidate, by=approver)

    version = approved(version, approver, reaches_inside=True)

    assert (version.approved_by, version.will_get, version.profiles_opened) == (approver, 2, 1)
    event = AuditEvent.objects.get(verb="campaign.version_approved")
    assert event.actor == approver.email
    assert event.changes["version"] == ["", "2"]
    assert event.changes["reaches_inside"] == ["", "yes"]
    assert event.changes["will_get"] == ["", "2"]
    assert event.changes["reviewed"] == ["", "yes"]
    assert second.pk  # was not looked at


def test_one_that_many_get_and_nobody_looked_at_is_recorded_as_unreviewed(recruiter):
    campaign = running()
    StepFactory(campaign=campaign, position=2)
    EnrolmentFactory.create_batch(21, campaign=campaign)

    approved(written(campaign, recruiter, 2), UserFactory(), reaches_inside=True)

    event = AuditEvent.objects.get(verb="campaign.version_approved")
    assert event.changes["reviewed"] == ["", "no"]


def test_after_the_approval_nothing_more_is_noted_as_looked_at(recruiter):
    campaign = running()
    Audience.objects.create(campaign=campaign)
    approved(written(campaign, recruiter), UserFactory())

    approval.look_at(campaign, CandidateFactory(), by=recruiter)

    campaign.audience.refresh_from_db()
    assert campaign.audience.looked_at == []


@pytest.mark.parametrize("two", [True, False])
def test_whoever_wrote_a_part_approves_only_where_one_person_is_enough(recruiter, two):
    Organisation.objects.update(two_people_approve=two)
    version = written(running(), recruiter)
    other = UserFactory()
    written(version.step.campaign, other, text="Changed by another.")
    version = next_versions.of(version.step)

    if two:
        assert code_of(approved, version, recruiter) == "two_people"
        assert code_of(approved, version, other) == "two_people"
        third = UserFactory()
        assert approved(version, third).approved_by == third
    else:
        assert approved(version, recruiter).approved_by == recruiter


def test_who_may_not_approve_campaigns_approves_no_version(recruiter, hiring_manager):
    version = written(running(), recruiter)

    assert code_of(approved, version, hiring_manager) == "not_allowed"


def test_an_approval_is_of_the_text_that_was_shown(recruiter):
    version = written(running(), recruiter)
    shown = next_versions.fingerprint(version)
    written(version.step.campaign, recruiter, text="Changed since.")

    refused = code_of(versions.approve, version.step.campaign, 1, by=UserFactory(), seen=shown)

    assert refused == "version_changed"


def test_mistakes_are_saved_and_refused_at_the_approval(recruiter):
    campaign = running()
    version = written(campaign, recruiter, text="Hello {{ candidate.salary }}")

    with pytest.raises(ValidationError) as refusal:
        approved(version, UserFactory())

    assert refusal.value.code == "version_problem"
    assert refusal.value.messages[0].startswith("English: Text:")
    assert campaign.steps.get().current is None


def test_a_field_that_is_empty_for_somebody_inside_keeps_it_from_reaching_them(recruiter):
    campaign = running()
    StepFactory(campaign=campaign, position=2)
    EnrolmentFactory(campaign=campaign, candidate__city="")
    version = written(campaign, recruiter, 2, text="Hello {{ candidate.city }}")
    approver = UserFactory()

    assert code_of(approved, version, approver, reaches_inside=True) == "missing_merge_field"
    assert approved(version, approver).approved_by == approver


def test_what_reaches_nobody_is_refused(recruiter):
    campaign = running(takes_in_later=False)
    StepFactory(campaign=campaign, position=2)
    MessageFactory(enrolment=EnrolmentFactory(campaign=campaign), handed=True)
    first, second = written(campaign, recruiter), written(campaign, recruiter, 2)
    approver = UserFactory()

    assert code_of(approved, first, approver, reaches_inside=True) == "version_problem"
    assert code_of(approved, second, approver) == "nobody"
    assert approved(second, approver, reaches_inside=True).will_get == 1


def test_only_who_is_asked_approves_and_asking_another_takes_their_place(recruiter):
    campaign = running()
    version = written(campaign, recruiter)
    asked, other = UserFactory(name="Asked"), UserFactory(name="Other")

    versions.ask_to_approve(campaign, 1, other, by=recruiter)
    versions.ask_to_approve(campaign, 1, asked, by=recruiter)

    version = next_versions.of(version.step)
    assert (version.approver, version.asked_by) == (asked, recruiter)
    assert code_of(approved, version, other) == "somebody_else_asked"
    assert approved(version, asked).approved_by == asked
    event = AuditEvent.objects.filter(verb="campaign.version_approval_asked").latest("pk")
    assert event.changes["approver"] == [other.email, asked.email]


def test_nobody_is_asked_who_may_not_approve_it(recruiter, hiring_manager):
    Organisation.objects.update(two_people_approve=True)
    campaign = running()
    ask = versions.ask_to_approve

    assert code_of(ask, campaign, 1, recruiter, by=recruiter) == "none_waits"
    written(campaign, recruiter)
    assert code_of(ask, campaign, 1, hiring_manager, by=recruiter) == "not_allowed"
    assert code_of(ask, campaign, 1, recruiter, by=recruiter) == "two_people"


def test_whoever_is_asked_and_then_writes_a_part_is_asked_no_more(recruiter):
    Organisation.objects.update(two_people_approve=True)
    campaign, asked = running(), UserFactory()
    written(campaign, recruiter)
    versions.ask_to_approve(campaign, 1, asked, by=recruiter)

    version = written(campaign, asked, text="Changed by whom we asked.")

    assert (version.approver, version.asked_at) == (None, None)


def test_the_link_that_a_later_message_needs_cannot_be_taken_out(recruiter):
    campaign = running()
    campaign.steps.update(
        template_version=TemplateVersionFactory(text="More? {{ answer.url }}", number=7)
    )
    StepFactory(campaign=campaign, position=2, condition="interested")
    version = written(campaign, recruiter, text="Nothing to press.")

    assert code_of(approved, version, UserFactory()) == "version_problem"


@pytest.mark.parametrize("state", ["draft", "holding", "stopped", "finished"])
def test_only_what_is_under_way_gets_a_new_version(recruiter, state):
    campaign = running()
    version = written(campaign, recruiter)
    Campaign.objects.filter(pk=campaign.pk).update(state=state)

    assert code_of(written, campaign, recruiter, text="Later.") == "not_under_way"
    assert code_of(approved, version, UserFactory()) == "not_under_way"
    assert code_of(versions.discard, campaign, 1, by=recruiter) == "not_under_way"


def test_one_paused_within_its_hold_gets_none_for_its_approval_may_be_taken_back(recruiter):
    campaign = running()
    later = timezone.now() + timedelta(seconds=30)
    Campaign.objects.filter(pk=campaign.pk).update(state="paused", starts_at=later)

    assert code_of(written, campaign, recruiter) == "not_under_way"


def test_what_is_not_there_or_not_changed_is_refused(recruiter):
    campaign = running()
    first = campaign.steps.get().template_version

    assert code_of(written, campaign, recruiter, 2) == "no_such_step"
    assert code_of(versions.discard, campaign, 1, by=recruiter) == "none_waits"
    assert code_of(versions.approve, campaign, 1, by=recruiter, seen="") == "none_waits"
    unchanged = {"subject": first.subject, "text": first.text, "by": recruiter}
    assert code_of(versions.write, campaign, 1, **unchanged) == "nothing_changed"
    assert not StepVersion.objects.exists()


def test_of_two_who_write_at_once_the_second_is_shown_what_the_first_saved(recruiter):
    campaign = running()
    seen = campaign.steps.get().template_version.fingerprint
    written(campaign, recruiter, seen=seen)

    assert code_of(written, campaign, recruiter, text="Mine.", seen=seen) == "conflict"
