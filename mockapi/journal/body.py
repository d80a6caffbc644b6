"""Keeps the beginning of a body, and shows of it what may be shown."""

import json
from dataclasses import dataclass
from typing import Any

from mockapi.journal.redact import Redactor, parse_pairs, query_text

KEPT_BYTES = 32 * 1024
"""How much of a body is kept; a portfolio's sites fit, a year of readings does not."""

FORM = "application/x-www-form-urlencoded"


class Sample:
    """The first bytes of a body, and how many there were."""

    __slots__ = ("_kept", "_pieces", "size")

    def __init__(self) -> None:
        self.size = 0
        self._kept = 0
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        room = KEPT_BYTES - self._kept
        if room > 0 and piece:
            # Of bytes that fit, the slice is the same object: nothing is copied.
            piece = bytes(piece[:room])
            self._pieces.append(piece)
            self._kept += len(piece)

    def text(self) -> str:
        return b"".join(self._pieces).decode("utf-8", "replace")

    @property
    def whole(self) -> bool:
        return self._kept == self.size


@dataclass(frozen=True)
class Body:
    """What is shown of a body; *note* says what is missing of it, and why."""

    size: int
    media_type: str
    text: str | None
    note: str | None = None

    def parsed(self) -> Any:
        """Return JSON as a tree and a form as an object; None for what is neither."""
        if self.text is None:
            return None
        if self.media_type == FORM:
            return dict(parse_pairs(self.text))
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None


def shown_body(sample: Sample, media_type: str, redactor: Redactor) -> Body:
    """Return what may be shown of *sample*, a body of *media_type*.

    JSON and forms are shown. Of other bodies nobody knows where in them a secret is.
    """
    media_type = media_type.partition(";")[0].strip().lower()
    if sample.size == 0:
        return Body(0, media_type, None)
    text = sample.text()
    is_json = media_type.endswith("json")
    if media_type == FORM:
        text = query_text(redactor.pairs(parse_pairs(text)))
    elif is_json or _is_json(text):
        text = redactor.json_text(text)
    else:
        named = media_type or "a type that is not stated"
        return Body(sample.size, media_type, None, f"{sample.size} bytes of {named}, not shown")
    note = None if sample.whole else f"the first {KEPT_BYTES} of {sample.size} bytes"
    return Body(sample.size, media_type, text, note)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
