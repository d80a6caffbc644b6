"""Answers far more than anybody expects."""

import uuid
from typing import Any, Literal

from pydantic import Field

from mockapi.domain import ids
from mockapi.faults.base import DataFault
from mockapi.faults.context import FaultContext
from mockapi.faults.responses import compact_json

_MOST_BYTES = 10_000_000


class HugePage(DataFault):
    """Answers a list of very many items: those that are there, again and again, under new ids.

    It ends early before the body is longer than 10 million bytes.
    """

    kind: Literal["huge_page"] = "huge_page"
    items: int = Field(default=10_000, ge=1, le=200_000, description="How many items at least.")

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        if not isinstance(body, list) or not 0 < len(body) < self.items:
            return body
        seed = int(context.draw("items") * 2**53)
        whole = len(compact_json(body))
        most = max(len(body), min(self.items, len(body) * _MOST_BYTES // whole))
        return [
            _again(body[place % len(body)], seed, place) if place >= len(body) else body[place]
            for place in range(most)
        ]


def _again(item: Any, seed: int, place: int) -> Any:
    if not isinstance(item, dict) or not _is_uuid(item.get("id")):
        return item
    return {**item, "id": ids.uuid4(seed, "huge page", place)}


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False
