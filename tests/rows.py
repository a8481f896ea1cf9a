"""A company of which every list of the product shows as many rows as it was asked to hold."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, User
from candidates import policies, saved_views
from candidates.actions.archive import archive_candidate
from candidates.actions.merging import merge_people
from candidates.actions.notes import write_note
from candidates.actions.policies import change_policy
from candidates.actions.saved_views import save_view, see_view
from candidates.models import (
    Import,
    ImportRow,
    NoteVersion,
    RetentionItem,
    RetentionPlan,
    WorkItem,
)
from engagement.models import Decision
from tests.factories.accounts import UserFactory
from tests.factories.applications import (
    ApplicationFactory,
    HiringTeamMemberFactory,
    JobFactory,
    JobSkillFactory,
    LetterFactory,
    LetterTemplateFactory,
    LetterTemplateVersionFactory,
    MatchFactory,
    PromiseFactory,
    QuestionFactory,
    StageFactory,
)
from tests.factories.candidates import (
    CandidateFactory,
    CandidateSkillFactory,
    CandidateTagFactory,
    DuplicateSuggestionFactory,
    EmailAddressFactory,
    FollowUpFactory,
    GroundEventFactory,
    LegalHoldFactory,
    LinkFactory,
    NoteFactory,
    PhoneFactory,
    SkillFactory,
    TagFactory,
)
from tests.factories.documents import DocumentFactory, FindingFactory
from tests.factories.engagement import (
    AddressClaimFactory,
    BrakeFactory,
    CampaignFactory,
    EnrolmentFactory,
    HandoverFactory,
    MessageFactory,
    OpeningRuleFactory,
    ReplyFactory,
    StepFactory,
    TemplateFactory,
    TemplateVersionFactory,
)
from tests.factories.interviews import JobCriterionFactory
from tests.factories.pools import PoolMembershipFactory, TalentPoolFactory
from tests.factories.privacy import PrivacyRequestFactory, PrivacyTaskFactory
from tests.factories.work import ExportFileFactory, WorkFactory


class World:
    """One of each thing that has a page; `grow` gives every list one more row.

    What is made in the first growth has a name that ends in 1, and so on: a page that shows three
    rows holds “Guest 1”, “Guest 2” and “Guest 3”.
    """

    def __init__(self, by: User) -> None:
        self.by = by
        self.size = 0
        self.person = CandidateFactory(name="Rosa Osei", owner=by)
        self.erasing = PrivacyRequestFactory(candidate=self.person, cooled_off=True)
        self.held = CandidateFactory(name="Tove Lind")
        self.skill = SkillFactory(name="Switchgear")
        self.job = JobFactory(title="Turbine Technician", owner=by)
        self.stage = StageFactory(job=self.job, name="First")
        JobSkillFactory(job=self.job, skill=self.skill)
        self.campaign = CampaignFactory(name="Under way", running=True, by=by, with_step=True)
        self.draft = CampaignFactory(name="Not yet", job=self.job, by=by, people=[self.person])
        self.template = TemplateFactory(name="Invitation")
        self.later = LetterTemplateFactory(kind="later", subject="Later")
        self.pool = TalentPoolFactory(name="Cable people", owner=by)
        self.tag = TagFactory(name="Would relocate")
        self.note = NoteFactory(candidate=self.person, author=by)
        self.document = DocumentFactory(candidate=self.person, file_name="letter.txt")
        self.application = ApplicationFactory(
            candidate__name="Piotr Nowak", job=JobFactory(title="Rigger")
        )
        self.match = MatchFactory(candidate__name="Ines Duarte", job=self.job)
        self.message = MessageFactory(handed=True, enrolment__candidate__name="Karim Haddad")
        self.reply = ReplyFactory(message=self.message, address="", candidate=self.person)
        self.work = WorkFactory(by=by, title="Change the owner", state="done", total=1)
        self.choosing = WorkFactory(by=by, draft=True, title="Choose")
        self.run = self._import("staged.csv", state=Import.State.DONE)
        self.plan = RetentionPlan.objects.create(executes_at=timezone.now())
        self.pair = DuplicateSuggestionFactory(
            one__name="Li Wen", other__name="Wen Li", is_sure=False
        )

    def grow(self, to: int) -> None:
        while self.size < to:
            self.size += 1
            number = self.size
            self._people(number)
            self._of_the_person(number)
            self._kept(number)
            self._jobs(number)
            self._emails(number)
            self._house(number)

    def _people(self, number: int) -> None:
        guest = CandidateFactory(name=f"Guest {number}", owner=self.by)
        self.guest = guest
        CandidateSkillFactory(candidate=guest, skill=self.skill)
        FollowUpFactory(candidate=guest, owner=self.by)
        CandidateTagFactory(candidate=guest, tag=TagFactory(name=f"Tag row {number}"))
        view = save_view(f"View {number}", f"tag={number}", by=self.by)
        see_view(view, saved_views.ids_in(view, self.by), by=self.by)
        place = f"pipeline:{self.job.public_id}"
        save_view(f"Lane {number}", "late=on", by=self.by, place=place)
        pool = TalentPoolFactory(name=f"Pool row {number}", owner=self.by, living=True)
        PoolMembershipFactory(pool=pool, candidate=self.person)
        PoolMembershipFactory(pool=pool, proposed=True)
        PoolMembershipFactory(pool=self.pool, candidate=guest)
        DuplicateSuggestionFactory(one__name=f"Twin {number}", other__name=f"Double {number}")
        DuplicateSuggestionFactory(one__name=f"Mother {number}", dismissed=True)
        WorkFactory(by=self.by, title=f"Work {number}")
        ExportFileFactory(made_for=self.by, name=f"people-{number}.csv")
        WorkItem.objects.create(work=self.work, candidate=guest, result="ok")
        WorkItem.objects.create(work=self.choosing, candidate=guest)

    def _of_the_person(self, number: int) -> None:
        person = self.person
        for factory in (CandidateSkillFactory, EmailAddressFactory, PhoneFactory, LinkFactory):
            factory(candidate=person)
        GroundEventFactory(candidate=person)
        CandidateTagFactory(candidate=person, tag__name=f"Own tag {number}")
        FollowUpFactory(candidate=person, owner=self.by, text=f"Ask {number}")
        write_note(person, f"Remark {number}", by=self.by)
        DocumentFactory(candidate=person, file_name=f"cv-{number}.txt")
        FindingFactory(document=self.document, value=f"+44770091100{number}")
        NoteVersion.objects.create(
            note=self.note, version=number, text=f"Former {number}", visibility="team"
        )
        DuplicateSuggestionFactory(
            one=person, other=CandidateFactory(name=f"Alike {number}"), is_sure=False
        )
        merge_people(person, CandidateFactory(name=f"Merged {number}"), by=self.by)
        ApplicationFactory(candidate=person, job__title=f"Past job {number}", rejected=True)
        MatchFactory(candidate=person, job__title=f"Open job {number}")
        PrivacyRequestFactory(candidate=person, closed=True, outcome_text=f"Answer {number}")

    def _kept(self, number: int) -> None:
        PrivacyRequestFactory(candidate__name=f"Asker {number}")
        PrivacyTaskFactory(candidate__name=f"Young {number}")
        PrivacyRequestFactory(candidate__name=f"Answered {number}", closed=True)
        LegalHoldFactory(candidate__name=f"Held {number}", owner=self.by)
        code = list(policies.BY_CODE)[number]
        month = policies.Span(months=1)
        change_policy(
            code, evidence=month, pool=month, unasked=month, keep=None, reason="Ours.", by=self.by
        )
        archived = CandidateFactory(name=f"Archived {number}")
        archive_candidate(archived, "expired", by="retention")
        RetentionItem.objects.create(
            plan=self.plan,
            candidate=CandidateFactory(name=f"Ending {number}"),
            action="erase",
            why="pool_ended",
        )

    def _jobs(self, number: int) -> None:
        job = JobFactory(title=f"Job row {number}", owner=self.by)
        JobFactory(template=True, title=f"Shape {number}")
        StageFactory(job=self.job, name=f"Stage row {number}")
        QuestionFactory(job=self.job, text=f"Ask of all {number}")
        JobCriterionFactory(job=self.job, name=f"Weighed {number}")
        JobSkillFactory(job=self.job, need="nice", skill__name=f"Skill row {number}")
        HiringTeamMemberFactory(job=self.job, user__name=f"Manager {number}")
        LetterFactory(
            application=ApplicationFactory(
                candidate=self.guest, job=self.job, stage=self.stage, hear_by=None
            )
        )
        LetterFactory(application=self.application, subject=f"Letter {number}")
        LetterTemplateFactory(language=["de", "es", "fr"][number - 1], subject=f"Worded {number}")
        LetterTemplateVersionFactory(template=self.later, number=number)
        PromiseFactory(
            candidate__name=f"Promised {number}", due=True, due_job=self.job, owner=self.by
        )
        self.able = CandidateFactory(name=f"Able {number}")
        CandidateSkillFactory(candidate=self.able, skill=self.skill)
        ApplicationFactory(
            candidate=self.able,
            job=job,
            rejected=True,
            closed_at=timezone.now() - timedelta(days=90),
        )

    def _emails(self, number: int) -> None:
        enrolment = EnrolmentFactory(
            campaign=self.campaign, candidate__name=f"Enrolled {number}", next_step=2
        )
        MessageFactory(enrolment=enrolment, uncertain=True)
        Decision.objects.create(
            candidate=enrolment.candidate, campaign=self.campaign, phase="planning", allowed=True
        )
        MessageFactory(
            enrolment=EnrolmentFactory(
                candidate=self.person,
                campaign__name=f"Sent campaign {number}",
                campaign__state="finished",
            ),
            subject=f"Email {number}",
            handed=True,
        )
        ReplyFactory(message__enrolment__candidate__name=f"Answered {number}", owner=self.by)
        ReplyFactory(message=self.message, candidate=self.person, address="", text=f"Said {number}")
        AddressClaimFactory(candidate__name=f"Locked out {number}")
        AddressClaimFactory(candidate__name=f"Let in {number}", approved=True)
        CampaignFactory(name=f"Campaign row {number}", by=self.by, job=self.job)
        HandoverFactory(colleague=self.by, candidate__name=f"Touched {number}")
        HandoverFactory(
            campaign=self.campaign, candidate=self.person, asked_by__name=f"Asking {number}"
        )
        BrakeFactory(campaign__name=f"Braked {number}", campaign__by=self.by)
        BrakeFactory(campaign=self.campaign, let_go=True, released_by__name=f"Releaser {number}")
        version = TemplateVersionFactory(template__name=f"Template row {number}")
        OpeningRuleFactory(name=f"Standing rule {number}", template=version.template)
        TemplateVersionFactory(template=self.template, number=number, subject=f"Version {number}")
        StepFactory(campaign=self.draft, position=number)
        audience = self.draft.audience
        audience.chosen = [*audience.chosen, self.able.pk]
        audience.save()

    def _house(self, number: int) -> None:
        UserFactory(name=f"Colleague row {number}")
        Client().force_login(self.by)
        AuditEvent.objects.create(
            actor=f"actor-{number}@larkspur-tidal.example",
            verb="user.changed",
            subject_type="accounts.user",
            subject_id=str(number),
        )
        self._import(f"people-{number}.csv", state=Import.State.READY)
        ImportRow.objects.create(
            run=self.run, number=number + 1, cells=[], state="refused", errors=[f"Wrong {number}."]
        )
        ImportRow.objects.create(
            run=self.run, number=number + 100, cells=[], state="created", candidate=self.guest
        )

    def _import(self, name: str, **values: Any) -> Import:
        return Import.objects.create(
            file_name=name,
            sha256="0" * 64,
            size=1,
            encoding="utf-8",
            delimiter=",",
            columns=["Name"],
            mapping={"0": "name"},
            by=self.by,
            rows_refused=3,
            **values,
        )
