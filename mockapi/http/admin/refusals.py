"""Says which refusals a call of the control API documents."""

from typing import Any

from mockapi.domain.phrases import phrase
from mockapi.wire.admin import AdminProblem


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": AdminProblem, "description": phrase(status)}
        for status in (401, 403, *statuses)
    }
