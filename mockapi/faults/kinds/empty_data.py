"""Answers that there is nothing."""

from typing import Any, Literal

from mockapi.faults.base import DataFault
from mockapi.faults.context import FaultContext, RequestInfo


class EmptyData(DataFault):
    """Answers reads with an empty list, as if there were nothing to see."""

    kind: Literal["empty_data"] = "empty_data"

    def applies_to(self, request_info: RequestInfo) -> bool:
        return super().applies_to(request_info) and not request_info.writes

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        return [] if isinstance(body, list) and body else body
