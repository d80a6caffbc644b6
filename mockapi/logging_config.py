"""Writes what a server tells of itself, as lines of text or of JSON, to stderr."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

REQUESTS = "mockapi.requests"
"""The logger of requests; each record carries what it tells in `request`."""

_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, 0x85, 0x2028, 0x2029)}
_ESCAPED |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def on_one_line(text: str) -> str:
    """Return *text* with control characters and ends of lines escaped: a line forges no other."""
    return text.translate(_ESCAPED)


class TextLines(logging.Formatter):
    """A line a record: time, level, what happened; a traceback below it where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname} {on_one_line(record.getMessage())}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(logging.Formatter):
    """A JSON object a record, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=True)


def json_line(level: str, message: str, members: Mapping[str, Any]) -> str:
    """Return a line as `JsonLines` would write it now, of *members* besides."""
    told = {"name": "mockapi", "levelname": level, "msg": message, "request": members}
    return JsonLines().format(logging.makeLogRecord(told))


def configuration(form: str, level: str) -> Mapping[str, Any]:
    """Return what `logging.config` takes, for *form* `text` or `json` from *level* upwards."""
    lines = JsonLines if form == "json" else TextLines
    level = level.upper()
    # What uvicorn says of itself at level info, the greeting has said.
    servers = level if level != "INFO" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "stream": "ext://sys.stderr",
            }
        },
        "loggers": {
            "mockapi": {"handlers": ["stderr"], "level": level, "propagate": False},
            "uvicorn": {"handlers": ["stderr"], "level": servers, "propagate": False},
        },
    }


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"
