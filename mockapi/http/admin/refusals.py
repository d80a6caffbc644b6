"""Says which refusals a call of the control API documents."""

from http import HTTPStatus
from typing import Any

from mockapi.wire.admin import AdminProblem


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"model": AdminProblem, "description": HTTPStatus(status).phrase}
        for status in (401, 403, *statuses)
    }
