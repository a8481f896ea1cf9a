"""What a batch needs to know, looked up once for all of its messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts import languages
from accounts.models import Organisation, User
from applications import matching
from applications.models import Job, Letter, Match
from candidates import suppression
from candidates.models import Candidate, EmailAddress, ExtensionRequest, GroundState, Purpose
from engagement import (
    arbiter,
    emails,
    extension_email,
    footers,
    invitations,
    naming,
    rendering,
    schedule,
    survey_email,
    telling,
)
from engagement.extension_email import Ending
from engagement.models import Message, Reply, Step, StepVersion, Survey, TemplateVersion


class Ground(NamedTuple):
    """What the footer says of a ground: since when, on what basis, until when."""

    basis: str
    occurred_at: datetime
    expires_at: datetime | None


@dataclass
class Batch:
    """The messages in hand, with everybody and everything they name."""

    messages: list[Message]
    organisation: Organisation
    fallback_zones: dict[int | None, str]
    addresses: dict[int, str]
    grounds: dict[tuple[int, str], Ground]
    matches: dict[int, Match]
    digests: dict[str, list[str]]
    endings: dict[int, Ending]

    @classmethod
    def of(cls, messages: list[Message]) -> "Batch":
        """Look up everything for the messages and hang it on them."""
        with_wishes = Candidate.objects.select_related("preference", "gate")
        people = with_wishes.in_bulk([m.candidate_id for m in messages])
        related = Step.objects.select_related("template_version", "campaign__sender")
        steps = related.prefetch_related("translations").in_bulk(
            {m.step_id for m in messages if m.step_id}
        )
        versions = _versions(messages)
        jobs = Job.objects.prefetch_related("offices").in_bulk(
            {m.job_id for m in messages if m.job_id}
        )
        letters = Letter.objects.select_related("by", "interview").in_bulk(
            {m.letter_id for m in messages if m.letter_id}
        )
        requests = ExtensionRequest.objects.in_bulk(
            {m.extension_id for m in messages if m.extension_id}
        )
        surveys = Survey.objects.select_related("application__job").in_bulk(
            {m.survey_id for m in messages if m.survey_id}
        )
        answered = Reply.objects.in_bulk({m.answers_id for m in messages if m.answers_id})
        senders = User.objects.in_bulk(
            {m.sender_id for m in messages if m.sender_id and not m.step_id}
        )
        organisation = Organisation.current()
        for message in messages:
            message.candidate = people[message.candidate_id]
            if message.step_id:
                message.step = steps[message.step_id]
                if message.step_version_id:
                    message.step_version = versions[message.step_version_id]
                message.campaign = message.step.campaign
                message.sender = message.campaign.sender
            elif message.sender_id:
                message.sender = senders[message.sender_id]
            if message.job_id:
                message.job = jobs[message.job_id]
            if message.answers_id:
                message.answers = answered[message.answers_id]
            _take_question(message, requests, surveys)
            if message.letter_id:
                _take_letter(message, letters[message.letter_id], organisation)
        addresses = dict(
            EmailAddress.objects.filter(
                candidate__in=list(people), is_primary=True, released_at=None
            ).values_list("candidate_id", "address")
        )
        notices = _notices(messages, people, organisation)
        for message in messages:
            _tell(message, notices, organisation)
            message.address = message.to_address or addresses.get(message.candidate_id, "")
        return cls(
            messages=messages,
            organisation=organisation,
            fallback_zones=_zones(jobs.values(), organisation),
            addresses=addresses,
            grounds=_grounds(people),
            matches=_matches(messages),
            digests={one.address: suppression.digests_of(one.address) for one in messages},
            endings=extension_email.endings_of([m for m in messages if m.extension_id]),
        )

    def question(self, message: Message, at: datetime) -> arbiter.Question:
        digests = self.digests.get(message.address, [])
        return arbiter.question(message, at, self._zone_names(message), digests)

    def next_window(self, message: Message, at: datetime) -> datetime:
        zone = schedule.zone_of(*self._zone_names(message))
        return schedule.next_send_time(at, zone, arbiter.place_of(message))

    def person(self, message: Message, language: str = "en") -> emails.Person:
        """Return what the footer says to this person: why they get it, how long we keep them."""
        candidate = message.candidate
        zone = schedule.zone_of(*self._zone_names(message))
        nurture = self.grounds.get((candidate.pk, Purpose.NURTURE))
        pool = self.grounds.get((candidate.pk, Purpose.POOL))
        asked_on: date | None = schedule.local_date(nurture.occurred_at, zone) if nurture else None
        until = schedule.local_date(pool.expires_at, zone) if pool and pool.expires_at else None
        basis = nurture.basis if nurture else ""
        why = footers.why(language, asked_on, basis, self.organisation.name)
        match, pause_end = self.matches.get(message.pk), _pause_that_ended(candidate, zone)
        facts: list[str] = []
        if match:
            with languages.speaking(language):
                facts = matching.criteria_for_candidate(match)
        again = footers.after_pause(language, pause_end) if pause_end else ""
        said = [why, *(rendering.one_line(fact) for fact in facts if fact), again]
        return emails.Person(
            candidate=candidate,
            address=message.address,
            why=" ".join(filter(None, said)),
            kept=" ".join(filter(None, [footers.kept(language, until), message.notice])),
        )

    def _zone_names(self, message: Message) -> tuple[str, ...]:
        return message.candidate.time_zone, self.fallback_zones[message.job_id]


class Composer:
    """Puts the emails of a batch together; what is shared is put together once."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._prepared: dict[tuple[int, int], emails.JobEmails] = {}
        self._versions: dict[tuple[int, int | None, str], TemplateVersion] = {}

    def compose(self, message: Message, at: datetime) -> emails.Email:
        """Raises MergeError: the text cannot be filled in for this person."""
        if message.extension_id:
            ending = self._batch.endings.get(message.candidate_id)
            if ending is None:  # erased or merged: the arbiter says so in a moment
                raise rendering.MergeError("extension")
            return extension_email.compose(message, ending, self._batch.organisation, at)
        if message.survey_id:
            return survey_email.compose(message, self._batch.organisation, at)
        if not arbiter.is_job_email(message):
            person = self._batch.person(message)
            return emails.compose_plainly(message, person, self._batch.organisation, at)
        if not (message.step and message.sender):
            raise rendering.MergeError("step")
        version = self._version(message, message.step)
        key = message.step.pk, version.pk
        if key not in self._prepared:
            self._prepared[key] = emails.JobEmails(
                version, message.job, message.sender, self._batch.organisation
            )
        person = self._batch.person(message, version.language)
        return self._prepared[key].compose(message, person, at)

    def _version(self, message: Message, step: Step) -> TemplateVersion:
        language = message.candidate.language
        key = step.pk, message.step_version_id, language
        if key not in self._versions:
            self._versions[key] = (message.step_version or step).version_for(language)
        return self._versions[key]


