"""Coverage: which operations, statuses, faults and categories a client has used."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockapi.journal.entry import Entry

Offered = Mapping[str, Mapping[str, Sequence[int]]]
"""The documented statuses, by product and operation."""

_NO_STATUS = "none"


@dataclass(frozen=True)
class OperationCoverage:
    """How often an operation was called, its statuses, and the documented ones."""

    product: str
    operation: str
    requests: int
    statuses: Mapping[str, int]
    documented_statuses: Sequence[str]

    @property
    def uncovered_statuses(self) -> Sequence[str]:
        """The documented statuses that were not returned."""
        return [each for each in self.documented_statuses if each not in self.statuses]


@dataclass(frozen=True)
class Coverage:
    """The coverage by a number of entries; counts are by name."""

    examined: int
    operations: Sequence[OperationCoverage]
    statuses: Mapping[str, int]
    errors: Mapping[str, int]
    faults: Mapping[str, int]
    uncovered_faults: Sequence[str]
    categories: Mapping[str, int]
    uncovered_categories: Sequence[str]

    def text(self) -> str:
        """Return the coverage as text for a terminal."""
        covered = sum(1 for each in self.operations if each.requests)
        lines = [
            f"{covered} of {len(self.operations)} operations called, {self.examined} requests",
            "",
        ]
        for each in self.operations:
            name = f"{each.product} {each.operation}"
            counts = ", ".join(f"{status} x{count}" for status, count in each.statuses.items())
            missing = (
                f"; never {', '.join(each.uncovered_statuses)}" if each.uncovered_statuses else ""
            )
            lines.append(
                f"{'+' if each.requests else '-'} {name:36} {counts or 'not called'}{missing}"
            )
        lines.append("")
        lines += _counts_line("statuses", self.statuses, ())
        lines += _counts_line("errors", self.errors, ())
        lines += _counts_line("faults", self.faults, self.uncovered_faults)
        lines += _counts_line("categories", self.categories, self.uncovered_categories)
        return "\n".join(lines) + "\n"


def compute_coverage(
    entries: Sequence[Entry],
    offered: Offered,
    categories: Sequence[str],
    faults: Sequence[str] = (),
) -> Coverage:
    """Return the coverage of *offered* operations, score *categories* and fault kinds.

    A category is covered if a score of it was written or read.
    """
    by_operation: dict[tuple[str, str], Counter[str]] = {}
    for product, operations in offered.items():
        for operation in operations:
            by_operation[product, operation] = Counter()
    for entry in entries:
        if entry.product is not None and entry.operation is not None:
            counter = by_operation.setdefault((entry.product, entry.operation), Counter())
            counter[_status(entry)] += 1
    applied = Counter(fault.kind for entry in entries for fault in entry.faults)
    category_counts = Counter(name for entry in entries for name in set(_categories(entry)))
    return Coverage(
        examined=len(entries),
        operations=[
            OperationCoverage(
                product,
                operation,
                counter.total(),
                _sorted(counter),
                [str(status) for status in offered.get(product, {}).get(operation, ())],
            )
            for (product, operation), counter in by_operation.items()
        ],
        statuses=_sorted(Counter(_status(entry) for entry in entries)),
        errors=_sorted(Counter(entry.error for entry in entries if entry.error)),
        faults=_sorted(applied),
        uncovered_faults=[kind for kind in faults if kind not in applied],
        categories=_sorted(category_counts),
        uncovered_categories=[name for name in categories if name not in category_counts],
    )


def _status(entry: Entry) -> str:
    return _NO_STATUS if entry.status is None else str(entry.status)


def _categories(entry: Entry) -> Iterator[str]:
    if entry.operation not in ("listPerformanceScores", "createPerformanceScores"):
        return
    response: Any = entry.response_body.parsed()
    for each in response if isinstance(response, list) else ():
        category = each.get("category") if isinstance(each, dict) else None
        if isinstance(category, str):
            yield category


def _sorted(counter: Counter[str]) -> Mapping[str, int]:
    return dict(sorted(counter.items()))


def _counts_line(label: str, covered: Mapping[str, int], missing: Sequence[str]) -> list[str]:
    counts = ", ".join(f"{name} x{count}" for name, count in covered.items()) or "none"
    missing_text = f"; never {', '.join(missing)}" if missing else ""
    return [f"{label}: {counts}{missing_text}"]
