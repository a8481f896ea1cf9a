"""The life of the extracting process: one file, one answer."""

import importlib
import json
import sys

from candidates.documents.extraction import limits
from candidates.documents.extraction.text import Reading, Refused

_READERS = {"pdf": "pdf", "docx": "docx", "odt": "odt", "txt": "plain"}


def main() -> None:
    """Read standard input as the kind that the first argument names; answer on standard output."""
    reader = importlib.import_module(f"candidates.documents.extraction.{_READERS[sys.argv[1]]}")
    limits.apply()
    content = sys.stdin.buffer.read()
    try:
        answer = _answer(reader.read(content))
    except Refused as refusal:
        answer = {"problem": refusal.code}
    except MemoryError:
        answer = {"problem": "too_heavy"}
    except RecursionError:
        answer = {"problem": "broken"}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.flush()


def _answer(reading: Reading) -> dict[str, object]:
    answer = reading.as_json()
    return {**answer, "problem": "" if str(answer["text"]).strip() else "no_text"}
