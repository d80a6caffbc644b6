"""Very long lists."""

import uuid
from typing import Any, Literal

from pydantic import Field

from mockapi.domain import ids
from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import DataFault
from mockapi.faults.responses import compact_json

_MAX_BYTES = 10_000_000


class HugePage(DataFault):
    """A very long list: the existing items, repeated with new ids.

    The list ends earlier if the body would be longer than 10 million bytes.
    """

    kind: Literal["huge_page"] = "huge_page"
    items: int = Field(default=10_000, ge=1, le=200_000, description="Minimum number of items.")

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        if not isinstance(body, list) or not 0 < len(body) < self.items:
            return body
        seed = int(context.draw("items") * 2**53)
        whole = len(compact_json(body))
        count = max(len(body), min(self.items, len(body) * _MAX_BYTES // whole))
        return [
            _copy_with_new_id(body[place % len(body)], seed, place)
            if place >= len(body)
            else body[place]
            for place in range(count)
        ]


def _copy_with_new_id(item: Any, seed: int, place: int) -> Any:
    if not isinstance(item, dict) or not _is_uuid(item.get("id")):
        return item
    return {**item, "id": ids.uuid4(seed, "huge page", place)}


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(uuid.UUID(value))
    except ValueError:
        return False
