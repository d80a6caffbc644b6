"""Messages of `mockapi.run`, of the pytest marker and of `MockApi`."""

from collections.abc import Callable, Iterator
from typing import Any

from documents.messages.requests import Messages
from mockapi.client import MockApi, MockApiError
from mockapi.settings import Settings
from mockapi.testing.overrides import (
    InvalidOverrideError,
    WorldOverrides,
    missing_scenario_message,
    require_control_api,
)

OPTIONS: tuple[dict[str, object], ...] = (
    {"scenrio": "empty"},
    {"zzz": 1},
    {"seed": "x"},
    {"seed": -1},
    {"edition": "1999"},
    {"clock": "yesterday"},
    {"clock": 2026},
    {"faults": {"kind": "status"}},
    {"faults": [{"times": 1}]},
    {"presets": "slow-backend"},
    {"presets": [1]},
)
"""Wrong options of a marker."""

URLS = ("127.0.0.1:9600", "", "ftp://127.0.0.1", "http://:0")
SCENARIOS = ("demos", "unknown")


def sections() -> Iterator[tuple[str, Messages]]:
    yield (
        "pytest marker",
        [(repr(each), _message(_parse, each)) for each in OPTIONS],
    )
    yield (
        "Scenarios of tests",
        [(each, str(missing_scenario_message(each))) for each in SCENARIOS],
    )
    disabled = Settings.model_construct(admin=False)
    yield "pytest fixtures", [("admin=False", _message(require_control_api, disabled))]
    yield "MockApi", [(repr(each), _message(MockApi, each)) for each in URLS]


def _parse(options: dict[str, object]) -> WorldOverrides:
    return WorldOverrides.parse(options, "The marker mockapi of test_it.py::test_it")


def _message(call: Callable[[Any], object], argument: object) -> str:
    try:
        call(argument)
    except (InvalidOverrideError, MockApiError) as error:
        return str(error)
    return "valid"
