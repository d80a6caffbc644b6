"""Counts what a client has met of what the APIs offer, and names what it has not."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockapi.journal.entry import Entry

Offered = Mapping[str, Mapping[str, Sequence[int]]]
"""By product and operation, the statuses that it documents."""

_NOTHING = "none"


@dataclass(frozen=True)
class OperationCoverage:
    """How often an operation was asked for, how it answered, and how it never did."""

    product: str
    operation: str
    requests: int
    statuses: Mapping[str, int]
    uncovered_statuses: Sequence[str]


@dataclass(frozen=True)
class Coverage:
    """What was met in the entries that were looked at; counts by name."""

    examined: int
    operations: Sequence[OperationCoverage]
    statuses: Mapping[str, int]
    errors: Mapping[str, int]
    faults: Mapping[str, int]
    uncovered_faults: Sequence[str]
    categories: Mapping[str, int]
    uncovered_categories: Sequence[str]

    def text(self) -> str:
        """Return the coverage as lines for a terminal."""
        met = sum(1 for each in self.operations if each.requests)
        lines = [f"{met} of {len(self.operations)} operations met, {self.examined} requests", ""]
        for each in self.operations:
            name = f"{each.product} {each.operation}"
            told = ", ".join(f"{status} x{count}" for status, count in each.statuses.items())
            unmet = (
                f"; never {', '.join(each.uncovered_statuses)}" if each.uncovered_statuses else ""
            )
            lines.append(f"{'+' if each.requests else '-'} {name:36} {told or 'not met'}{unmet}")
        lines.append("")
        lines += _told("statuses", self.statuses, ())
        lines += _told("errors", self.errors, ())
        lines += _told("faults", self.faults, self.uncovered_faults)
        lines += _told("categories", self.categories, self.uncovered_categories)
        return "\n".join(lines) + "\n"


def compute_coverage(
    entries: Sequence[Entry],
    offered: Offered,
    categories: Sequence[str],
    faults: Sequence[str] = (),
) -> Coverage:
    """Return what *entries* met of *offered* operations, score *categories* and kinds of *faults*.

    A category is met where a score of it was written or read.
    """
    by_operation: dict[tuple[str, str], Counter[str]] = {}
    for product, operations in offered.items():
        for operation in operations:
            by_operation[product, operation] = Counter()
    for entry in entries:
        if entry.product is not None and entry.operation is not None:
            counter = by_operation.setdefault((entry.product, entry.operation), Counter())
            counter[_status(entry)] += 1
    struck = Counter(struck.kind for entry in entries for struck in entry.faults)
    shown = Counter(name for entry in entries for name in set(_categories(entry)))
    return Coverage(
        examined=len(entries),
        operations=[
            OperationCoverage(
                product,
                operation,
                counter.total(),
                _sorted(counter),
                [
                    str(status)
                    for status in offered.get(product, {}).get(operation, ())
                    if str(status) not in counter
                ],
            )
            for (product, operation), counter in by_operation.items()
        ],
        statuses=_sorted(Counter(_status(entry) for entry in entries)),
        errors=_sorted(Counter(entry.error for entry in entries if entry.error)),
        faults=_sorted(struck),
        uncovered_faults=[kind for kind in faults if kind not in struck],
        categories=_sorted(shown),
        uncovered_categories=[name for name in categories if name not in shown],
    )


def _status(entry: Entry) -> str:
    return _NOTHING if entry.status is None else str(entry.status)


def _categories(entry: Entry) -> Iterator[str]:
    if entry.operation not in ("listPerformanceScores", "createPerformanceScores"):
        return
    answer: Any = entry.response_body.parsed()
    for each in answer if isinstance(answer, list) else ():
        category = each.get("category") if isinstance(each, dict) else None
        if isinstance(category, str):
            yield category


def _sorted(counter: Counter[str]) -> Mapping[str, int]:
    return dict(sorted(counter.items()))


def _told(what: str, met: Mapping[str, int], unmet: Sequence[str]) -> list[str]:
    told = ", ".join(f"{name} x{count}" for name, count in met.items()) or "none"
    lacking = f"; never {', '.join(unmet)}" if unmet else ""
    return [f"{what}: {told}{lacking}"]
