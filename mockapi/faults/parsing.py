"""Parsing of faults in the control API, in scenarios and in `X-Mock-Fault`, and the presets."""

import json
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from mockapi.domain.input_text import (
    JsonBoundsError,
    is_json_start,
    json_error_message,
    parse,
)
from mockapi.domain.model_members import member_names
from mockapi.domain.text_matching import as_sentence, join_messages, suggestion
from mockapi.domain.validation import describe_error, list_errors, quoted
from mockapi.faults.context import FaultHeaderError
from mockapi.faults.kinds import KINDS, Fault
from mockapi.faults.model import FaultModel
from mockapi.resources import DATA

_DECODER = json.JSONDecoder()
_SEVERAL_REQUESTS = ("match", "when")
_MAX_PER_REQUEST = 20


class InvalidFaultError(Exception):
    """A value is not a fault; *errors* holds setting, reason and pydantic's type of each error."""

    def __init__(self, errors: Sequence[tuple[str, str, str]]) -> None:
        super().__init__(join_messages(f"{name}: {reason}" for name, reason, _ in errors))
        self.errors = errors


@cache
def _adapter() -> "TypeAdapter[Fault]":
    return TypeAdapter(Fault)


def schema_of_faults() -> dict[str, Any]:
    """Return the JSON Schema of a fault of any kind."""
    return _adapter().json_schema()


def parse_fault(value: Any, *, single_request: bool = False) -> "Fault":
    """Return the fault in *value*. Raise `InvalidFaultError` if it is not valid.

    Messages for a *single_request* do not list the settings for several.
    """
    hidden = _SEVERAL_REQUESTS if single_request else ()
    try:
        return _adapter().validate_python(value)
    except ValidationError as error:
        errors = [(*_setting_error(each, hidden), each["type"]) for each in list_errors(error)]
        raise InvalidFaultError(errors) from error


def parse_fault_header(values: Iterable[str]) -> "list[Fault]":
    """Return the faults in the *values* of `X-Mock-Fault`, in order.

    A value is `kind; setting=value; ...`, a JSON object, or a JSON array of objects, in which the
    value of a setting is JSON or text. Raise `FaultHeaderError` if one is not valid.
    """
    given = [each for value in values for each in _parse_value(value.strip())]
    if len(given) > _MAX_PER_REQUEST:
        raise FaultHeaderError(
            f"{len(given)} faults are too many. Give at most {_MAX_PER_REQUEST}."
        )
    return [_validate(each) for each in given]


def _parse_value(value: str) -> Sequence[Any]:
    if value[:1] not in ("{", "["):
        return [_parse_compact(value)]
    try:
        given = parse(value)
    except json.JSONDecodeError as error:
        raise FaultHeaderError(f"{quoted(value)} is not JSON: {error}.") from error
    except JsonBoundsError as error:
        raise FaultHeaderError(f"{quoted(value)} {error}.") from error
    return given if isinstance(given, list) else [given]


def _parse_compact(value: str) -> dict[str, Any]:
    kind, _, rest = value.partition(";")
    if "=" in kind:
        message = f"{quoted(kind.strip())} is not a kind. Write `kind; name=value; ...`."
        raise FaultHeaderError(message)
    given: dict[str, Any] = {"kind": kind.strip()}
    while rest := rest.lstrip(" \t;"):
        name, equals, text = rest.partition("=")
        if not equals or ";" in name:
            setting = name.partition(";")[0].strip()
            raise FaultHeaderError(f"{quoted(setting)} is not a setting. Write `name=value`.")
        name = name.strip()
        if name in given:
            raise FaultHeaderError(f"{quoted(name)} is given twice. Remove one.")
        try:
            given[name], rest = _parse_setting(text.lstrip())
        except json.JSONDecodeError as error:
            raise FaultHeaderError(f"{name}: {json_error_message(text.strip(), error)}") from error
        except JsonBoundsError as error:
            raise FaultHeaderError(f"{name}: {quoted(text.strip())} {error}.") from error
    return given


def _parse_setting(text: str) -> tuple[Any, str]:
    """Return the value that *text* begins with, which is JSON or text without `;`, and the rest.

    Raise the errors of `parse` if a list, an object or a text in quotes is not JSON.
    """
    if not is_json_start(text):
        word, _, rest = text.partition(";")
        try:
            return parse(word), rest
        except json.JSONDecodeError:
            return word.strip(), rest
    try:
        end = _DECODER.raw_decode(text)[1]
    except RecursionError:
        end = len(text)
    rest = text[end:].lstrip()
    if rest[:1] not in ("", ";"):
        end, rest = len(text), ""
    return parse(text[:end]), rest


def _validate(given: Any) -> "Fault":
    if isinstance(given, dict) and any(name in given for name in _SEVERAL_REQUESTS):
        raise FaultHeaderError("The header applies to its own request. Remove `match` and `when`.")
    try:
        fault = parse_fault(given, single_request=True)
    except InvalidFaultError as mistake:
        raise FaultHeaderError(as_sentence(str(mistake))) from mistake
    if fault.counts_requests:
        raise FaultHeaderError(
            f"{fault.kind} counts requests and cannot be given for a single one. Add it with "
            "`POST /__admin/faults`."
        )
    return fault


def _unknown_kind(kind: str | None) -> str:
    expected = f"must be one of {', '.join(KINDS)}"
    advice = suggestion(kind or "", KINDS, "")
    if kind in fault_presets():
        advice = (
            f"{kind} is a preset. Use `mockapi faults add {kind} --preset` or "
            f"POST /__admin/faults/presets/{kind}."
        )
    return f"{expected}. {advice}" if advice else expected


def _setting_error(error: Any, hidden: Collection[str]) -> tuple[str, str]:
    if error["type"] in ("union_tag_invalid", "union_tag_not_found", "model_attributes_type"):
        return "kind", _unknown_kind(error.get("ctx", {}).get("tag"))
    # Without `[key]`, which pydantic adds to the place of a key.
    name = ".".join(str(step) for step in error["loc"][1:] if step != "[key]")
    if error["type"] == "extra_forbidden":
        kind, *place, key = error["loc"]
        known = _settings(kind, place, hidden)
        advice = suggestion(str(key), known)
        return name, f"is not a setting of {place[-1] if place else kind}. {advice}"
    return name or "fault", describe_error(error)


def _settings(kind: str, place: Sequence[str | int], hidden: Collection[str]) -> Sequence[str]:
    """Return the settings of *kind*, or those at *place* in them, without the *hidden* ones."""
    names = member_names(KINDS[kind], place)
    last = [name for name in names if name in _SEVERAL_REQUESTS]
    own = [name for name in names if name not in ("kind", *last)]
    return [name for name in (*own, *last) if name not in hidden]


class FaultPreset(FaultModel):
    """A named combination of faults."""

    about: str
    client_sees: str
    """The responses that a client gets, with each status."""
    faults: tuple[Fault, ...] = Field(min_length=1)


@cache
def fault_presets() -> Mapping[str, FaultPreset]:
    """Return the presets by name, read once."""
    data = tomllib.loads((DATA / "faults.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, FaultPreset]).validate_python(data)


def fault_preset(name: str) -> FaultPreset:
    """Return the preset called *name*. Raise `LookupError` if it is unknown."""
    try:
        return fault_presets()[name]
    except KeyError as error:
        advice = suggestion(name, fault_presets())
        raise LookupError(f"{name!r} is not a preset. {advice}") from error
