"""Errors about the world that a test asks for, each with the place of the wrong option."""

from http import HTTPStatus
from pathlib import Path

import pytest

from mockapi.client import MockApiError
from mockapi.client.transport import is_scenario_file
from mockapi.environment import variable
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import Settings
from mockapi.testing.options import option_source
from mockapi.testing.overrides import (
    InvalidOverrideError,
    WorldOverrides,
    missing_scenario_message,
    scenario_error_message,
)


def scenario_error(
    error: ScenarioError, test: pytest.Item, settings: Settings, overrides: WorldOverrides
) -> InvalidOverrideError:
    """Return the error to raise if the scenario of *settings* is missing or invalid."""
    message = scenario_error_message(settings.scenario, error, _folders(test, overrides))
    return InvalidOverrideError(f"{_source(test, settings, overrides)}: {message}")


def remote_error(
    error: Exception, test: pytest.Item, settings: Settings, overrides: WorldOverrides
) -> InvalidOverrideError:
    """Return the error to raise if the server at `MOCKAPI_URL` does not create the world."""
    is_file = is_scenario_file(settings.scenario)
    missing = (
        missing_scenario_message(settings.scenario, _folders(test, overrides)) if is_file else None
    )
    if missing is not None:
        return InvalidOverrideError(f"{_source(test, settings, overrides)}: {missing}")
    source = option_source(test.config, "url")
    if not isinstance(error, MockApiError):
        url = variable("URL")
        reason = str(error) or type(error).__name__
        return InvalidOverrideError(
            f"{source}: the server at {url} does not respond like mockapi: {reason}"
        )
    if error.status is None:
        return InvalidOverrideError(
            f"{source}: {error}. Start a server there, or remove the option: pytest then starts "
            "a server of its own."
        )
    if error.status == HTTPStatus.BAD_REQUEST:
        return InvalidOverrideError(f"{_source(test, settings, overrides)}: {error.detail}")
    return InvalidOverrideError(f"{source}: {error}")


def _source(test: pytest.Item, settings: Settings, overrides: WorldOverrides) -> str:
    """Return where the scenario is given, followed by its value."""
    scenario = settings.scenario
    if "scenario" in overrides.sources:
        return f"{overrides.sources['scenario']}: scenario={scenario!r}"
    if scenario == variable("SCENARIO"):
        return f"{option_source(test.config, 'scenario')}: {scenario!r}"
    return f"The fixture mockapi_settings: scenario={scenario!r}"


def _folders(test: pytest.Item, overrides: WorldOverrides) -> list[Path]:
    """Return the folders that a relative path to a scenario may start in."""
    return [test.path.parent] if "scenario" in overrides.sources else []
