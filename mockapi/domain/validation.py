"""Messages for errors of pydantic, libyaml and `json`.

Used for scenarios, settings, options and the control API, but not for the vendor's APIs.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, core_schema

from mockapi.domain.text_matching import MEANINGS, shortened


def whole_number(value: object) -> object:
    """Return an integer for a whole float, because JSON has only one type of number."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _reject_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must not be a boolean")  # noqa: TRY004 - pydantic reports ValueError only
    return value


class StrictModel(BaseModel):
    """A closed, frozen model that does not convert numbers and booleans from other types.

    pydantic's strict mode would also reject text for instants and lists for tuples.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        strict: CoreSchema = _without_conversion(handler(source))
        return strict


def _without_conversion(node: Any) -> Any:
    if isinstance(node, list | tuple):
        return type(node)(map(_without_conversion, node))
    if not isinstance(node, dict) or node.get("strict"):
        return node
    if node.get("type") == "int":
        return core_schema.no_info_before_validator_function(whole_number, {**node, "strict": True})
    if node.get("type") in ("float", "bool"):
        return {**node, "strict": True}
    if node.get("type") == "timedelta" or node.get("expected") == [1]:
        # A literal 1 equals True, and a duration may be given as a number of seconds.
        return core_schema.no_info_before_validator_function(_reject_boolean, node)
    return {
        key: each if key in ("metadata", "serialization") else _without_conversion(each)
        for key, each in node.items()
    }


class MemberError(ValueError):
    """A wrong value of a member, found by a check of its object.

    *place* leads from the object to the member.
    """

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


def place_of(error: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Return the place of one of the errors of a `ValidationError`, with that of its member."""
    cause = (error.get("ctx") or {}).get("error")
    return (*error["loc"], *getattr(cause, "place", ()))


_MAX_ERRORS = 100
_MAX_CONVERTED = 5_000
"""Maximum number of errors that pydantic converts, which takes microseconds for each."""
_MAX_QUOTED = 100

NOT_TEXT = "string_type"
"""pydantic's type of the error for a value that is not text."""
UNCLOSED_QUOTE = "found unexpected end of stream"
"""The error of libyaml for a quoted text without an end."""

_DATE_TIME = "an RFC 3339 date-time such as 2026-06-01T09:00:00Z"
_DURATION = "an ISO 8601 duration such as PT1H"
_DATE = "a date such as 2026-06-01"
_KINDS = {
    "bool": "true or false",
    "bytes": "text",
    "date": _DATE,
    "datetime": _DATE_TIME,
    "dict": "a mapping of keys to values",
    "float": "a number",
    "frozen_set": "a list",
    "int": "a whole number",
    "list": "a list",
    "model": "a mapping of keys to values",
    "string": "text",
    "time_delta": _DURATION,
    "timezone": "an RFC 3339 date-time with an offset, such as 2026-06-01T09:00:00Z",
    "tuple": "a list",
}
"""Expected values by prefix of pydantic's error types."""

_EXPECTED = {
    "enum": "{expected}",
    "greater_than": "above {gt}",
    "greater_than_equal": "at least {ge}",
    "int_parsing_size": "a whole number of at most 64 bits",
    "less_than": "below {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "{expected}",
    "string_too_long": "at most {max_length} characters long",
    "too_long": "a list of at most {max_length}",
    "too_short": "a list of at least {min_length}",
}
_REASONS = {
    "extra_forbidden": "is not known here",
    "missing": "is required",
    "finite_number": "must be a finite number",
    "json_invalid": "must be JSON",
    "string_too_short": "must not be empty",
    "string_unicode": "must be text without halves of surrogate pairs",
}


_PYDANTIC_KINDS = frozenset(get_args(core_schema.ErrorType))
"""Error types with a message of pydantic."""


def describe_error(error: Mapping[str, Any]) -> str:
    """Return a message for one of the errors of a `ValidationError`.

    It contains the value if that is short.
    """
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind in _REASONS:
        return _REASONS[kind]
    expected = _expected_value(kind, context)
    if expected is None:
        is_own = kind == "value_error" or kind not in _PYDANTIC_KINDS
        return str(error["msg"]).removeprefix("Value error, ") if is_own else "is not valid here"
    # A text of the wrong length is not shown.
    message = must_be(expected, None if kind.startswith("string_too_") else error.get("input"))
    return message + _quotes_advice(error.get("input")) if kind == NOT_TEXT else message


def must_be(expected: str, value: object) -> str:
    """Return "must be *expected*, not *value*"; without the value if it is not a short scalar."""
    return f"must be {expected}{_but_got(value)}"


def _but_got(value: object) -> str:
    if isinstance(value, str):
        return f", not {quoted(value)}"
    is_short = isinstance(value, int | float) and len(repr(value)) <= _MAX_QUOTED
    return f", not {value!r}" if is_short else ""


def _quotes_advice(value: object) -> str:
    """Return the advice for a scalar *value* in place of text."""
    return ". Put text in double quotes." if isinstance(value, int | float | date) else ""


