"""Files that came with an answer: kept like those that a colleague uploads, or named with why not.

They are judged by name and content, read in a process apart and shown by the pages of files
(`candidates.actions.documents`). Of strangers, and of people in the restricted archive, nothing is
kept but the names.
"""

from dataclasses import replace

from django.core.exceptions import ValidationError

from candidates.actions.documents import keep_document
from candidates.documents.kinds import clean_name, kind_by_name
from candidates.models import Candidate
from engagement.actions.access import ACTOR
from engagement.incoming import reader, threading
from engagement.incoming.reader import File, Mail
from engagement.models import Reply

CUT = "The email was too long to be taken whole. Ask for the file by itself."
UNREAD = "It could not be taken out of the email. Ask for it once more."


def take_out(raw: bytes, mail: Mail) -> list[bytes]:
    """Return the bytes of each file of a message whose files may be kept, else none at all.

    Outside the transaction: it takes a process. Whose answer it is, is asked once more inside.
    """
    if mail.problem or mail.is_cut or not any(_is_taken(file) for file in mail.files):
        return []
    person = threading.find(mail).candidate
    return reader.files(raw, mail) if person and not person.archived_at else []


def keep(reply: Reply, mail: Mail, contents: list[bytes]) -> None:
    """Keep the files of an answer with the person, in its transaction, and note what became of all.

    The same file twice is one document. The caller holds the gate.
    """
    person = reply.candidate
    if person is None or person.archived_at or reply.kind != Reply.Kind.REPLY or not mail.files:
        return
    person = Candidate.objects.locked(person.pk)
    contents = contents or [b""] * len(mail.files)
    why = CUT if mail.is_cut else UNREAD
    pairs = zip(mail.files, contents, strict=True)
    kept = [_keep(person, file, content, why) for file, content in pairs]
    reply.files = [file.as_json() for file in kept]
    reply.save(update_fields=["files"])


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
