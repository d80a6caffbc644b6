"""Shows of a body what may be shown."""

import json
from dataclasses import dataclass
from typing import Any

from mockapi.domain.json_text import parse
from mockapi.journal.record import KEPT_BYTES, Sample
from mockapi.journal.redact import Redactor, parse_pairs, query_text

FORM = "application/x-www-form-urlencoded"


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
            return parse(self.text)
        except ValueError:
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
