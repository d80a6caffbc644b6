"""Base model of faults, and the settings `match` and `when`."""

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
from mockapi.domain.text_matching import METHOD, PATH, matches, matches_path
from mockapi.domain.validation import StrictModel
from mockapi.faults.context import RequestInfo
from mockapi.settings import Instant


class FaultModel(StrictModel):
    """Base model of faults, `match` and `when`, in scenarios, the control API and headers."""


OK: Literal["ok"] = "ok"
FAULT: Literal["fault"] = "fault"
RequestOutcome = Literal["ok", "fault"] | int
"""The outcome for one request: unchanged, fault applied, or the status to return."""

_STATUS = re.compile("[0-9]{1,9}")
_MAX_OUTCOMES = 1_000
_FIRST_STATUS, _LAST_STATUS = 400, 599


def _outcomes(value: object) -> object:
    words = [each.strip() for each in value.split(",")] if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        return words
    if len(words) > _MAX_OUTCOMES:
        raise ValueError(f"holds {len(words):,} outcomes. Give at most {_MAX_OUTCOMES:,}")
    return tuple(
        int(each) if isinstance(each, str) and _STATUS.fullmatch(each) else each for each in words
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
    """Which of the matching requests the fault is applied to; by default all.

    Evaluated in this order: time window (`since`, `until`), count (`after`, `every`, `sequence`),
    maximum (`times`), probability (`probability`).
    """

    times: int | None = Field(
        default=None, ge=1, description="Maximum number of times the fault is applied."
    )
    after: int = Field(default=0, ge=0, description="Number of matching requests to skip first.")
    every: int = Field(default=1, ge=1, description="Apply to every n-th request.")
    sequence: Annotated[
        tuple[_OneOutcome, ...], BeforeValidator(_outcomes, json_schema_input_type=Any)
    ] = Field(
        default=(),
        description="Outcome per request: `ok`, `fault` or, for kind `status`, a status.",
    )
    repeat: bool = Field(
        default=False,
        description="Repeat the sequence; otherwise every request after its end is `ok`.",
    )
    probability: float = Field(default=1.0, gt=0, le=1, description="Probability for each request.")
    seed: int | None = Field(
        default=None,
        ge=0,
        lt=2**63,
        description="Seed of random choices; default: the world's seed.",
    )
    since: Instant | None = Field(
        default=None, description="Start of the time window, by the world's clock (inclusive)."
    )
    until: Instant | None = Field(
        default=None, description="End of the time window, by the world's clock (exclusive)."
    )
    per: Literal["client", "customer", "site", "operation"] | None = Field(
        default=None, description="Count and choose separately for each of these."
    )

    @model_validator(mode="after")
    def _check_combination(self) -> Self:
        if self.sequence and self.every != 1:
            raise ValueError("give `sequence` or `every`, not both")
        if self.repeat and not self.sequence:
            raise ValueError("`repeat` needs a `sequence`")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("`until` must be later than `since`")
        return self

    def is_open(self, now: datetime) -> bool:
        """Return True if *now* is in the window; requests outside it are not counted."""
        return (self.since is None or self.since <= now) and (
            self.until is None or now < self.until
        )

    def outcome(self, number: int, applied: int, draw: Callable[[], float]) -> RequestOutcome:
        """Return the outcome for a matching request.

        *number* counts matching requests from 1, *applied* is how often the fault was applied
        before, and *draw* returns a number in [0, 1) for this request.
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
        if scripted == OK or (self.times is not None and applied >= self.times):
            return OK
        if self.probability < 1 and draw() >= self.probability:
            return OK
        return scripted


_Short = Annotated[str, StringConstraints(max_length=500)]
_Patterns = Mapping[_Short, _Short]


class Match(FaultModel):
    """The requests that a fault is for: those that fulfil all given conditions.

    Without conditions, all operations of the two APIs and of OAuth match. Other requests, such as
    pages, match only by `path`. In patterns, `*` matches any text; in `path`, `*` does not match
    a slash and `**` does.
    """

    operation: OperationId | None = Field(
        default=None, description="Operation id, as in the OpenAPI documents."
    )
    api: ApiName | None = Field(default=None, description="One of the two APIs, or OAuth.")
    path: str | None = Field(
        default=None, pattern=PATH, max_length=500, description="Pattern for the whole path."
    )
    method: str | None = Field(default=None, pattern=METHOD, description="HTTP method.")
    client: str | None = Field(
        default=None, max_length=200, description="`client_id` of the client."
    )
    customer: str | None = Field(
        default=None, max_length=200, description="Id or e-mail address of the customer."
    )
    site: str | None = Field(default=None, max_length=200, description="Id of the requested site.")
    query: _Patterns = Field(
        default_factory=dict, max_length=20, description="Patterns for query parameters, by name."
    )
    header: _Patterns = Field(
        default_factory=dict,
        max_length=20,
        description="Patterns for request headers, by case-insensitive name.",
    )

    def matches(self, request_info: RequestInfo) -> bool:
        """Return True if the request fulfils all conditions."""
        given = (
            (self.operation, request_info.operation),
            (self.api, request_info.api),
            (self.method, request_info.method),
            (self.client, request_info.client),
            (self.site, request_info.site),
        )
        if any(wanted is not None and wanted != found for wanted, found in given):
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
            any(name == given and matches(pattern, text) for given, text in request_info.query)
            for name, pattern in self.query.items()
        )

    def _matches_headers(self, request_info: RequestInfo) -> bool:
        return all(
            matches(pattern, request_info.headers[name.lower()])
            if name.lower() in request_info.headers
            else False
            for name, pattern in self.header.items()
        )
