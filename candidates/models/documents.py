import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from candidates.documents import scanner
from candidates.documents.kinds import NAME_LENGTH, Kind
from candidates.documents.storage import private_storage, random_key
from candidates.models.people import Candidate, EmailAddress, Link, Phone
from candidates.models.skills import CandidateSkill, Skill

AROUND = 50  # letters of a snippet, on each side
KEPT_AFTER_REMOVAL = timedelta(days=30)


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: User) -> Self:
        """Those of the people that the user may see; removed ones, too, until they are deleted."""
        return self.filter(candidate__in=Candidate.objects.visible_to(user))

    def present(self) -> Self:
        return self.filter(removed_at=None)

    def searchable(self) -> Self:
        """Those whose text the search may read."""
        return self.present().filter(state=Document.State.READY)

    def to_be_scanned(self) -> Self:
        """Those at which no virus scanner has looked. Nobody gets them while there is one."""
        return self.present().filter(scanned_at=None).exclude(file="")

    def let_through(self) -> Self:
        """Those that the virus scanner let through; all of them where there is none."""
        if not scanner.is_on():
            return self.exclude(state=Document.State.QUARANTINE)
        return self.filter(scanned_at__isnull=False, threat="")

    def to_be_copied(self) -> Self:
        """PDFs that were read and have neither a safe copy nor a reason why there is none."""
        return self.present().filter(
            kind=Kind.PDF,
            state__in=[Document.State.READY, Document.State.NO_TEXT],
            safe_file="",
            copy_problem="",
        )

    def locked(self, pk: int) -> "Document":
        return self.select_for_update(of=("self",)).get(pk=pk)


