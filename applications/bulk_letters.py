"""Answering many people of one job at once: what a person is sent, and the work that does it."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Organisation, User
from accounts.permissions import Permission
from applications import letter_wording, letters
from applications.actions.closing import Draft, reject, reopen
from applications.actions.letters import cancel_letter
from applications.actions.telling import answer_anew
from applications.models import Application, Letter, RejectionReason
from candidates.models import Candidate, Work, WorkItem
from candidates.places import language_name
from candidates.work import GONE, Outcome, PeopleKind, done, left


@dataclass
class Reading:
    """One letter as its reader will see it, and the fields that nothing fills."""

    application: Application
    subject: str
    text: str
    empty: list[str]


@dataclass
class Group:
    """People who get the same letter but for its fields: one reason, one language."""

    reason: str
    language: str
    subject: str
    text: str
    people: list[Application] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    letters: list[Reading] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.reason}-{self.language}"

    @property
    def label(self) -> str:
        return RejectionReason(self.reason).label

    @property
    def language_name(self) -> str:
        return language_name(self.language)

    @property
    def found(self) -> list[str]:
        """What the check of letters finds; the same for all of them, so one is looked at."""
        one = next((reading for reading in self.letters if not reading.empty), None)
        return letters.lint(one.subject, one.text, has_promise=False) if one else []


def groups_of(
    applications: list[Application],
    reasons: dict[int, str],
    typed: dict[str, tuple[str, str]],
    *,
    by: User,
) -> list[Group]:
    """Return the letters by reason and language. Three queries, however many people.

    reasons: of each application. typed: subject and text of a group, as somebody changed them.
    """
    wording = letter_wording.Wording(Letter.Kind.DECISION)
    together: dict[tuple[str, str], list[Application]] = defaultdict(list)
    for application in applications:
        reason = reasons[application.pk]
        together[reason, wording.language_of(application.candidate, reason)].append(application)
    groups = []
    for (reason, language), people in sorted(together.items()):
        group = Group(reason, language, *wording.of(reason, language), people)
        group.subject, group.text = typed.get(group.key, (group.subject, group.text))
        group.problems = letter_wording.problems(group.subject, group.text)
        if not group.subject.strip() or not group.text.strip():
            group.problems.append("The letter needs a subject and a text.")
        for application in people if not group.problems else []:
            values = letter_wording.values_of(
                application, by=by, house=wording.house, language=language, reason=reason, day=None
            )
            group.letters.append(
                Reading(application, *letter_wording.fill(group.subject, group.text, values))
            )
        groups.append(group)
    return groups


def who_gets_which(groups: list[Group]) -> list[str]:
    """Return which letter each person gets, a word for each: a page says so in its form."""
    return [f"{one.public_id}={group.key}" for group in groups for one in group.people]


class AnswerMany(PeopleKind):
    """Closes each application with its letter, or writes anew to whom nobody told the decision."""

    key = "answer_many"
    doing = "Writing to them"
    permission = Permission.CLOSE_APPLICATION
    can_undo = True
    chunk = 25

    def apply_one(self, work: Work, person: Candidate) -> Outcome:
        plan: dict[str, Any] | None = work.values["people"].get(str(person.pk))
        if plan is None:  # answered between the choosing and the sending
            return left("They needed no answer any more.")
        application = (
            Application.objects.filter(pk=plan["application"], candidate=person)
            .select_related("job", "candidate")
            .first()
        )
        if application is None:
            return left(GONE)
        # The letter is filled in now: work keeps no text with anybody's name in it.
        group = work.values["groups"][plan["group"]]
        values = letter_wording.values_of(
            application,
            by=work.by,
            house=Organisation.current(),
            language=plan["group"].partition("-")[2],  # a group is of one reason and one language
            reason=group["reason"],
            day=None,
        )
        subject, text, empty = letter_wording.fill(group["subject"], group["text"], values)
        if empty:
            return left(f"Nothing fills {', '.join(empty)} for them.")
        draft = Draft(subject, text)
        if application.is_open:
            reject(
                application, by=work.by, reason=group["reason"], letter=draft,
                warnings_accepted=True,
            )  # fmt: skip
            return done(application=application.pk)
        letter = answer_anew(application, draft, by=work.by, warnings_accepted=True)
        return done(application=application.pk, letter=letter.pk)

    def undo_one(self, work: Work, item: WorkItem, person: Candidate) -> str:
        if letter_id := item.did.get("letter"):
            cancel_letter(Letter.objects.get(pk=letter_id), by=work.by)
            return ""
        application = Application.objects.filter(
            pk=item.did["application"], candidate=person
        ).first()
        if application is None:
            return GONE
        reopen(application, by=work.by)
        return ""
