"""Worlds of one test, deleted when it ends, and their creation on a remote server."""

import os
import re
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from http import HTTPStatus
from http.client import HTTPException
from json import JSONDecodeError
from types import TracebackType
from typing import Any, Self

import pytest

from mockapi.client import MockApi, MockApiError
from mockapi.client.transport import hide_client_frames
from mockapi.domain.urls import is_http_url
from mockapi.environment import variable
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import WORLD_SETTINGS, Settings
from mockapi.testing import report
from mockapi.testing.marker_overrides import (
    parse_overrides,
    read_markers,
    remote_error,
    scenario_error,
)
from mockapi.testing.options import OPTION_SOURCES, option_source
from mockapi.testing.overrides import (
    InvalidOverrideError,
    WorldOverrides,
    build_settings,
    missing_scenario_message,
)

__tracebackhide__ = hide_client_frames

Delete = Callable[[], None]
WorldMaker = Callable[[Settings, str], tuple[MockApi, Delete]]
"""Creates a world from settings and a name; returns its client and a function that deletes it."""


def remote_world_maker(url: str) -> WorldMaker:
    """Return a function that creates worlds on the server at *url*."""

    def make(settings: Settings, name: str) -> tuple[MockApi, Delete]:
        server = MockApi(url, admin_token=variable("ADMIN_TOKEN"))
        # The server's own settings apply where the suite sets none.
        given = settings.model_dump(
            mode="json", include=set(WORLD_SETTINGS & settings.model_fields_set)
        )
        world = _create_numbered(name, lambda each: server.create_world(each, **given))

        def delete() -> None:
            try:
                world.delete()
            except MockApiError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise

        return world, delete

    return make


def _create_numbered(name: str, create: Callable[[str], MockApi], number: int = 1) -> MockApi:
    """Return the world that *create* makes, numbered if another run uses the *name*."""
    try:
        return create(name if number == 1 else f"{name}-{number}")
    except MockApiError as error:
        if error.status != HTTPStatus.PRECONDITION_FAILED:
            raise
    return _create_numbered(name, create, number + 1)


def read_settings(config: pytest.Config) -> "Settings":
    """Return the settings of the environment.

    Raise `InvalidOverrideError`, which names the option, the file or the variable, if they are
    invalid.
    """
    settings = build_settings({}, "", config.stash[OPTION_SOURCES])
    url = variable("URL")
    if url and not is_http_url(url):
        raise InvalidOverrideError(
            f"{option_source(config, 'url')}: {url!r} is not a valid URL. "
            "Example: http://127.0.0.1:8080"
        )
    # A remote server may have other scenarios.
    missing = None if url else missing_scenario_message(settings.scenario)
    if missing is not None:
        source = option_source(config, "scenario")
        raise InvalidOverrideError(f"{source}: {settings.scenario!r}: {missing}")
    return settings


def check_settings(config: pytest.Config) -> None:
    """Raise `pytest.UsageError` if the options or the environment are invalid."""
    try:
        read_settings(config)
    except InvalidOverrideError as error:
        raise pytest.UsageError(str(error)) from None


@contextmanager
def fail_without_traceback() -> Generator[None]:
    """Turn an `InvalidOverrideError` into a failure of the test that shows only its message."""
    try:
        yield
    except InvalidOverrideError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def check_unused_faults(test: pytest.Item, world: "MockApi", ending: ExitStack) -> None:
    """Fail *test* when *ending* closes if it created a fault of *world* and never enabled it."""
    world.unused_faults.are_checked = True
    ending.callback(_fail_if_unused, test, world)


def _fail_if_unused(test: pytest.Item, world: "MockApi") -> None:
    folder = test.config.invocation_params.dir
    lines = [
        f"{os.path.relpath(each.file, folder)}:{each.line}: {each}" for each in world.unused_faults
    ]
    if lines:
        raise pytest.fail.Exception("\n".join(lines), pytrace=False)


class TestWorlds:
    """The worlds that one fixture creates for one test, from its settings and its markers."""

    __test__ = False

    def __init__(self, test: pytest.Item, settings: "Settings", make: WorldMaker) -> None:
        self._test = test
        self._settings = settings
        self._make = make
        self._marked = read_markers(test)
        self._deleting = ExitStack()
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._deleting.close()

    def main_world(self) -> "MockApi":
        """Create and return the world that is named after the test."""
        return self._world(_world_name(self._test), self._marked)

    def make_world(self, **options: Any) -> "MockApi":
        """Create and return another world, with the *options* replacing those of the marker.

        Raise `InvalidOverrideError` for an unknown option or an invalid value.
        """
        overrides = parse_overrides(options, "make_mockapi()", self._test)
        self._count += 1
        name = f"{_world_name(self._test)}-{self._count}"
        return self._world(name, overrides.merged_over(self._marked))

    def _world(self, name: str, overrides: "WorldOverrides") -> "MockApi":
        world, delete = self._create(overrides, name)
        self._deleting.callback(delete)
        report.register_world(self._test, world)
        self._deleting.callback(report.unregister_world, self._test, world)
        check_unused_faults(self._test, world, self._deleting)
        overrides.enable_faults(world)
        return world

    def _create(self, overrides: "WorldOverrides", name: str) -> "tuple[MockApi, Delete]":
        settings = overrides.apply_to(self._settings)
        try:
            return self._make(settings, name)
        except ScenarioError as error:
            raise scenario_error(error, self._test, settings, overrides) from None
        except (MockApiError, OSError, HTTPException, JSONDecodeError) as error:
            if not variable("URL"):
                raise
            raise remote_error(error, self._test, settings, overrides) from None


def _world_name(test: pytest.Item) -> str:
    """Return a name that is the same in every run, because generated tokens depend on it."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", test.name).strip("-")[:60]
    return f"{readable}-{blake2b(test.nodeid.encode(), digest_size=4).hexdigest()}".strip("-")
