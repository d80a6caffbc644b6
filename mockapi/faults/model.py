"""Says which requests a fault is for."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from mockapi.domain.operations import ApiName, OperationId
from mockapi.domain.patterns import METHOD, PATH, matches, matches_path
from mockapi.domain.validation import StrictModel
from mockapi.faults.context import RequestInfo
from mockapi.settings import Instant


class FaultModel(StrictModel):
    """A part of a fault as scenarios, the control API and headers give it."""


OK: Literal["ok"] = "ok"
FAULT: Literal["fault"] = "fault"
RequestOutcome = Literal["ok", "fault"] | int
"""What becomes of one request: let through, struck, or answered with a status."""

_A_STATUS = re.compile("[0-9]{1,9}")
_MOST_OUTCOMES = 1_000
_FIRST_STATUS, _LAST_STATUS = 400, 599


def _outcomes(value: object) -> object:
    words = [each.strip() for each in value.split(",")] if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        return words
    if len(words) > _MOST_OUTCOMES:
        raise ValueError(f"holds {len(words):,} outcomes. State at most {_MOST_OUTCOMES:,}")
    return tuple(
        int(each) if isinstance(each, str) and _A_STATUS.fullmatch(each) else each for each in words
    )


def _outcome(value: Any) -> Any:
    if value in (OK, FAULT):
        return value
    if isinstance(value, int) and _FIRST_STATUS <= value <= _LAST_STATUS:
        return value
    raise ValueError("must be `ok`, `fault` or a status from 400 to 599")


_OneOutcome = Annotated[
    Any,
    AfterValidator(_outcome),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [OK, FAULT]},
                {"type": "integer", "minimum": _FIRST_STATUS, "maximum": _LAST_STATUS},
            ]
        }
    ),
]


class When(FaultModel):
    """Which of the requests that match are struck; until lifted, all of them if nothing is stated.

    Read in this order: the window, then the count (`after`, `every`, `sequence`), then the
    draw (`probability`), then the number of strikes (`times`).
    """

    times: int | None = Field(default=None, ge=1, description="So many strikes and no more.")
    after: int = Field(default=0, ge=0, description="Requests that are let through first.")
    every: int = Field(default=1, ge=1, description="Every so-manieth request: 3 is the third.")
    sequence: Annotated[
        tuple[_OneOutcome, ...], BeforeValidator(_outcomes, json_schema_input_type=Any)
    ] = Field(
        default=(),
        description="Outcome of each request in turn: `ok`, `fault`, or of kind `status` a status.",
    )
    repeat: bool = Field(
        default=False, description="Begins the sequence anew; else all is `ok` after its end."
    )
    probability: float = Field(default=1.0, gt=0, le=1, description="Chance of each strike.")
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="Of the draws; the world's seed if unset."
    )
    since: Instant | None = Field(default=None, description="Not before, by the world's clock.")
    until: Instant | None = Field(default=None, description="Before this instant only.")
    per: Literal["client", "customer", "site", "operation"] | None = Field(
        default=None, description="Counts and draws for each of these apart."
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.sequence and self.every != 1:
            raise ValueError("state `sequence` or `every`, not both")
        if self.repeat and not self.sequence:
            raise ValueError("`repeat` needs a `sequence`")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("`until` must be later than `since`")
        return self

    def is_open(self, now: datetime) -> bool:
        """Tell whether *now* lies in the window; requests outside of it are not even counted."""
        return (self.since is None or self.since <= now) and (
            self.until is None or now < self.until
        )

    def outcome(self, number: int, strikes: int, draw: Callable[[], float]) -> RequestOutcome:
        """Return what becomes of the *number*th matching request, after so many *strikes*.

        *number* counts from 1; *draw* gives a number from [0, 1) that is this request's own.
        """
        counted = number - self.after
        if counted < 1 or counted % self.every:
            return OK
        scripted: RequestOutcome = FAULT
        if self.sequence:
            index = counted - 1
            if index >= len(self.sequence) and not self.repeat:
                return OK
            scripted = self.sequence[index % len(self.sequence)]
        if scripted == OK or (self.times is not None and strikes >= self.times):
            return OK
        if self.probability < 1 and draw() >= self.probability:
            return OK
        return scripted


_Short = Annotated[str, StringConstraints(max_length=500)]
_Patterns = Mapping[_Short, _Short]


class Match(FaultModel):
    """Which requests are struck; all that is stated must hold, and nothing stated means all.

    Requests that are no operation of the two APIs or of OAuth, such as pages, are struck only
    where `path` names them. In patterns `*` is any text; in `path` it ends at a slash, and `**`
    does not.
    """

    operation: OperationId | None = Field(
        default=None, description="Operation id, as in the APIs' documents."
    )
    api: ApiName | None = Field(default=None, description="One of the two APIs, or OAuth.")
    path: str | None = Field(
        default=None, pattern=PATH, max_length=500, description="Pattern of the whole path."
    )
    method: str | None = Field(default=None, pattern=METHOD, description="HTTP method.")
    client: str | None = Field(
        default=None, max_length=200, description="client_id of the caller's application."
    )
    customer: str | None = Field(
        default=None, max_length=200, description="Id or e-mail address of the customer."
    )
    site: str | None = Field(default=None, max_length=200, description="Id of the site asked for.")
    query: _Patterns = Field(
        default_factory=dict, max_length=20, description="Patterns of query parameters, by name."
    )
    header: _Patterns = Field(
        default_factory=dict,
        max_length=20,
        description="Patterns of request headers, by name in any case.",
    )

    def matches(self, request_info: RequestInfo) -> bool:
        """Tell whether a fault with this match is for *request_info*."""
        stated = (
            (self.operation, request_info.operation),
            (self.api, request_info.api),
            (self.method, request_info.method),
            (self.client, request_info.client),
            (self.site, request_info.site),
        )
        if any(wanted is not None and wanted != found for wanted, found in stated):
            return False
        if self.customer is not None and self.customer not in request_info.customer:
            return False
        if self.path is None and request_info.operation is None:
            return False
        if self.path is not None and not matches_path(self.path, request_info.path):
            return False
        return self._matches_query(request_info) and self._matches_headers(request_info)

    def _matches_query(self, request_info: RequestInfo) -> bool:
        return all(
            any(name == stated and matches(pattern, text) for stated, text in request_info.query)
            for name, pattern in self.query.items()
        )

    def _matches_headers(self, request_info: RequestInfo) -> bool:
        return all(
            matches(pattern, request_info.headers[name.lower()])
            if name.lower() in request_info.headers
            else False
            for name, pattern in self.header.items()
        )
