"""Runs a server for as long as a `with` block lasts: for unittest, behave and notebooks."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from typing import Any

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.transport import tells_it_all
from mockapi.domain.suggestions import nearest
from mockapi.scenario.discovery import ENDINGS, find, offered
from mockapi.scenario.errors import ScenarioError
from mockapi.server import CannotListen, serve_in_thread
from mockapi.settings import Settings
from mockapi.testing.overrides import Wish, WrongWish, stated_settings


def absence(scenario: str, folders: Sequence[Path] = ()) -> str | None:
    """Return what to say of a *scenario* that is not to be found; None of one that is.

    A file was looked for in *folders*, too.
    """
    try:
        find(scenario)
    except ScenarioError as error:
        message = error.mistakes[0].message
    else:
        return None
    if scenario.endswith(ENDINGS):
        files = dict.fromkeys(
            os.path.abspath(folder / scenario)  # noqa: PTH100 - `..` is no part of an answer
            for folder in (*folders, Path())
        )
        return f"no such file; looked for {' and '.join(files)}"
    close = nearest(scenario, offered())
    return f"no such scenario; did you mean {close[0]}?" if close else message


def refusal(scenario: str, error: ScenarioError, folders: Sequence[Path] = ()) -> str:
    """Return why *scenario* is refused: it is not there, or it has mistakes."""
    absent = absence(scenario, folders)
    if absent is not None:
        return absent
    lines = str(error).splitlines()
    return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} mistakes", *lines])


def __tracebackhide__(raised: Any) -> bool:  # noqa: N807 - pytest's name
    told = (CannotListen, ScenarioError)
    return tells_it_all(raised) or (raised is not None and isinstance(raised.value, told))


def run(**settings: Any) -> AbstractContextManager[MockApi]:
    """Return a server in a thread of its own, which runs within `with` and hands a handle out.

    *settings* are those of `Settings`, and `faults` and `presets` as the marker has them; what
    is left out is as the environment or the scenario says. `port` picks a free one if left out.
    Raises `ValueError` for a word or a value that there is not, and then within `with`
    `ScenarioError` for a scenario with mistakes, `CannotListen` for an address that cannot be had.
    """
    wish = Wish.of(settings, "run()", Settings.model_fields)
    return _Running(wish, stated_settings({"port": 0, **wish.settings}, "run()"))


class _Running(AbstractContextManager[MockApi]):
    def __init__(self, wish: Wish, chosen: Settings) -> None:
        self._wish = wish
        self._chosen = chosen

    def __enter__(self) -> MockApi:
        with ExitStack() as starting:
            url = self._served(starting)
            server = MockApi(url, admin_token=self._chosen.admin_token)
            self._wish.switch_on(server)
            self._stopping = starting.pop_all()
        return server

    def __exit__(self, *_: object) -> None:
        self._stopping.close()

    def _served(self, starting: ExitStack) -> str:
        chosen = self._chosen
        try:
            app = create_app(chosen)
        except ScenarioError as error:
            raise self._worded(error) from None
        starting.enter_context(closing(app.state.worlds))
        try:
            return starting.enter_context(serve_in_thread(app, host=chosen.host, port=chosen.port))
        except CannotListen as error:
            advice = (
                "Leave `port` out, and run() picks a free one."
                if error.change == "port"
                else "Name another `host`."
            )
            raise CannotListen(f"{error} {advice}", error.change) from None

    def _worded(self, error: ScenarioError) -> Exception:
        scenario = self._chosen.scenario
        absent = absence(scenario)
        if absent is None:
            return error
        is_stated = "scenario" in self._wish.settings
        place = "run(): scenario=" if is_stated else "MOCKAPI_SCENARIO: "
        return WrongWish(f"{place}{scenario!r}: {absent}")
