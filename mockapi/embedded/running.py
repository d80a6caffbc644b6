"""Runs a server for as long as a `with` block lasts: for unittest, behave and notebooks."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any

from mockapi.app import create_app
from mockapi.embedded.wishes import Wish, stated_settings
from mockapi.handle import MockApi
from mockapi.server import serve_in_thread
from mockapi.settings import Settings


@contextmanager
def run(**settings: Any) -> Generator[MockApi]:
    """Yield a handle on a server in a thread of its own, which stops at the end of the block.

    *settings* are those of `Settings`, and `faults` and `presets` as the marker has them; what
    is left out is as the environment or the scenario says. `port` picks a free one if left out.
    Raises `ValueError` for a word or a value that there is not, `ScenarioError` for a scenario
    with mistakes, `CannotListen` for an address that cannot be had.
    """
    wish = Wish.of(settings, "run()", Settings.model_fields)
    chosen = stated_settings({"port": 0, **wish.settings}, "run()")
    app = create_app(chosen)
    with (
        closing(app.state.worlds),
        serve_in_thread(app, host=chosen.host, port=chosen.port) as url,
    ):
        server = MockApi(url, admin_token=chosen.admin_token)
        wish.switch_on(server)
        yield server
