"""Makes the worlds of one test, and deletes them when it ends."""

import os
import re
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from http.client import HTTPException
from json import JSONDecodeError
from types import TracebackType
from typing import Any, Self

import pytest

from mockapi.client import MockApi, MockApiError
from mockapi.domain.urls import is_http_url
from mockapi.environment import variable
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import Settings
from mockapi.testing import report
from mockapi.testing.errors import is_told, mistaken, refused
from mockapi.testing.markers import marked, wish_of
from mockapi.testing.options import SPEAKERS, speaker
from mockapi.testing.overrides import Wish, WrongWish, absence, stated_settings
from mockapi.testing.servers import Delete, WorldMaker

__tracebackhide__ = is_told


def read_settings(config: pytest.Config) -> "Settings":
    """Return the settings that the environment states; raises `WrongWish`, and names who did."""
    settings = stated_settings({}, "", config.stash[SPEAKERS])
    url = variable("URL")
    if url and not is_http_url(url):
        raise WrongWish(
            f"{speaker(config, 'url')}: {url!r} is no address; write http://127.0.0.1:8080"
        )
    # A server elsewhere may have scenarios of its own.
    absent = None if url else absence(settings.scenario)
    if absent is not None:
        raise WrongWish(f"{speaker(config, 'scenario')}: {settings.scenario!r}: {absent}")
    return settings


def check_settings(config: pytest.Config) -> None:
    """Raise `pytest.UsageError` if the options or the environment state wrong settings."""
    try:
        read_settings(config)
    except WrongWish as error:
        raise pytest.UsageError(str(error)) from None


@contextmanager
def in_one_line() -> Generator[None]:
    """Let a wrong wish fail the test that is set up, by its line alone."""
    try:
        yield
    except WrongWish as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def check_at_end(test: pytest.Item, world: "MockApi", ending: ExitStack) -> None:
    """Fail *test* at the end of *ending* if it made a fault of *world* and never switched it on."""
    world.unused_faults.are_checked = True
    ending.callback(_fail_if_unused, test, world)


def _fail_if_unused(test: pytest.Item, world: "MockApi") -> None:
    folder = test.config.invocation_params.dir
    lines = [
        f"{os.path.relpath(each.file, folder)}:{each.line}: {each}" for each in world.unused_faults
    ]
    if lines:
        raise pytest.fail.Exception("\n".join(lines), pytrace=False)


class WorldsOfATest:
    """The worlds that one fixture makes for one test, by its settings and its marker."""

    def __init__(self, test: pytest.Item, settings: "Settings", make: WorldMaker) -> None:
        self._test = test
        self._settings = settings
        self._make = make
        self._marked = marked(test)
        self._deleting = ExitStack()
        self._made = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._deleting.close()

    def only(self) -> "MockApi":
        """Return the world that has the test's name."""
        return self._world(_name_of(self._test), self._marked)

    def another(self, **stated: Any) -> "MockApi":
        """Return one more world, as the marker has it but for what is *stated* in its words.

        Raises `WrongWish` for a word or a value that there is not.
        """
        wish = wish_of(stated, "make_mockapi()", self._test).over(self._marked)
        self._made += 1
        return self._world(f"{_name_of(self._test)}-{self._made}", wish)

    def _world(self, name: str, wish: "Wish") -> "MockApi":
        world, delete = self._asked_for(wish, name)
        self._deleting.callback(delete)
        report.note(self._test, world)
        self._deleting.callback(report.forget, self._test, world)
        check_at_end(self._test, world, self._deleting)
        wish.switch_on(world)
        return world

    def _asked_for(self, wish: "Wish", name: str) -> "tuple[MockApi, Delete]":
        settings = wish.laid_over(self._settings)
        try:
            return self._make(settings, name)
        except ScenarioError as error:
            raise mistaken(error, self._test, settings, wish) from None
        except (MockApiError, OSError, HTTPException, JSONDecodeError) as error:
            if not variable("URL"):
                raise
            raise refused(error, self._test, settings, wish) from None


def _name_of(test: pytest.Item) -> str:
    """Return the same name for the same test in every run, for what a world mints depends on it."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", test.name).strip("-")[:60]
    return f"{readable}-{blake2b(test.nodeid.encode(), digest_size=4).hexdigest()}".strip("-")
