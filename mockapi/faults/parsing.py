"""Faults and presets as calls, scenarios and the header `X-Mock-Fault` state them."""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from mockapi.domain.input_text import JsonBoundsError, parse
from mockapi.domain.suggestions import nearest
from mockapi.domain.validation import describe_error, list_errors, quoted
from mockapi.faults.kinds import KINDS, Fault
from mockapi.faults.model import FaultModel
from mockapi.resources import DATA

HEADER = "X-Mock-Fault"

_NOT_FOR_ONE = ("match", "when")
_MOST_FOR_ONE = 20
_LONGEST_KIND = 100
_SETTING = 2
"""How many steps lead to a setting: the kind, then its name."""


class FaultHeaderError(Exception):
    """The header asks for no fault that there is; says what is wrong."""


class InvalidFaultError(Exception):
    """What is stated is no fault; *mistakes* holds the names of settings and what is wrong."""

    def __init__(self, mistakes: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            "; ".join(f"{name}: {describe_error}" for name, describe_error in mistakes)
        )
        self.mistakes = mistakes


@cache
def _adapter() -> "TypeAdapter[Fault]":
    return TypeAdapter(Fault)


def schema_of_faults() -> dict[str, Any]:
    """Return the JSON Schema of a fault of any kind."""
    return _adapter().json_schema()


def parse_fault(stated: Any) -> "Fault":
    """Return the fault that *stated* spells; raises `InvalidFaultError`."""
    try:
        return _adapter().validate_python(stated)
    except ValidationError as error:
        raise InvalidFaultError([_told(each) for each in list_errors(error)]) from error


def parse_fault_header(values: Iterable[str]) -> "list[Fault]":
    """Return the faults that the header's *values* ask for, in their order.

    A value is `kind; setting=value; ...`, a JSON object or a JSON array of such. Raises
    `FaultHeaderError`.
    """
    stated = [each for value in values for each in _stated(value.strip())]
    if len(stated) > _MOST_FOR_ONE:
        raise FaultHeaderError(f"{len(stated)} faults are too many. State at most {_MOST_FOR_ONE}.")
    return [_fault(each) for each in stated]


def _stated(value: str) -> Sequence[Any]:
    if value[:1] not in ("{", "["):
        return [_compact(value)]
    try:
        stated = parse(value)
    except json.JSONDecodeError as error:
        raise FaultHeaderError(f"{quoted(value)} is not JSON: {error}.") from error
    except JsonBoundsError as error:
        raise FaultHeaderError(f"{quoted(value)} {error}.") from error
    return stated if isinstance(stated, list) else [stated]


def _compact(value: str) -> dict[str, Any]:
    kind, *settings = (part.strip() for part in value.split(";"))
    stated: dict[str, Any] = {"kind": kind}
    for setting in filter(None, settings):
        name, equals, text = setting.partition("=")
        if not equals:
            raise FaultHeaderError(f"{quoted(setting)} is not a setting. Write `name=value`.")
        try:
            stated[name.strip()] = parse(text)
        except json.JSONDecodeError:
            stated[name.strip()] = text.strip()
        except JsonBoundsError as error:
            raise FaultHeaderError(f"{quoted(setting)} {error}.") from error
    return stated


def _fault(stated: Any) -> "Fault":
    if isinstance(stated, dict) and any(name in stated for name in _NOT_FOR_ONE):
        raise FaultHeaderError("The header strikes its own request; leave `match` and `when` out.")
    try:
        fault = parse_fault(stated)
    except InvalidFaultError as mistake:
        raise FaultHeaderError(f"{mistake}.") from mistake
    if fault.counts_requests:
        raise FaultHeaderError(
            f"{fault.kind} counts requests, so one alone cannot ask for it; switch it on by "
            "`POST /__admin/faults`."
        )
    return fault


def _unknown_kind(stated: str | None) -> str:
    told = f"must be one of {', '.join(KINDS)}"
    if stated in fault_presets():
        return (
            f"{told}; {stated} is a preset, which `mockapi faults add {stated} --preset` switches "
            f"on, and POST /__admin/faults/presets/{stated}"
        )
    near = nearest(stated or "", KINDS)
    return f"{told}; did you mean {near[0]}?" if near else told


def _told(error: Any) -> tuple[str, str]:
    if error["type"] in ("union_tag_invalid", "union_tag_not_found", "model_attributes_type"):
        return "kind", _unknown_kind(error.get("ctx", {}).get("tag"))
    name = ".".join(str(step) for step in error["loc"][1:])
    if error["type"] == "extra_forbidden" and len(error["loc"]) == _SETTING:
        return name, f"is no setting of {error['loc'][0]}; it has {_settings(error['loc'][0])}"
    return name or "fault", describe_error(error)


def _settings(kind: str) -> str:
    own = [name for name in KINDS[kind].model_fields if name not in ("kind", *_NOT_FOR_ONE)]
    return ", ".join([*own, *_NOT_FOR_ONE])


class FaultPreset(FaultModel):
    """A situation that clients meet, and the faults it is made of."""

    about: str
    faults: tuple[Fault, ...] = Field(min_length=1)


@cache
def fault_presets() -> Mapping[str, FaultPreset]:
    """Return the presets by name, read once."""
    data = tomllib.loads((DATA / "faults.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, FaultPreset]).validate_python(data)


def fault_preset(name: str) -> FaultPreset:
    """Return the preset with that name; a stranger raises `LookupError` that lists them."""
    try:
        return fault_presets()[name]
    except KeyError as error:
        known = ", ".join(fault_presets())
        raise LookupError(f"No preset is named {name!r}; there are {known}.") from error
