"""Comparison of recorded responses with those of a server, by operation."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus

from mockapi.domain.catalog import catalog
from mockapi.domain.operations import OperationMatch
from mockapi.domain.scores import ScoreCategory, ScoreType, ScoringRequestStatus
from mockapi.domain.text_matching import join_messages
from mockapi.replay.drift import Drift, DriftReport, IgnoreRule, OperationDrift
from mockapi.replay.recorded_operation import operation_of
from mockapi.replay.recorded_request import REDACTED, RecordedRequest
from mockapi.replay.session_replay import NOT_JSON, Headers, ReplayResult, json_tree
from mockapi.replay.structures import JsonStructure, compare_structures

_VOLATILE = frozenset(
    {
        "age", "alt-svc", "connection", "content-encoding", "content-length", "date", "etag",
        "keep-alive", "last-modified", "server-timing", "set-cookie", "traceparent",
        "transfer-encoding", "via",
    }
)  # fmt: skip
"""Headers of one message or one connection, which proxies add and change."""

_LONGEST = 100


@dataclass
class _Bodies:
    """All bodies of one operation and status."""

    recorded: JsonStructure = field(default_factory=JsonStructure)
    current: JsonStructure = field(default_factory=JsonStructure)
    requests: list[int] = field(default_factory=list)


@dataclass
class _HeaderLists:
    """Values of each header of all responses of one operation and status."""

    recorded: list[Mapping[str, str]] = field(default_factory=list)
    current: list[Mapping[str, str]] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)


class DriftCollector:
    """Collector of the drift of a session, whose results are added one by one."""

    def __init__(self) -> None:
        self._requests: Counter[str] = Counter()
        self._statuses: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        self._not_json: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._bodies: dict[tuple[str, int], _Bodies] = defaultdict(_Bodies)
        self._headers: dict[tuple[str, int], _HeaderLists] = defaultdict(_HeaderLists)
        self.not_compared: list[tuple[str, str]] = []

    def add(self, result: ReplayResult) -> None:
        """Add the response to one request."""
        recorded, response = result.recorded, result.response
        name = f"{recorded.place}. {recorded.method} {recorded.target}"
        if response is None:
            self.not_compared.append((name, join_messages(result.reasons)))
            return
        found = operation_of(recorded.method, recorded.target)
        if found is None and response.status == recorded.status:
            self.not_compared.append((name, "The path is not an operation of the APIs."))
            return
        operation = _name_of(recorded, found)
        self._requests[operation] += 1
        if response.status != recorded.status:
            statuses = (operation, recorded.status, response.status)
            self._statuses[statuses].append(recorded.place)
            return
        headers = self._headers[operation, recorded.status]
        headers.requests.append(recorded.place)
        headers.recorded.append(_by_name(recorded.response_headers))
        headers.current.append(_by_name(response.headers))
        if recorded.response_body is not None:
            body = response.body.decode("utf-8", "replace")
            self._add_body(operation, recorded, recorded.response_body, body)

    def _add_body(self, operation: str, recorded: RecordedRequest, before: str, now: str) -> None:
        was, is_ = json_tree(before), json_tree(now)
        if (was is NOT_JSON) != (is_ is NOT_JSON):
            text = "was JSON, is not JSON" if is_ is NOT_JSON else "was not JSON, is JSON"
            self._not_json[operation, text].append(recorded.place)
        elif was is not NOT_JSON:
            bodies = self._bodies[operation, recorded.status]
            bodies.requests.append(recorded.place)
            bodies.recorded.add(was)
            bodies.current.add(is_)

    def drifts(self) -> Iterator[Drift]:
        """Yield all differences."""
        for (operation, was, is_), requests in self._statuses.items():
            yield Drift(operation, "status", str(was), f"was {was}, is {is_}", requests)
        for (operation, text), requests in self._not_json.items():
            yield Drift(operation, "body", "$", text, requests)
        for (operation, status), headers in self._headers.items():
            for name, text in _header_differences(headers):
                yield Drift(operation, "header", _at(name, status), text, headers.requests)
        for (operation, status), bodies in self._bodies.items():
            for each in compare_structures(bodies.recorded, bodies.current, whole=True):
                place = _at(each.place, status)
                yield Drift(operation, each.kind, place, each.text, bodies.requests)
            for name, text in _value_differences(operation, bodies):
                yield Drift(operation, "value", _at(name, status), text, bodies.requests)

    def report(self, recording: str, server: str, rules: Sequence[IgnoreRule]) -> DriftReport:
        """Return the report without the differences that *rules* ignore; it marks used rules."""
        kept: dict[str, list[Drift]] = {name: [] for name in self._requests}
        ignored: Counter[str] = Counter()
        for each in self.drifts():
            fitting = [rule for rule in rules if rule.covers(each)]
            for rule in fitting:
                rule.uses += 1
            if fitting:
                ignored[each.operation] += 1
            else:
                kept[each.operation].append(each)
        operations = [
            OperationDrift(name, self._requests[name], drifts, ignored[name])
            for name, drifts in kept.items()
        ]
        return DriftReport(recording, server, operations, self.not_compared)


def _name_of(recorded: RecordedRequest, operation: OperationMatch | None) -> str:
    """Return the name of an operation such as `partner.listSites`, or method and path."""
    if operation is None:
        return f"{recorded.method}:{recorded.target.partition('?')[0]}"
    return f"{operation.api}.{operation.operation}"


def _at(place: str, status: int) -> str:
    """Return *place* of a response, with the status of an error."""
    return place if status < HTTPStatus.BAD_REQUEST else f"{status} {place}"


def _by_name(headers: Headers) -> Mapping[str, str]:
    """Return the values of *headers* by their names in lower case."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in headers:
        # HTTP/2 has pseudo headers such as `:status`.
        if name.lower() not in _VOLATILE and not name.startswith(":"):
            found[name.lower()].append(" ".join(value.split()))
    return {name: ", ".join(values) for name, values in found.items()}


