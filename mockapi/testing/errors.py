"""Says in one line, with who stated it, why a test cannot have the world that it asks for."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from mockapi.client import MockApiError
from mockapi.client.transport import hide_client_frames, is_scenario_file
from mockapi.environment import variable
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import Settings
from mockapi.testing.options import speaker
from mockapi.testing.overrides import Wish, WrongWish, absence, refusal


def is_told(raised: Any) -> bool:
    """Tell whether what was *raised* needs no look into the plugin; it hides frames from pytest."""
    return hide_client_frames(raised)


def mistaken(error: ScenarioError, test: pytest.Item, settings: Settings, wish: Wish) -> WrongWish:
    """Return that the scenario of *settings* is not there, or has mistakes."""
    told = refusal(settings.scenario, error, _folders(test, wish))
    return WrongWish(f"{_place(test, settings, wish)}: {told}")


def refused(error: Exception, test: pytest.Item, settings: Settings, wish: Wish) -> WrongWish:
    """Return that the server at `MOCKAPI_URL` makes no world of *settings*, or is none."""
    is_file = is_scenario_file(settings.scenario)
    absent = absence(settings.scenario, _folders(test, wish)) if is_file else None
    if absent is not None:
        return WrongWish(f"{_place(test, settings, wish)}: {absent}")
    server = speaker(test.config, "url")
    if not isinstance(error, MockApiError):
        url = variable("URL")
        reason = str(error) or type(error).__name__
        return WrongWish(f"{server}: {url} answers as no mockapi does: {reason}")
    if error.status is None:
        return WrongWish(
            f"{server}: {error}. Start a server there, or leave it out for one of pytest's own."
        )
    if error.status == HTTPStatus.BAD_REQUEST:
        return WrongWish(f"{_place(test, settings, wish)}: {error.detail}")
    return WrongWish(f"{server}: {error}")


def _place(test: pytest.Item, settings: Settings, wish: Wish) -> str:
    """Return who stated the scenario."""
    scenario = settings.scenario
    if "scenario" in wish.places:
        return f"{wish.places['scenario']}: scenario={scenario!r}"
    if scenario == variable("SCENARIO"):
        return f"{speaker(test.config, 'scenario')}: {scenario!r}"
    return f"The fixture mockapi_settings: scenario={scenario!r}"


def _folders(test: pytest.Item, wish: Wish) -> list[Path]:
    """Return where else a path to a scenario may begin."""
    return [test.path.parent] if "scenario" in wish.places else []
