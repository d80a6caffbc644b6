"""Fixtures of the tests of time: a world over HTTP and a manual system clock."""

from collections.abc import Callable, Iterator

import pytest
from clock_steps import NOON
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.domain.clock import ManualClock
from mockapi.settings import Settings


@pytest.fixture
def system() -> ManualClock:
    """The clock of the machine, a month later than that of the scenario."""
    return ManualClock(NOON)


@pytest.fixture
def open_world(tmp_path) -> Iterator[Callable[..., TestClient]]:
    """Opens a world of a scenario's text, or of settings, and closes it after the test."""
    opened = []

    def open_with(text: str | None = None, clock: ManualClock | None = None, **settings: object):
        if text is not None:
            path = tmp_path / "scenario.yaml"
            path.write_text(text, "utf-8")
            settings["scenario"] = str(path)
        app = create_app(Settings(**settings), clock=clock)
        opened.append(app.state.world)
        return TestClient(app)

    yield open_with
    for world in opened:
        world.close()


@pytest.fixture
def world(open_world) -> TestClient:
    """The empty scenario, which stands still at nine on 1 June 2026."""
    return open_world(scenario="empty")
