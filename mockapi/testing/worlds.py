"""Makes the worlds of one test, and deletes them when it ends."""

import os
import re
from contextlib import ExitStack
from hashlib import blake2b
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pytest

from mockapi.environment import variable
from mockapi.testing import report
from mockapi.testing.errors import is_told, mistaken, refused
from mockapi.testing.markers import marked, wish_of
from mockapi.testing.servers import Delete, WorldMaker, demand_control_api

if TYPE_CHECKING:
    from mockapi.client import MockApi
    from mockapi.settings import Settings
    from mockapi.testing.app import MockApiApp
    from mockapi.testing.overrides import Wish


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


def application(test: pytest.Item, settings: "Settings", running: ExitStack) -> "MockApiApp":
    """Return an app as *settings* and the marker of *test* have it, which closes with *running*.

    Raises `WrongWish` for what there is not.
    """
    from mockapi.scenario.errors import ScenarioError
    from mockapi.testing.app import app_with

    wish = marked(test)
    demand_control_api(settings)
    try:
        return running.enter_context(app_with(settings, wish))
    except ScenarioError as error:
        raise mistaken(error, test, wish.laid_over(settings), wish) from None


__tracebackhide__ = is_told


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
        from http.client import HTTPException
        from json import JSONDecodeError

        from mockapi.client import MockApiError
        from mockapi.scenario.errors import ScenarioError

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
