"""Sites, meters, readings, scores and projects that recorded responses show."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from mockapi.domain.operations import OperationMatch
from mockapi.domain.text_matching import printable
from mockapi.domain.timestamps import parse
from mockapi.replay.recorded_operation import operation_of
from mockapi.replay.recorded_request import RecordedRequest

Body = Mapping[str, Any]


@dataclass
class SiteObservation:
    """The newest bodies of one site; None for those that were not recorded."""

    id: str
    body: Body | None = None
    meters: Sequence[Body] | None = None
    projects: dict[int, Body] | None = None
    scores: dict[tuple[str, str, str], Body] | None = None
    requests: dict[str, Body] | None = None
    requested_by: str | None = None
    """Group that could read the scoring requests."""
    readings: dict[str, dict[str, Body]] = field(default_factory=dict)
    """Readings by key and date."""


@dataclass
class CustomerObservation:
    """A customer: *names* of the groups with its requests, and the ids of its sites."""

    names: set[str]
    sites: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Unused:
    """A response, or a part of one, that has no use for a scenario."""

    place: str
    reason: str

    def __str__(self) -> str:
        return printable(f"{self.place}: {self.reason}")


@dataclass
class Observations:
    """Everything that recordings show, and what could not be used."""

    customers: list[CustomerObservation] = field(default_factory=list)
    sites: dict[str, SiteObservation] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)
    used: int = 0
    ended_at: str | None = None
    """The time of the last request that was used."""

    def site(self, site_id: str) -> SiteObservation:
        return self.sites.setdefault(site_id, SiteObservation(site_id))


Recordings = Iterable[tuple[str, Sequence[RecordedRequest]]]
"""The names of files with their requests."""


def observe(recordings: Recordings) -> Observations:
    """Return what *recordings* show; of contradictory responses the newest ones."""
    found = Observations()
    usable = []
    for name, session in recordings:
        for recorded in session:
            place = f"{name}: {recorded.place}. {recorded.method} {_shown(recorded.target)}"
            operation = operation_of(recorded.method, recorded.target)
            if operation is None:
                found.unused.append(Unused(place, "is not a request to the scoring APIs"))
                continue
            try:
                items = _items_of(recorded, operation)
            except _UnusableError as error:
                found.unused.append(Unused(place, str(error)))
                continue
            usable.append(_Response(place, recorded, operation, items))
    if all(each.recorded.started_at for each in usable):
        usable.sort(key=lambda each: _instant(each.recorded.started_at or ""))
        found.ended_at = usable[-1].recorded.started_at if usable else None
    for each in usable:
        if each.operation.operation == "listSites":
            _add_sites(found, each)
    for each in usable:
        if each.operation.operation != "listSites":
            _add_part(found, each)
    found.used = len(usable)
    return found


_LONGEST = 120


def _shown(target: str) -> str:
    text = target.encode("ascii", "backslashreplace").decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _instant(text: str) -> float:
    try:
        return parse(text).timestamp()
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class _Response:
    place: str
    recorded: RecordedRequest
    operation: OperationMatch
    items: Sequence[Body]

    @property
    def group(self) -> str:
        """The name of the requests that certainly have the same customer."""
        return self.recorded.customer or self.recorded.authorization or ""

    @property
    def is_of_known_customer(self) -> bool:
        return self.recorded.customer is not None


_OK = (HTTPStatus.OK, HTTPStatus.CREATED)
_SINGLE = ("createSiteAssociation", "createScoringRequest")
"""Operations whose response is one object."""

_IDENTITY: Mapping[str, tuple[str, ...]] = {
    "listSites": ("id",),
    "listMeters": ("id",),
    "listMetrics": ("key",),
    "listProjects": ("leedId",),
    "createSiteAssociation": ("leedId",),
    "listPerformanceScores": ("date", "type", "category"),
    "createPerformanceScores": ("date", "type", "category"),
    "getScoringRequestStatus": ("id",),
    "createScoringRequest": ("id",),
}
"""The members that identify an item of a response, by operation."""


class _UnusableError(Exception):
    """A response that cannot be used; the message is the reason."""


def _items_of(recorded: RecordedRequest, operation: OperationMatch) -> Sequence[Body]:
    """Return the items of a response. Raise `_UnusableError` if it cannot be used."""
    if operation.api == "oauth":
        raise _UnusableError("is an OAuth request, which has no data of a site")
    if recorded.status not in _OK:
        raise _UnusableError(f"has status {recorded.status}")
    if recorded.method == "HEAD" or recorded.response_body is None:
        raise _UnusableError("its response was not recorded completely")
    if (operation.site or "").startswith(("{", ":")):
        raise _UnusableError("its site is a variable without value")
    try:
        body = json.loads(recorded.response_body)
    except (ValueError, RecursionError):
        raise _UnusableError("its response is not JSON") from None
    items = [body] if operation.operation in _SINGLE else body
    names = _IDENTITY[operation.operation]
    members = ", ".join(f"`{each}`" for each in names)
    if not isinstance(items, list):
        raise _UnusableError(f"its response is not a list of objects with {members}")
    for number, each in enumerate(items, 1):
        if not _is_identified(each, names):
            raise _UnusableError(f"item {number} of its response is not an object with {members}")
    return items


def _is_identified(item: object, names: Sequence[str]) -> bool:
    return isinstance(item, dict) and all(
        isinstance(item.get(name), str | int) and item[name] != "" for name in names
    )


def _add_sites(found: Observations, response: _Response) -> None:
    listed = dict.fromkeys(str(each["id"]) for each in response.items)
    customer = _customer_of(found, response, set(listed))
    gone = [each for each in customer.sites if each not in listed]
    if gone and listed:
        found.unused.append(
            Unused(response.place, f"no longer lists {len(gone)} sites, which are left out")
        )
    customer.sites = list(listed)
    for each in response.items:
        site = found.site(str(each["id"]))
        if site.body is not None and site.body != each:
            found.unused.append(Unused(response.place, _replaced(f"site {site.id}", "its data")))
        site.body = each


def _replaced(subject: str, what: str) -> str:
    return f"{subject}: {what} differs from an earlier response; the newest one is used"


def _customer_of(found: Observations, response: _Response, sites: set[str]) -> CustomerObservation:
    """Return the customer of *response*.

    Customers that the recording does not name are the same one if they have a site in common.
    """
    for each in found.customers:
        is_named = response.group in each.names and (response.group or not each.sites)
        if is_named or (not response.is_of_known_customer and not sites.isdisjoint(each.sites)):
            each.names.add(response.group)
            return each
    created = CustomerObservation({response.group})
    found.customers.append(created)
    return created


def _add_part(found: Observations, response: _Response) -> None:
    site = found.site(unquote(response.operation.site or ""))
    for subject in _conflicts(site, response):
        found.unused.append(Unused(response.place, _replaced(f"site {site.id}", subject)))


def _conflicts(site: SiteObservation, response: _Response) -> Iterator[str]:
    """Add *response* to *site*, and yield each part that differs from earlier responses."""
    items = response.items
    match response.operation.operation:
        case "listMeters":
            if site.meters is not None and list(site.meters) != items:
                yield "its list of meters"
            site.meters = items
        case "listMetrics":
            yield from _add_readings(site, items)
        case "listProjects":
            if site.projects and list(site.projects.values()) != items:
                yield "its list of projects"
            site.projects = {each["leedId"]: each for each in items}
        case "createSiteAssociation":
            site.projects = {**(site.projects or {}), items[0]["leedId"]: items[0]}
        case "listPerformanceScores" | "createPerformanceScores":
            yield from _add_scores(site, items)
        case _:
            site.requests = site.requests or {}
            for each in items:
                site.requests[str(each["id"])] = each
            if items:
                site.requested_by = response.group


def _add_scores(site: SiteObservation, items: Sequence[Body]) -> Iterator[str]:
    site.scores = site.scores or {}
    for each in items:
        name = (str(each["date"]), str(each["type"]), str(each["category"]))
        before = site.scores.pop(name, None)
        if before is not None and _is_other(before, each, "score"):
            yield f"its score of {', '.join(name)}"
        site.scores[name] = each


def _add_readings(site: SiteObservation, items: Sequence[Body]) -> Iterator[str]:
    for series in items:
        by_date = site.readings.setdefault(str(series["key"]), {})
        values = series.get("values")
        differs = False
        for each in values if isinstance(values, list) else ():
            if isinstance(each, dict) and isinstance(each.get("date"), str):
                before = by_date.get(each["date"])
                differs = differs or (before is not None and _is_other(before, each, "value"))
                by_date[each["date"]] = each
        if differs:
            yield f"series {series['key']}"


def _is_other(before: Body, now: Body, name: str) -> bool:
    """Return True for two values of the same update: later updates are corrections."""
    return before.get("updatedAt") == now.get("updatedAt") and before.get(name) != now.get(name)
