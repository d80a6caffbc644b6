"""Fixtures of the tests of time: a world over HTTP and a manual system clock."""

from collections.abc import Callable

import pytest
from clock_steps import NOON
from starlette.testclient import TestClient

from mockapi.domain.clock import ManualClock


@pytest.fixture
def system() -> ManualClock:
    """The clock of the machine, a month later than that of the scenario."""
    return ManualClock(NOON)


@pytest.fixture
def open_world(new_app, tmp_path) -> Callable[..., TestClient]:
    """Function that opens a world of a scenario's text, or of settings, for one test."""

    def open_with(text: str | None = None, clock: ManualClock | None = None, **settings: object):
        if text is not None:
            path = tmp_path / "scenario.yaml"
            path.write_text(text, "utf-8")
            settings["scenario"] = str(path)
        return TestClient(new_app(system_clock=clock, **settings))

    return open_with


@pytest.fixture
def world(open_world) -> TestClient:
    """The empty scenario, which stands still at nine on 1 June 2026."""
    return open_world(scenario="empty")
