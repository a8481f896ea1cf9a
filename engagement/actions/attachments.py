"""Files that came with an answer: kept like those that a colleague uploads, or named with why not.

They are judged by name and content, read in a process apart and shown by the pages of files
(`candidates.actions.documents`). Those of strangers are judged alike and wait with the email, given
to nobody, until a colleague says who wrote it. Of people in the restricted archive nothing is kept
but the names.
"""

import logging
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Count, Sum

from candidates.actions.documents import keep_document
from candidates.documents import scanner
from candidates.documents.kinds import MOST_FILES, clean_name, kind_by_name, kind_of
from candidates.models import Candidate
from engagement.actions.access import ACTOR
from engagement.incoming import reader, threading
from engagement.incoming.reader import File, Mail
from engagement.models import Reply, WaitingFile

logger = logging.getLogger(__name__)

# Of all strangers together: whoever writes to us can fill no disk, and a row has its limits too.
MOST_WAITING = 500
MOST_WAITING_BYTES = 200 * 1024 * 1024
_LOCK = 7_105_417  # one at a time counts them, so that they are never more
CUT = "The email was too long to be taken whole. Ask for the file by itself."
UNREAD = "It could not be taken out of the email. Ask for it once more."
WAITS = "It waits until somebody says who wrote this. Nobody can open it before."
FULL = "Too many files of people whom we do not know wait already. Ask for it once more."


@dataclass(frozen=True)
class Content:
    """The bytes of a file; of a stranger's also what the virus scanner calls what it found."""

    content: bytes = b""
    threat: str = ""


def take_out(raw: bytes, mail: Mail) -> list[Content]:
    """Return the bytes of each file of a message whose files may be kept, else none at all.

    Outside the transaction: it takes a process, and a scanner for those of strangers; those of
    people we know are scanned as their documents. Whose answer it is, is asked once more inside.
    """
    if mail.problem or mail.is_cut or not any(_is_taken(file) for file in mail.files):
        return []
    found = threading.find(mail)
    if found.is_for_nobody or (found.candidate and found.candidate.archived_at):
        return []
    contents = reader.files(raw, mail)
    if found.candidate:
        return [Content(content) for content in contents]
    return _scanned(mail, contents)


def keep(reply: Reply, mail: Mail, contents: list[Content]) -> None:
    """Keep the files of an answer with the person, or waiting with a stranger's email, in its
    transaction, and note what became of all.

    The same file twice is one document. The caller holds the gate.
    """
    person = reply.candidate
    if (person and person.archived_at) or reply.kind != Reply.Kind.REPLY or not mail.files:
        return
    contents = contents or [Content()] * len(mail.files)
    why = CUT if mail.is_cut else UNREAD
    pairs = list(zip(mail.files, contents, strict=True))
    if person:
        person = Candidate.objects.locked(person.pk)
        kept = [_keep(person, file, one.content, why) for file, one in pairs]
    else:
        kept = _let_wait(reply, pairs, why)
    reply.files = [file.as_json() for file in kept]
    reply.save(update_fields=["files"])


def give(reply: Reply, person: Candidate) -> None:
    """Keep what waited with an email with the person who wrote it.

    The caller holds the email and the person. What is refused now is named with why.
    """
    waiting = {one.place: one for one in reply.waiting_files.all()}
    if not waiting:
        return
    for place, told in enumerate(reply.files):
        if one := waiting.get(place):
            file = File(one.file_name, told["kind"], one.size)
            kept = _keep(person, file, bytes(one.content), UNREAD)
            told.update(document=kept.document, why=kept.why)
    reply.save(update_fields=["files"])
    reply.waiting_files.all().delete()


def _scanned(mail: Mail, contents: list[bytes]) -> list[Content]:
    """Ask the scanner about what may wait. While it is away, it is asked when somebody gets it."""
    found, is_away = [], not scanner.is_on()
    for file, content in zip(mail.files, contents, strict=True) if contents else ():
        threat = ""
        if not is_away and content and _is_taken(file):
            try:
                threat = scanner.scan(content)
            except scanner.NoAnswer as reason:
                logger.warning("a stranger's file waits unscanned: %s", reason)
                is_away = True
        found.append(Content(content, threat))
    return found


def _let_wait(reply: Reply, pairs: list[tuple[File, Content]], why: str) -> list[File]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    return [_wait(reply, place, file, one, why) for place, (file, one) in enumerate(pairs)]


def _wait(reply: Reply, place: int, file: File, one: Content, why: str) -> File:
    name = clean_name(file.name)
    try:
        kind_by_name(name)
        if not one.content and file.size:
            return replace(file, why=why)
        kind_of(name, one.content)
    except ValidationError as refusal:
        return replace(file, why=refusal.messages[0])
    if one.threat:
        found = f"The virus scanner found something in it, which it calls “{one.threat}”."
        return replace(file, why=f"{found} It is not kept.")
    if not _has_room(reply, len(one.content)):
        return replace(file, why=FULL)
    size = len(one.content)
    WaitingFile.objects.create(
        reply=reply, place=place, file_name=name, size=size, content=one.content
    )
    return replace(file, why=WAITS)


def _has_room(reply: Reply, size: int) -> bool:
    """Say whether one more may wait: of all, and of those that came from this address."""
    all_of_them = WaitingFile.objects.aggregate(number=Count("pk"), size=Sum("size", default=0))
    theirs = WaitingFile.objects.filter(reply__address__iexact=reply.address).count()
    return (
        all_of_them["number"] < MOST_WAITING
        and all_of_them["size"] + size <= MOST_WAITING_BYTES
        and theirs < MOST_FILES
    )


def _keep(person: Candidate, file: File, content: bytes, why: str) -> File:
    try:
        kind_by_name(clean_name(file.name))
        if not content and file.size:
            return replace(file, why=why)
        document, _ = keep_document(person, file.name, content, by=ACTOR)
    except ValidationError as refusal:
        return replace(file, why=refusal.messages[0])
    return replace(file, document=str(document.public_id))


def _is_taken(file: File) -> bool:
    try:
        kind_by_name(clean_name(file.name))
    except ValidationError:
        return False
    return True