class Document(models.Model):
    """A file about a candidate. The original is only ever a download; its text is data.

    `text` holds what a reader of the page sees, pages parted by form feeds; nothing else is
    searched. `hidden` holds what only software would read, as [place in `text`, words]. `safe_file`
    is a copy of a PDF that does nothing and tells nothing of who wrote it.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting to be read"
        READING = "reading", "Being read"
        READY = "ready", "Read"
        NO_TEXT = "no_text", "No text"
        REFUSED = "refused", "Refused"
        QUARANTINE = "quarantine", "In quarantine"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="documents")
    file_name = models.CharField(max_length=NAME_LENGTH, help_text="As shown; never a path.")
    file = models.FileField(
        storage=private_storage,
        upload_to=random_key,
        blank=True,
        help_text="Empty once the bytes are deleted.",
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes.")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    reason = models.TextField(blank=True, help_text="Why there is no text, as a sentence.")
    text = models.TextField(blank=True)
    hidden = models.JSONField(default=list, blank=True)
    holds = models.JSONField(
        default=list, blank=True, help_text="What the original has besides text, as codes."
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often reading began.")
    reading_since = models.DateTimeField(null=True, blank=True)
    safe_file = models.FileField(
        storage=private_storage,
        upload_to=random_key,
        blank=True,
        help_text="Only of a PDF, once it is made.",
    )
    copy_problem = models.TextField(
        blank=True, help_text="Why there is no safe copy, as a sentence."
    )
    copy_attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often copying began."
    )
    copying_since = models.DateTimeField(null=True, blank=True)
    scanned_at = models.DateTimeField(
        null=True, blank=True, help_text="When the virus scanner looked at it."
    )
    threat = models.CharField(
        max_length=200, blank=True, help_text="What the scanner found, in its own words."
    )
    scan_failed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the scanner was asked last and did not answer."
    )
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "sha256"], name="document_once"),
        ]
        indexes = [
            models.Index(
                fields=["reading_since", "id"],
                condition=Q(state__in=["uploaded", "reading"], removed_at=None),
                name="document_to_be_read",
            ),
            models.Index(
                fields=["copying_since", "id"],
                condition=Q(
                    kind="pdf",
                    state__in=["ready", "no_text"],
                    safe_file="",
                    copy_problem="",
                    removed_at=None,
                ),
                name="document_to_be_copied",
            ),
            models.Index(
                fields=["id"],
                condition=Q(scanned_at=None, removed_at=None) & ~Q(file=""),
                name="document_to_be_scanned",
            ),
            models.Index(
                fields=["removed_at"],
                condition=Q(removed_at__isnull=False),
                name="document_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_in_hand(self) -> bool:
        """Is it still to be read?"""
        return self.state in {self.State.UPLOADED, self.State.READING}

    @property
    def is_in_quarantine(self) -> bool:
        return self.state == self.State.QUARANTINE

    @property
    def awaits_scan(self) -> bool:
        """Is it closed until the virus scanner has looked at it?"""
        return scanner.is_on() and self.scanned_at is None and bool(self.file)

    @property
    def awaits_copy(self) -> bool:
        """Is its safe copy still to be made?"""
        is_read = self.state in {self.State.READY, self.State.NO_TEXT}
        return self.kind == Kind.PDF and is_read and not (self.safe_file or self.copy_problem)

    @property
    def parts(self) -> list[list[tuple[bool, str]]]:
        """The text by pages: passages in reading order, each with whether it is hidden."""
        pages: list[list[tuple[bool, str]]] = [[]]
        start = 0
        for place, words in [*self.hidden, (len(self.text), "")]:
            for number, visible in enumerate(self.text[start:place].split("\f")):
                if number:
                    pages.append([])
                pages[-1].append((False, visible))
            pages[-1].append((True, words))
            start = place
        shown = [[part for part in page if part[1].strip()] for page in pages]
        return [page for page in shown if page]

    @property
    def deleted_for_good_at(self) -> datetime | None:
        return self.removed_at + KEPT_AFTER_REMOVAL if self.removed_at else None


class FindingQuerySet(models.QuerySet["Finding"]):
    def to_decide(self) -> Self:
        """Those that a colleague may still decide: neither known of the person nor decided."""
        person = OuterRef("document__candidate")
        same = {"kind": OuterRef("kind"), "value": OuterRef("value")}
        decided = Finding.objects.filter(document__candidate=person, **same).exclude(
            state=Finding.State.OPEN
        )
        known = [
            CandidateSkill.objects.filter(candidate=person, skill=OuterRef("skill")),
            EmailAddress.objects.filter(candidate=person, canonical=OuterRef("value")),
            Phone.objects.filter(candidate=person, canonical=OuterRef("value")),
            Link.objects.filter(candidate=person, canonical=OuterRef("value")),
        ]
        waiting = self.filter(state=Finding.State.OPEN, document__removed_at=None)
        return waiting.exclude(Exists(decided)).filter(*(~Exists(rows) for rows in known))


class Finding(models.Model):
    """Something found in a document that we do not know of the person yet: a suggestion.

    It is written down only when a colleague says so, and one that was turned down stays so, in
    whatever document it turns up again.
    """

    class Kind(models.TextChoices):
        SKILL = "skill", "Skill"
        EMAIL = "email", "Email address"
        PHONE = "phone", "Phone number"
        LINK = "link", "Link"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ADDED = "added", "Added"
        DISMISSED = "dismissed", "Not this one"

    document = models.ForeignKey(Document, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    value = models.CharField(max_length=500, help_text="What it is compared by.")
    shown = models.CharField(max_length=500, help_text="As it stands in the text.")
    skill = models.ForeignKey(Skill, models.CASCADE, null=True, blank=True, related_name="+")
    start = models.PositiveIntegerField(help_text="Place in the text.")
    end = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "kind", "value"], name="finding_once"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def around(self) -> tuple[str, str]:
        """What stands before and after it in the text: enough to see what is meant."""
        text = self.document.text
        before = " ".join(text[max(0, self.start - AROUND) : self.start].split())
        after = " ".join(text[self.end : self.end + AROUND].split())
        return before, after