def timeline_of(message: Message, *, is_diverted: bool = False) -> tuple[str, dict[str, str]]:
    """Return the sentence for the timeline when the message was sent, and its ids."""
    text = f"Sent {naming.about(message)}."
    if is_diverted:
        text = f"Sandbox: {naming.about(message)} went to the address for tests, not to them."
    return text, naming.links_of(message)


def _versions(messages: list[Message]) -> dict[int, StepVersion]:
    """Return what steps say that were given other words after their campaign had begun."""
    wanted = {m.step_version_id for m in messages if m.step_version_id}
    if not wanted:
        return {}
    related = StepVersion.objects.select_related("template_version")
    return related.prefetch_related("translations").in_bulk(wanted)


def _take_question(
    message: Message, requests: dict[int, ExtensionRequest], surveys: dict[int, Survey]
) -> None:
    """Hang on the message what it asks, if anything."""
    if message.extension_id:
        message.extension = requests[message.extension_id]
        message.extension.candidate = message.candidate
    if message.survey_id:
        message.survey = surveys[message.survey_id]


def _take_letter(message: Message, letter: Letter, organisation: Organisation) -> None:
    """Let the message say what the letter says now: it may be changed until it leaves."""
    message.letter = letter
    message.subject = letter.subject
    message.text = invitations.text_of(letter, message.candidate, organisation)


def _tell(message: Message, notices: telling.Notices, organisation: Organisation) -> None:
    """Let the message say that we keep its person, where nobody told them and it is for that."""
    message.notice = message.notice_language = ""
    if not _tells(message) or message.candidate_id not in notices:
        return
    worded = message.step_version or message.step  # a job email tells in its own language
    spoken = worded.version_for(message.candidate.language).language if worded else ""
    told = notices.of(message.candidate_id, spoken)
    if told is None:
        return
    message.notice, message.notice_language = told.words, told.language
    if message.purpose == Message.Purpose.TOLD:
        message.subject, message.text = telling.letter(message.candidate, organisation, told)


def _zones(jobs: Iterable[Job], organisation: Organisation) -> dict[int | None, str]:
    zones: dict[int | None, str] = {None: organisation.time_zone}
    for job in jobs:
        offices = sorted(job.offices.all(), key=lambda office: office.pk)
        zones[job.pk] = offices[0].time_zone if offices else organisation.time_zone
    return zones


def _grounds(people: Iterable[int]) -> dict[tuple[int, str], Ground]:
    rows = GroundState.objects.filter(
        candidate__in=list(people), purpose__in=[Purpose.NURTURE, Purpose.POOL]
    ).values_list("candidate_id", "purpose", "basis", "occurred_at", "expires_at")
    return {
        (candidate, purpose): Ground(basis, occurred_at, expires_at)
        for candidate, purpose, basis, occurred_at, expires_at in rows
    }


def _notices(
    messages: list[Message], people: dict[int, Candidate], organisation: Organisation
) -> telling.Notices:
    """Return the notices for the people whose messages tell it."""
    asked = {
        message.candidate_id: people[message.candidate_id]
        for message in messages
        if _tells(message)
    }
    return telling.Notices(asked, organisation)


def _tells(message: Message) -> bool:
    """Say whether it tells somebody that we keep them, where nobody did."""
    is_first = arbiter.is_job_email(message) or arbiter.is_first_word(message)
    return is_first or message.purpose == Message.Purpose.TOLD


def _pause_that_ended(candidate: Candidate, zone: ZoneInfo) -> date | None:
    """Return when a pause ended after which this is the first job email (C-28).

    Looks no further back than the gate counts emails.
    """
    preference = getattr(candidate, "preference", None)
    ended = preference.paused_until if preference else None
    if ended is None:
        return None
    today = timezone.localdate(timezone=zone)
    if not today - timedelta(days=90) <= ended <= today:
        return None
    sent = [schedule.local_date(at, zone) for at in candidate.gate.job_emails_at]
    return None if any(day >= ended for day in sent) else ended


def _matches(messages: list[Message]) -> dict[int, Match]:
    """Return, for each message, why the person fits its job."""
    jobs = {m.job_id for m in messages if m.job_id and arbiter.is_job_email(m)}
    if not jobs:
        return {}
    wanted = {(message.candidate_id, message.job_id): message.pk for message in messages}
    people = {message.candidate_id for message in messages}
    return {
        wanted[match.candidate_id, match.job_id]: match
        for match in Match.objects.filter(job__in=jobs, candidate__in=people)
        if (match.candidate_id, match.job_id) in wanted
    }
