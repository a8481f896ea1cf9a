"""The life of the extracting process: one file, one answer."""

import importlib
import json
import sys
from collections.abc import Callable

from candidates.documents.extraction import limits
from candidates.documents.extraction.text import Reading, Refused

_READERS = {"pdf": "pdf", "docx": "docx", "odt": "odt", "rtf": "rtf", "txt": "plain"}
SAFE_COPY = "safe-copy"


def main() -> None:
    """Answer on standard output about the file on standard input, as the first argument says.

    With the name of a kind the answer is what was read, in JSON. With SAFE_COPY it is a line of
    JSON and after it the copy.
    """
    if sys.argv[1] == SAFE_COPY:
        maker = importlib.import_module("candidates.documents.extraction.safe_pdf")
        limits.apply(limits.COPY + 1024)
        _say(lambda: b'{"problem": ""}\n' + maker.copy(sys.stdin.buffer.read()))
    else:
        reader = importlib.import_module(f"candidates.documents.extraction.{_READERS[sys.argv[1]]}")
        limits.apply()
        _say(lambda: _answer(reader.read(sys.stdin.buffer.read())))


def _say(answer: Callable[[], bytes]) -> None:
    problem, said = "", b""
    try:
        said = answer()
    except Refused as refusal:
        problem = refusal.code
    except MemoryError:
        problem = "too_heavy"
    except RecursionError:
        problem = "broken"
    if problem:  # only now is the memory free again that was too little
        said = json.dumps({"problem": problem}).encode()
    sys.stdout.buffer.write(said)
    sys.stdout.flush()


def _answer(reading: Reading) -> bytes:
    answer = reading.as_json()
    problem = "" if str(answer["text"]).strip() else "no_text"
    return json.dumps({**answer, "problem": problem}).encode()
