"""Reads the header `X-Mock-Fault`, by which a request asks for faults of its own."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from mockapi.faults import KINDS, AnyFault, Fault

HEADER = "X-Mock-Fault"

_NOT_FOR_ONE = ("match", "when")


class HeaderMistake(Exception):
    """The header asks for no fault that there is; says what is wrong."""


@cache
def _adapter() -> TypeAdapter[AnyFault]:
    return TypeAdapter(Fault)


def faults_of(values: Iterable[str]) -> list[AnyFault]:
    """Return the faults that the header's *values* ask for, in their order.

    A value is `kind; setting=value; ...`, a JSON object or a JSON array of such. Raises
    `HeaderMistake`.
    """
    return [_fault(each) for value in values for each in _stated(value.strip())]


def _stated(value: str) -> Sequence[Any]:
    if value[:1] not in ("{", "["):
        return [_compact(value)]
    try:
        stated = json.loads(value)
    except ValueError as error:
        raise HeaderMistake(f"{value!r} is not JSON: {error}.") from error
    return stated if isinstance(stated, list) else [stated]


def _compact(value: str) -> dict[str, Any]:
    kind, *settings = (part.strip() for part in value.split(";"))
    stated: dict[str, Any] = {"kind": kind}
    for setting in filter(None, settings):
        name, equals, text = setting.partition("=")
        if not equals:
            raise HeaderMistake(f"{setting!r} is no setting; write `name=value`.")
        try:
            stated[name.strip()] = json.loads(text)
        except ValueError:
            stated[name.strip()] = text.strip()
    return stated


def _fault(stated: Any) -> AnyFault:
    if isinstance(stated, dict) and any(name in stated for name in _NOT_FOR_ONE):
        raise HeaderMistake("The header strikes its own request; leave `match` and `when` out.")
    try:
        fault = _adapter().validate_python(stated)
    except ValidationError as error:
        raise HeaderMistake("; ".join(_told(each) for each in error.errors()) + ".") from error
    if fault.counts_itself:
        raise HeaderMistake(
            f"{fault.kind} counts requests, so one alone cannot ask for it; switch it on by "
            "`POST /__admin/faults`."
        )
    return fault


def _told(error: Any) -> str:
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return f"No such kind of fault; known are {', '.join(KINDS)}"
    name = ".".join(str(step) for step in error["loc"][1:])
    message: str = error["msg"].removeprefix("Value error, ")
    return f"{name}: {message}" if name else message
