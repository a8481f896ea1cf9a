"""What a log line looks like in production."""

import json
import logging
import sys
from typing import Any

from config.logs import JsonFormatter


def line(record: logging.LogRecord) -> dict[str, Any]:
    formatted = JsonFormatter().format(record)
    assert "\n" not in formatted
    parsed: dict[str, Any] = json.loads(formatted)
    return parsed


def test_log_line_is_one_json_object() -> None:
    record = logging.makeLogRecord(
        {
            "name": "engagement.tasks",
            "levelname": "INFO",
            "msg": "delivered %s",
            "args": (3,),
            "message_id": 7,
        }
    )
    record.created = 1_795_452_946.5

    assert line(record) == {
        "at": "2026-11-23T16:55:46.500+00:00",
        "level": "info",
        "logger": "engagement.tasks",
        "message": "delivered 3",
        "message_id": 7,
    }


def test_log_line_of_an_error_has_its_traceback_on_the_same_line() -> None:
    try:
        {}["gone"]
    except KeyError:
        record = logging.LogRecord(
            "config", logging.ERROR, "", 0, "it broke\nhere", None, sys.exc_info()
        )

    parsed = line(record)

    assert parsed["message"] == "it broke\nhere"
    assert parsed["traceback"].endswith("KeyError: 'gone'")
