"""Runs a server for as long as a `with` block lasts: for unittest, behave and notebooks."""

from contextlib import AbstractContextManager, ExitStack, closing
from typing import Any

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.transport import hide_client_frames
from mockapi.scenario.errors import ScenarioError
from mockapi.server import CannotListen, serve_in_thread
from mockapi.settings import Settings
from mockapi.testing.overrides import Wish, WrongWish, absence, stated_settings


def __tracebackhide__(raised: Any) -> bool:  # noqa: N807 - pytest's name
    told = (CannotListen, ScenarioError)
    return hide_client_frames(raised) or (raised is not None and isinstance(raised.value, told))


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
