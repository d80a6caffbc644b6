"""Says which refusals a call of the control API documents.

Every call may be refused for who asks (401, 403) and for a parameter that it does not know (400).
"""

from typing import Any

from mockapi.domain.phrases import phrase
from mockapi.wire.admin import AdminProblem


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": AdminProblem, "description": phrase(status)}
        for status in sorted({400, 401, 403, *statuses})
    }