def describe_union_error(reasons: Sequence[str], value: object) -> str:
    """Return one message for the *reasons* why *value* is not any of the allowed types."""
    advice = _quotes_advice(value)
    first, *others = (each.removesuffix(advice).removesuffix(_but_got(value)) for each in reasons)
    if not others:
        return reasons[0]
    return must_be(" or ".join(each.removeprefix("must be ") for each in (first, *others)), value)


def _expected_value(kind: str, context: Mapping[str, Any]) -> str | None:
    """Return the expected value for an error of *kind*; None if pydantic's message is used."""
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return MEANINGS.get(pattern, "text in the documented format")
    if kind in _EXPECTED:
        return _EXPECTED[kind].format(**{name: _plain(value) for name, value in context.items()})
    return next(
        (expected for start, expected in _KINDS.items() if kind.startswith(f"{start}_")), None
    )


def _plain(bound: object) -> object:
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


_CANNOT_BEGIN = {
    "\t": "a tab cannot indent. Use spaces.",
    "@": "'@' cannot begin a value. Put the text in quotes.",
    "`": "'`' cannot begin a value. Put the text in quotes.",
    "%": "'%' cannot begin a value. Put the text in quotes.",
}
_TAB = _CANNOT_BEGIN["\t"]
_BROKEN = "cannot be read as YAML from here on. Check quotes, colons and indentation."
_YAML = {
    "mapping values are not allowed in this context": (
        "a key with ':' cannot stand here. Quote a text with ': ', or check the indentation."
    ),
    "mapping keys are not allowed in this context": (
        "a key cannot stand here. Check the indentation."
    ),
    "block sequence entries are not allowed in this context": (
        "a list with '-' cannot begin here. Put it on a line of its own."
    ),
    "could not find expected ':'": "this key lacks its ': '. Add it, or check the line above.",
    UNCLOSED_QUOTE: "this quoted text has no end. Add the closing quote.",
    "found unexpected document indicator": "a quoted text has no end before this line. Add it.",
    "found unknown escape character": (
        "this escape is unknown. Write '\\\\' for a backslash, or use single quotes."
    ),
    "found invalid Unicode character escape code": (
        "this escape is not a character. Write one above U+FFFF as \\U and eight digits."
    ),
    "did not find expected hexdecimal number": "this escape lacks digits. Add them.",
    "found a tab character that violates indentation": _TAB,
    "found a tab character where an indentation space is expected": _TAB,
    "did not find expected alphabetic or numeric character": (
        "a name must follow '&' and '*'. Add it, or put the text in quotes."
    ),
    "did not find expected <document start>": (
        "the document ends before this. Remove it, or check brackets and indentation."
    ),
    "did not find expected '-' indicator": (
        "this is not an entry of the list above. Begin it with '- ', or indent it as the keys "
        "above the list are."
    ),
    "did not find expected key": (
        "this is not a key of the mapping above. Check indentation, quotes and brackets."
    ),
    "did not find expected ',' or ']'": "the list in brackets needs ',' or ']' here. Add it.",
    "did not find expected ',' or '}'": "the mapping in braces needs ',' or '}' here. Add it.",
    "did not find expected node content": "a value is missing here. Add it.",
    "did not find expected comment or line break": (
        "nothing may follow '|' and '>' on their line. Begin the text on the next line."
    ),
    "found undefined tag handle": "this tag is not known. Remove it.",
    "found incompatible YAML document": "only YAML 1.1 and 1.2 are read. Correct the %YAML line.",
}


def yaml_reason(problem: str, character: str) -> str:
    """Return the message for libyaml's *problem* at *character*."""
    if problem == "found character that cannot start any token":
        return _CANNOT_BEGIN.get(character, _BROKEN)
    return _YAML.get(problem, _BROKEN)


_JSON = {
    "Expecting property name enclosed in double quotes": "needs a key in double quotes here",
    "Expecting ':' delimiter": "needs ':' here",
    "Expecting ',' delimiter": "needs ',' or the closing bracket here",
    "Expecting value": "needs a value here",
    "Unterminated string starting at": "has a text without its closing quote here",
    "Invalid control character at": "has a control character in a text here, which must be escaped",
    "Extra data": "ends before this",
}


def json_reason(problem: str) -> str:
    """Return the message for *problem* of `json`."""
    message = next((message for start, message in _JSON.items() if problem.startswith(start)), None)
    return f"the JSON {message or 'is wrong here'}. Correct it, or save YAML in a .yaml file."


def list_errors(error: "ValidationError") -> Sequence[Mapping[str, Any]]:
    """Return the first errors of *error*; the last one has the number of further errors."""
    count = error.error_count()
    listed: list[Mapping[str, Any]] = []
    if count <= _MAX_CONVERTED:
        listed += error.errors(include_url=False)[:_MAX_ERRORS]
    if more := count - len(listed):
        text = f"has {more:,} more errors" if listed else f"has {count:,} errors"
        listed.append({"type": "too_many_mistakes", "loc": (), "msg": text, "input": None})
    return listed


def quoted(value: str) -> str:
    """Return *value* in quotes, shortened if it is long."""
    return repr(shortened(value))
