"""How the product logs in production: one JSON object a line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Give time, level, logger, message, what `extra` holds, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, str | int | float] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, value in vars(record).items():
            if name not in _OWN_FIELDS and isinstance(value, str | int | float):
                line.setdefault(name, value)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def settings(*, debug: bool, level: str) -> dict[str, Any]:
    """Return Django's setting for logs: everything to the console, where the host takes it up."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {"()": "config.logs.JsonFormatter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "plain" if debug else "json",
            }
        },
        "root": {"handlers": ["console"], "level": level},
    }
