"""Empty lists."""

from typing import Any, Literal

from mockapi.faults.context import FaultContext, RequestInfo
from mockapi.faults.fault_base import DataFault


class EmptyData(DataFault):
    """An empty list as the response to a read."""

    kind: Literal["empty_data"] = "empty_data"

    def applies_to(self, request_info: RequestInfo) -> bool:
        return super().applies_to(request_info) and not request_info.writes

    def transform_json(self, context: FaultContext, body: Any) -> Any:
        return [] if isinstance(body, list) and body else body
