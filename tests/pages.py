"""What a page says, without the random letters in its addresses and forms."""

import re

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TOKEN = re.compile(r'(?<= value=")[\w.:-]{40,}(?=")')


def without_ids(page: str) -> str:
    """The page without its UUIDs and the tokens of its forms: any may spell a short name."""
    return TOKEN.sub("", UUID.sub("", page))
