"""Logging configuration and formatters, for text or JSON lines on stderr."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

REQUESTS = "mockapi.requests"
"""The logger of requests; the attribute `request` of each record has the JSON members."""

_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, 0x85, 0x2028, 0x2029)}
_ESCAPED |= {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def escape_control_characters(text: str) -> str:
    """Return *text* with control characters and line breaks escaped, against forged log lines."""
    return text.translate(_ESCAPED)


class TextFormatter(logging.Formatter):
    """One line per record with time, level and message, followed by the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        line = (
            f"{_time(record)} {record.levelname} {escape_control_characters(record.getMessage())}"
        )
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One JSON object per record, on one line."""

    def format(self, record: logging.LogRecord) -> str:
        members: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=True)


def format_json_line(level: str, message: str, members: Mapping[str, Any]) -> str:
    """Return a log line of `JsonFormatter` with additional *members*."""
    record = {"name": "mockapi", "levelname": level, "msg": message, "request": members}
    return JsonFormatter().format(logging.makeLogRecord(record))


def configuration(form: str, level: str) -> Mapping[str, Any]:
    """Return a dictionary for `logging.config`; *form* is `text` or `json`."""
    lines = JsonFormatter if form == "json" else TextFormatter
    level = level.upper()
    # mockapi prints the address at start-up, so uvicorn's messages of level INFO are redundant.
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
