"""A spreadsheet of many people: for one colleague, for a day, and known to the audit trail."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Exists, OuterRef, Prefetch
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.permissions import Permission
from candidates.actions.exports import keep_file
from candidates.bulk.kinds import BulkForm, BulkKind, Effect, persons
from candidates.exports import csv_lines
from candidates.models import Candidate, CandidateSkill, CandidateTag, Work
from candidates.models.people import CandidateQuerySet
from candidates.places import country_name, language_name
from candidates.work import Outcome, done

MOST_A_DAY = 20  # of one colleague
LARGE = 500  # people; more leave a notice of their own in the audit trail
AT_ONCE = 1000


def _emails(person: Candidate) -> list[str]:
    """Give their addresses, the primary one first."""
    return [email.address for email in person.emails.all() if email.released_at is None]


def _day(person: Candidate) -> str:
    return f"{person.last_contact_at:%Y-%m-%d}" if person.last_contact_at else ""


def _may_be_written_to(person: Candidate) -> str:
    return "yes" if getattr(person, "may_be_written_to", False) else "no"


Column = tuple[str, Callable[[Candidate], object]]
GROUPS: dict[str, tuple[str, list[Column]]] = {
    "work": (
        "What they do",
        [
            ("Title", lambda person: person.current_title),
            ("Employer", lambda person: person.current_employer),
            ("Headline", lambda person: person.headline),
            ("Level", lambda person: person.get_seniority_display() or ""),
            ("Years of experience", lambda person: person.years),
            ("Where they want to work", lambda person: person.get_remote_preference_display()),
        ],
    ),
    "place": (
        "Where they are, and their language",
        [
            ("City", lambda person: person.city),
            ("Region", lambda person: person.region),
            ("Country", lambda person: country_name(person.country)),
            (
                "Language",
                lambda person: language_name(person.language) if person.language else "",
            ),
        ],
    ),
    "contact": (
        "Email addresses, phones and links",
        [
            ("Email", lambda person: _emails(person)[:1]),
            ("Further emails", lambda person: _emails(person)[1:]),
            ("Phones", lambda person: list(person.phones.all())),
            ("Links", lambda person: list(person.links.all())),
        ],
    ),
    "skills": (
        "Skills and tags",
        [
            ("Skills", lambda person: [held.skill for held in person.skills.all()]),
            ("Tags", lambda person: [held.tag for held in person.tags.all()]),
        ],
    ),
    "state": (
        "Who looks after them, last contact, and whether they may be sent job emails",
        [
            ("Looked after by", lambda person: person.owner),
            ("Source", lambda person: person.source),
            ("Last contact", _day),
            ("May be sent job emails", _may_be_written_to),
        ],
    ),
}


class ExportForm(BulkForm):
    columns = forms.MultipleChoiceField(
        label="What to put in, beside their names",
        required=False,
        choices=[(key, label) for key, (label, _) in GROUPS.items()],
        initial=[key for key in GROUPS if key != "contact"],
        widget=forms.CheckboxSelectMultiple,
        help_text="Take only what you need: a file is out of our hands. Pay, notes and documents"
        " are never in it.",
    )
    # Says that the form was sent, even with every box empty.
    asked = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)


class Export(BulkKind):
    key = "export"
    label = "Make a spreadsheet"
    icon = "file-down"
    explains = "A CSV file for you alone. It is deleted after 24 hours."
    warns = (
        "Your name stands in the first row, and the audit trail keeps that you took it. Delete the"
        " file when you are done."
    )
    doing = "Collecting them"
    permission = Permission.EXPORT_PEOPLE
    asks_password = True
    chunk = 2000
    form_class = ExportForm

    def title(self, cleaned: dict[str, Any], total: int) -> str:
        return f"Export {persons(total)}"

    def effects(self, people: CandidateQuerySet, cleaned: dict[str, Any], by: User) -> list[Effect]:
        return [Effect(people.count(), "will be in the file", is_change=True)]

    def values(self, cleaned: dict[str, Any], by: User) -> dict[str, Any]:
        since = timezone.now() - timedelta(days=1)
        if Work.objects.filter(by=by, kind=self.key, created_at__gt=since).count() >= MOST_A_DAY:
            raise ValidationError(
                f"You made {MOST_A_DAY} files in the last 24 hours, and that is the limit. Wait a"
                " while, or ask a colleague.",
                code="too_many",
            )
        return {"columns": cleaned["columns"]}

    def apply(self, work: Work, people: list[Candidate]) -> dict[int, Outcome]:
        return {person.pk: done() for person in people}

    def finish(self, work: Work) -> None:
        columns = [column for key in work.values["columns"] for column in GROUPS[key][1]]
        with tempfile.TemporaryFile() as file:
            for line in csv_lines(_rows(work, columns)):
                file.write(line.encode())
            file.seek(0)
            day = f"{timezone.now():%Y-%m-%d}"
            kept = keep_file(
                File(file), name=f"people-{day}.csv", by=work.by, people=work.ok, work=work
            )
        if work.ok > LARGE:
            audit.record(work.by, "export.large", kept, people=["", str(work.ok)])


def _rows(work: Work, columns: list[Column]) -> Iterator[list[object]]:
    now = f"{timezone.now():%-d %B %Y, %H:%M} UTC"
    yield [f"Exported for {work.by.name} ({work.by.email}) on {now}. Delete this file when done."]
    yield ["Name", *(label for label, _ in columns)]
    for person in _people(work):
        yield [person.name, *(_text(value(person)) for _, value in columns)]


def _people(work: Work) -> Iterator[Candidate]:
    """Give those who were found, in their frozen order, a thousand at a time."""
    contactable = Candidate.objects.filter(pk=OuterRef("pk")).contactable()
    place = 0
    while True:
        items = work.items.filter(result="ok", pk__gt=place).order_by("pk")
        page = list(items.values_list("pk", "candidate_id")[:AT_ONCE])
        if not page:
            return
        place = page[-1][0]
        ids = [candidate_id for _, candidate_id in page]
        people = (
            Candidate.objects.visible_to(work.by)
            .annotate(may_be_written_to=Exists(contactable))
            .select_related("owner")
            .prefetch_related(
                "emails",
                "phones",
                "links",
                Prefetch("skills", CandidateSkill.objects.select_related("skill")),
                Prefetch("tags", CandidateTag.objects.select_related("tag")),
            )
            .in_bulk(ids)
        )
        yield from (people[pk] for pk in ids if pk in people)


def _text(value: object) -> object:
    return "; ".join(str(one) for one in value) if isinstance(value, list) else value
