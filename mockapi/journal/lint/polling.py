"""Checks that windows of arrivals meet: nothing left out, nothing read twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from mockapi.domain import timestamps
from mockapi.journal.entry import Entry
from mockapi.journal.lint.request_checks import LintWarning

_EVER = datetime.min.replace(tzinfo=UTC)
_SINCE, _UNTIL = "updatedAt[gte]", "updatedAt[lt]"


@dataclass(frozen=True)
class _Window:
    since: datetime
    until: datetime
    is_open: bool
    number: int


def windows(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Look at what was read of each site for each customer, in whichever order it was read.

    A window without an end reaches to the moment at which it was asked for.
    """
    read: defaultdict[tuple[str | None, str | None, str | None], list[_Window]] = defaultdict(list)
    for entry in entries:
        if (entry.operation, entry.method, entry.status) == ("listMetrics", "GET", HTTPStatus.OK):
            read[entry.client, entry.customer, entry.site].append(_window(entry))
    for (_, _, site), unsorted in read.items():
        in_order = sorted(unsorted, key=lambda each: (each.since, each.until, each.number))
        yield from _between(site, in_order)


def _between(site: str | None, in_order: Sequence[_Window]) -> Iterator[LintWarning]:
    gaps: dict[int, None] = {}
    overlaps: dict[int, None] = {}
    furthest = in_order[0]
    for each in in_order[1:]:
        if each.since > furthest.until:
            gaps |= {furthest.number: None, each.number: None}
        elif _reads_again(furthest, each):
            overlaps |= {furthest.number: None, each.number: None}
        if each.until >= furthest.until:
            furthest = each
    if gaps:
        yield LintWarning(
            "window-gap",
            f"Windows of site {site} leave time unread between one's end and the next's beginning.",
            sorted(gaps),
        )
    if overlaps:
        yield LintWarning(
            "window-overlap",
            f"Windows of site {site} read the same time again; begin where the last one ended.",
            sorted(overlaps),
        )


def _reads_again(first: _Window, second: _Window) -> bool:
    if (first.since, first.until) == (second.since, second.until):
        return False  # One question asked twice is a retry.
    if first.is_open or second.is_open:
        # Who asks from the newest updatedAt seen on must begin before the last answer ended.
        return second.since <= first.since
    return second.since < first.until


def _window(entry: Entry) -> _Window:
    stated = dict(entry.query)
    since = _instant(stated.get(_SINCE))
    until = _instant(stated.get(_UNTIL))
    return _Window(since or _EVER, until or entry.at, until is None, entry.number)


def _instant(text: str | None) -> datetime | None:
    try:
        return timestamps.parse(text) if text else None
    except ValueError:
        return None
