"""Overrides that the marker of a test gives, and errors that name the place of a wrong one."""

import os
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from mockapi.client import MockApiError
from mockapi.client.transport import TlsConnectionError, hide_client_frames, is_scenario_file
from mockapi.environment import variable
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import Settings
from mockapi.testing.options import option_source, resolve_scenario
from mockapi.testing.overrides import (
    InvalidOverrideError,
    WorldOverrides,
    missing_scenario_message,
    scenario_argument,
    scenario_error_message,
)

__tracebackhide__ = hide_client_frames


def read_markers(test: pytest.Item) -> WorldOverrides:
    """Return the merged options of all markers of *test*; the closest marker has priority.

    Raise `InvalidOverrideError` for an unknown option or an invalid value.
    """
    merged = WorldOverrides()
    for marker in test.iter_markers("mockapi"):
        where = f"The marker mockapi of {test.nodeid}"
        if marker.args:
            raise InvalidOverrideError(
                f"{where}: {marker.args[0]!r} is not a keyword argument. "
                f"Use for example scenario={marker.args[0]!r}."
            )
        merged = merged.merged_over(parse_overrides(marker.kwargs, where, test))
    return merged


def parse_overrides(given: Mapping[str, Any], where: str, test: pytest.Item) -> WorldOverrides:
    """Return the overrides *given* at *where*, with scenario paths relative to the test's file."""
    scenario = given.get("scenario")
    if isinstance(scenario, str | os.PathLike):
        given = {**given, "scenario": resolve_scenario(os.fspath(scenario), test.path)}
    return WorldOverrides.parse(given, where)


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
    if error.status is None and not isinstance(error, TlsConnectionError):
        return InvalidOverrideError(
            f"{source}: {error} Start a server there, or remove the option: pytest then starts "
            "a server of its own."
        )
    if error.status == HTTPStatus.BAD_REQUEST:
        return InvalidOverrideError(f"{_source(test, settings, overrides)}: {error.detail}")
    return InvalidOverrideError(f"{source}: {error}")


def _source(test: pytest.Item, settings: Settings, overrides: WorldOverrides) -> str:
    """Return where the scenario is given, followed by its value."""
    scenario = settings.scenario
    if "scenario" in overrides.sources:
        return f"{overrides.sources['scenario']}: {scenario_argument(scenario)}"
    if scenario == variable("SCENARIO"):
        return f"{option_source(test.config, 'scenario')}: {scenario!r}"
    return f"The fixture mockapi_settings: {scenario_argument(scenario)}"


def _folders(test: pytest.Item, overrides: WorldOverrides) -> list[Path]:
    """Return the folders that a relative path to a scenario may start in."""
    return [test.path.parent] if "scenario" in overrides.sources else []
