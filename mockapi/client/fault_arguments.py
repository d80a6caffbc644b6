"""Types of the keyword arguments of `MockApi`; standard library only.

The models of the control API check the values. These types let editors and type checkers see
the same names and types.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

from mockapi.domain.operations import ApiName, OperationId



class FaultMatch(TypedDict, total=False):
    """Which requests a fault is for: the settings of `match`."""

    operation: OperationId | None
    api: ApiName | None
    path: str | None
    method: str | None
    client: str | None
    customer: str | None
    site: str | None
    query: Mapping[str, str]
    header: Mapping[str, str]


class FaultWhen(TypedDict, total=False):
    """Which of the matching requests a fault applies to: the settings of `when`."""

    times: int | None
    after: int
    every: int
    sequence: Sequence[Literal["ok", "fault"] | int] | str
    repeat: bool
    probability: float
    seed: int | None
    since: datetime | str | None
    until: datetime | str | None
    per: Literal["client", "customer", "site", "operation"] | None


class FaultTargets(FaultMatch, FaultWhen, total=False):
    """The settings of `match` and `when`, whose names differ; as themselves or in two groups."""

    match: FaultMatch
    when: FaultWhen


class RequestFilter(TypedDict, total=False):
    """Requests in the journal whose fields have the given values; `*` in *path* is any text."""

    operation: OperationId | None
    product: ApiName | None
    method: str | None
    path: str | None
    status: int | str | None
    client: str | None
    customer: str | None
    site: str | None
    refusal: str | None
    fault: str | None


class EntryFilter(RequestFilter, total=False):
    """Requests in the journal with a number above *since*."""

    since: int


class JournalFilter(EntryFilter, total=False):
    """At most *limit* requests in the journal."""

    limit: int


class ExpectedRequest(RequestFilter, total=False):
    """A request with its query, headers and body; None as a value means that the name is absent."""

    query: Mapping[str, str | None]
    headers: Mapping[str, str | None]
    body: Any


class Expectation(ExpectedRequest, total=False):
    """How often a request is expected, or the requests that are expected in order."""

    times: int | None
    at_least: int | None
    at_most: int | None
    in_order: Sequence[ExpectedRequest] | None
    since: int
