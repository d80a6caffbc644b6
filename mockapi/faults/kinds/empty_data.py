"""Answers that there is nothing."""

from typing import Any, Literal

from mockapi.faults.base import DataFault
from mockapi.faults.context import FaultContext, RequestInfo


class EmptyData(DataFault):
    """Answers reads with an empty list, as if there were nothing to see."""

    kind: Literal["empty_data"] = "empty_data"

    def suits(self, subject: RequestInfo) -> bool:
        return super().suits(subject) and not subject.writes

    def reshaped(self, context: FaultContext, body: Any) -> Any:
        return [] if isinstance(body, list) and body else body
