"""Matching of journal entries, with the differences of those that do not match."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from mockapi.domain.text_matching import matches
from mockapi.journal.entry import Entry
from mockapi.journal.redaction import Redactor

ANYTHING: Any = object()
"""The body of a matcher without a condition on it; None requires JSON null."""

_MAX_TEXT = 200


@dataclass(frozen=True)
class Difference:
    """One field in which a request does not match; both values as JSON text."""

    field: str
    expected: str
    actual: str

    @property
    def distance(self) -> float:
        """The dissimilarity of the two texts, from 0 (equal) to 1."""
        return 1 - SequenceMatcher(None, self.expected, self.actual).quick_ratio()

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, was {self.actual}"


@dataclass(frozen=True)
class Matcher:
    """Conditions for requests; a request matches if it fulfils all that are given.

    In *path* and in the values of *query* and *headers*, `*` matches any text; there, the value
    None requires that the name is missing. *status* is a number or a class such as `4xx`.
    *fault* is the kind or the id of an applied fault. *body* matches a body with at least the
    same members.
    """

    operation: str | None = None
    product: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    client: str | None = None
    customer: str | None = None
    site: str | None = None
    error: str | None = None
    fault: str | None = None
    query: Mapping[str, str | None] = field(default_factory=dict)
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: Any = ANYTHING

    @cached_property
    def _shown_path(self) -> str:
        """The path as the journal shows it, without tokens."""
        return Redactor().scrub(self.path or "")

    @cached_property
    def _shown_query(self) -> Mapping[str, str | None]:
        return {name: _in_query(name, value) for name, value in self.query.items()}

    @cached_property
    def _shown_headers(self) -> Mapping[str, str | None]:
        return {name: _in_header(name, value) for name, value in self.headers.items()}

    @cached_property
    def _shown_body(self) -> Any:
        return json.loads(Redactor().json_text(json.dumps(self.body)))

    def matches(self, entry: Entry) -> bool:
        return next(self.differences(entry), None) is None

    def differences(self, entry: Entry) -> Iterator[Difference]:
        """Yield the fields in which *entry* does not match, the most significant first."""
        plain = (
            ("operation", self.operation, entry.operation),
            ("product", self.product, entry.product),
            ("method", self.method and self.method.upper(), entry.method),
        )
        for name, expected, actual in plain:
            if expected is not None and expected != actual:
                yield _difference(name, expected, actual)
        if self.path is not None and not matches(self._shown_path, entry.path):
            yield _difference("path", self._shown_path, entry.path)
        if self.status is not None and not _is_status(self.status, entry.status):
            yield _difference("status", self.status, entry.status)
        for name in ("client", "customer", "site", "error"):
            expected, actual = getattr(self, name), getattr(entry, name)
            if expected is not None and expected != actual:
                yield _difference(name, expected, actual)
        if self.fault is not None and not any(self.fault in applied for applied in entry.faults):
            applied = [f"{each.kind} ({each.id})" for each in entry.faults]
            yield _difference("fault", self.fault, applied)
        yield from self._in_names(entry)
        if self.body is not ANYTHING:
            yield from _in_tree("body", self._shown_body, entry.request_body.parsed())

    def _in_names(self, entry: Entry) -> Iterator[Difference]:
        for name, expected in self._shown_query.items():
            values = [value for key, value in entry.query if key == name]
            yield from _in_values(f"query {name}", expected, values)
        for name, expected in self._shown_headers.items():
            values = [value for key, value in entry.request_headers if key.lower() == name.lower()]
            yield from _in_values(f"header {name}", expected, values)

    def __str__(self) -> str:
        """Return the conditions as a phrase for messages."""
        conditions = [
            f"{name} {getattr(self, name)}"
            for name in ("product", "path", "status", "client", "customer", "site", "error")
            if getattr(self, name) is not None
        ]
        conditions += [f"fault {self.fault}"] if self.fault is not None else []
        conditions += [f"query {name}={_text(value)}" for name, value in self._shown_query.items()]
        conditions += [
            f"header {name}={_text(value)}" for name, value in self._shown_headers.items()
        ]
        if self.body is not ANYTHING:
            conditions.append(f"body {_text(self._shown_body)}")
        what = self.operation or ("request" if self.method else "a request")
        what = f"{self.method.upper()} {what}" if self.method else what
        return f"{what} with {', '.join(conditions)}" if conditions else what


def _in_query(name: str, value: str | None) -> str | None:
    """Return *value* as the journal shows it: secrets are masked.

    A pattern is not masked; it is compared with the mask.
    """
    if value is None or "*" in value:
        return value
    redactor = Redactor()
    return redactor.scrub(redactor.pairs([(name, value)])[0][1])


def _in_header(name: str, value: str | None) -> str | None:
    if value is None or "*" in value:
        return value
    redactor = Redactor()
    return redactor.scrub(redactor.header(name, value))


def _in_values(name: str, expected: str | None, values: list[str]) -> Iterator[Difference]:
    if expected is None:
        if values:
            yield Difference(name, "nothing", _text(values[0]))
    elif not any(matches(expected, value) for value in values):
        actual = _text(values[0] if len(values) == 1 else values) if values else "missing"
        yield Difference(name, _text(expected), actual)


def _in_tree(place: str, expected: Any, actual: Any) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            if name not in actual:
                yield Difference(f"{place}.{name}", _text(value), "missing")
            else:
                yield from _in_tree(f"{place}.{name}", value, actual[name])
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, value in enumerate(expected):
            yield from _in_tree(f"{place}[{index}]", value, actual[index])
    elif expected != actual or isinstance(expected, bool) != isinstance(actual, bool):
        yield Difference(place, _text(expected), _text(actual))


def _difference(name: str, expected: Any, actual: Any) -> Difference:
    return Difference(name, _text(expected), _text(actual))


def _text(value: Any) -> str:
    """Return *value* as JSON on one line, shortened."""
    text = "missing" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}…"


def _is_status(expected: str, actual: int | None) -> bool:
    if actual is None:
        return expected == "none"
    return expected in (str(actual), f"{actual // 100}xx")
