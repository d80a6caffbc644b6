"""Parsing of the pytest marker `mockapi` and of the arguments of `make_mockapi`."""

import os
from collections.abc import Mapping
from typing import Any

import pytest

from mockapi.client.transport import hide_client_frames
from mockapi.testing.options import resolve_scenario
from mockapi.testing.overrides import InvalidOverrideError, WorldOverrides

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
