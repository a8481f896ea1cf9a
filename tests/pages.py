"""What a page says, without the random letters in its addresses and forms."""

import re

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w{64}(?=")')


def without_ids(page: str) -> str:
    """The page with its UUIDs and CSRF tokens cut out: any of them may spell a short name."""
    return TOKEN.sub("", UUID.sub("", page))