def _header_differences(headers: _HeaderLists) -> Iterator[tuple[str, str]]:
    """Yield the name of each header that is missing, new, or has another value, and a text."""
    if not any(headers.recorded):
        # Some tools record no headers.
        return
    before, now = (_values_by_name(each) for each in (headers.recorded, headers.current))
    for name in sorted(before.keys() | now.keys()):
        was, is_ = before.get(name, ()), now.get(name, ())
        if len(was) == len(headers.requests) and not is_:
            yield name, "is missing"
        elif len(is_) == len(headers.requests) and not was:
            yield name, f"is new: {_short(is_[0])}"
        elif was and is_ and not set(was) & set(is_) and REDACTED not in was[0]:
            yield name, f"was {_short(was[0])}, is {_short(is_[0])}"


def _values_by_name(responses: Sequence[Mapping[str, str]]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for response in responses:
        for name, value in response.items():
            found[name].append(value)
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")


@cache
def _known_values() -> Mapping[tuple[str, str], Collection[str]]:
    """Return the values that mockapi knows, by operation and place of the body."""
    commodities = catalog().commodity
    scores: Mapping[str, Collection[str]] = {
        "$[].type": set(ScoreType),
        "$[].category": set(ScoreCategory),
    }
    statuses = set(ScoringRequestStatus)
    places: Mapping[str, Mapping[str, Collection[str]]] = {
        "listPerformanceScores": scores,
        "createPerformanceScores": scores,
        "getScoringRequestStatus": {"$[].status": statuses},
        "createScoringRequest": {"$.status": statuses},
        "listMeters": {
            "$[].commodity": {each.name for each in commodities},
            "$[].usage": {usage for each in commodities for usage in each.usages},
            "$[].measurements[].unit": {
                one.published_unit for each in commodities for one in (each, *each.secondary)
            },
        },
    }
    return {
        (operation, place): values
        for operation, by_place in places.items()
        for place, values in by_place.items()
    }


def _value_differences(operation: str, bodies: _Bodies) -> Iterator[tuple[str, str]]:
    """Yield place and text of values of enumerations that only one side has, unknown to mockapi."""
    for (name, place), known in _known_values().items():
        if name != operation.partition(".")[2]:
            continue
        before, now = (
            set() if found is None else found.texts
            for found in (bodies.recorded.at(place), bodies.current.at(place))
        )
        for text in sorted(before - now - set(known)):
            yield place, f"the recorded value {_short(text)} is not known to mockapi"
        for text in sorted(now - before - set(known)):
            yield place, f"the value {_short(text)} is new"
