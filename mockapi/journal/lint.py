"""Lint of recorded requests: usage that mockapi accepts and the real APIs may not.

The checks of single requests are in `request_checks`; gaps and overlaps between windows of
`updatedAt` are found here.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from mockapi.domain import timestamps
from mockapi.journal.entry import Entry
from mockapi.journal.request_checks import (
    LintWarning,
    content_types,
    dead_tokens,
    missing_back_offs,
    missing_scopes,
    older_paths,
    tokens_per_request,
    unknown_names,
)

_EVER = datetime.min.replace(tzinfo=UTC)
_SINCE, _UNTIL = "updatedAt[gte]", "updatedAt[lt]"


@dataclass(frozen=True)
class _Window:
    since: datetime
    until: datetime
    is_open: bool
    number: int


def _windows(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Compare the windows per client, customer and site, in any order of the requests.

    A window without an end ends at the time of its request.
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
            f"Windows of site {site} have gaps: readings between them are never read.",
            sorted(gaps),
        )
    if overlaps:
        yield LintWarning(
            "window-overlap",
            f"Windows of site {site} overlap. Begin a window where the last one ended.",
            sorted(overlaps),
        )


def _reads_again(first: _Window, second: _Window) -> bool:
    if (first.since, first.until) == (second.since, second.until):
        return False  # A repeated request is a retry.
    if first.is_open or second.is_open:
        # Clients that continue from the newest updatedAt begin before the end of the last window.
        return second.since <= first.since
    return second.since < first.until


def _window(entry: Entry) -> _Window:
    query = dict(entry.query)
    since = _instant(query.get(_SINCE))
    until = _instant(query.get(_UNTIL))
    return _Window(since or _EVER, until or entry.at, until is None, entry.number)


def _instant(text: str | None) -> datetime | None:
    try:
        return timestamps.parse(text) if text else None
    except ValueError:
        return None


_CHECKS = (
    unknown_names,
    missing_scopes,
    older_paths,
    _windows,
    tokens_per_request,
    missing_back_offs,
    dead_tokens,
    content_types,
)


def lint(entries: Sequence[Entry]) -> Sequence[LintWarning]:
    """Return the warnings for *entries*, which are sorted from the oldest."""
    return [warning for check in _CHECKS for warning in check(entries)]
