"""Lays out what clients met of the APIs as a matrix: operations down, statuses across."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockapi.journal.coverage import Coverage, Met


@dataclass(frozen=True)
class Row:
    """An operation; a cell counts requests, 0 where none met what it offers, None elsewhere."""

    product: str
    operation: str
    requests: int
    cells: Sequence[int | None]


@dataclass(frozen=True)
class Matrix:
    """Rows below one head of statuses; *met* of *offered* cells are not empty."""

    statuses: Sequence[str]
    rows: Sequence[Row]
    met: int
    offered: int


def matrix_of(coverage: "Coverage") -> Matrix:
    """Return the matrix of all operations and every status that one offers or gave."""
    statuses = sorted(
        {
            status
            for each in coverage.operations
            for status in (*each.statuses, *each.unmet_statuses)
        }
    )
    rows = [
        Row(each.product, each.operation, each.requests, [_cell(each, name) for name in statuses])
        for each in coverage.operations
    ]
    cells = [cell for row in rows for cell in row.cells if cell is not None]
    return Matrix(statuses, rows, sum(cell > 0 for cell in cells), len(cells))


def _cell(met: "Met", status: str) -> int | None:
    if status in met.statuses:
        return met.statuses[status]
    return 0 if status in met.unmet_statuses else None
