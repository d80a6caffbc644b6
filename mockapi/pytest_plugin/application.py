"""Makes the app of a test that needs no port."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from mockapi.pytest_plugin.marker import marked
from mockapi.pytest_plugin.servers import demand_control_api
from mockapi.pytest_plugin.told import mistaken

if TYPE_CHECKING:
    from mockapi.embedded.app import MockApiApp
    from mockapi.settings import Settings


def application(test: pytest.Item, settings: "Settings", running: ExitStack) -> "MockApiApp":
    """Return an app as *settings* and the marker of *test* have it, which closes with *running*.

    Raises `WrongWish` for what there is not.
    """
    from mockapi.embedded.app import app_with
    from mockapi.scenario.mistakes import ScenarioError

    wish = marked(test)
    demand_control_api(settings)
    try:
        return running.enter_context(app_with(settings, wish))
    except ScenarioError as error:
        raise mistaken(error, test, wish.laid_over(settings), wish) from None
