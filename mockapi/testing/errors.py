"""Says in one line, with who stated it, why a test cannot have the world that it asks for."""

from collections.abc import Generator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mockapi.environment import variable
from mockapi.testing.options import speaker

if TYPE_CHECKING:
    from mockapi.scenario.errors import ScenarioError
    from mockapi.settings import Settings
    from mockapi.testing.overrides import Wish, WrongWish


def is_told(raised: Any) -> bool:
    """Tell whether what was *raised* needs no look into the plugin; it hides frames from pytest."""
    # Late: it speaks HTTP, and every run of the environment would pay for that.
    from mockapi.client.transport import tells_it_all

    return tells_it_all(raised)


@contextmanager
def in_one_line() -> Generator[None]:
    """Let a wrong wish fail the test that is set up, by its line alone."""
    try:
        yield
    except ValueError as error:
        # Late: whoever is here has imported it, and nobody else shall.
        from mockapi.testing.overrides import WrongWish

        if not isinstance(error, WrongWish):
            raise
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def mistaken(
    error: "ScenarioError", test: pytest.Item, settings: "Settings", wish: "Wish"
) -> "WrongWish":
    """Return that the scenario of *settings* is not there, or has mistakes."""
    from mockapi.testing.overrides import WrongWish
    from mockapi.testing.server_context import refusal

    told = refusal(settings.scenario, error, _folders(test, wish))
    return WrongWish(f"{_place(test, settings, wish)}: {told}")


def refused(error: Exception, test: pytest.Item, settings: "Settings", wish: "Wish") -> "WrongWish":
    """Return that the server at `MOCKAPI_URL` makes no world of *settings*, or is none."""
    from mockapi.client import MockApiError
    from mockapi.client.serialization import is_scenario_file
    from mockapi.testing.overrides import WrongWish
    from mockapi.testing.server_context import absence

    is_file = is_scenario_file(settings.scenario)
    absent = absence(settings.scenario, _folders(test, wish)) if is_file else None
    if absent is not None:
        return WrongWish(f"{_place(test, settings, wish)}: {absent}")
    server = speaker(test.config, "url")
    if not isinstance(error, MockApiError):
        url = variable("URL")
        reason = str(error) or type(error).__name__
        return WrongWish(f"{server}: {url} answers as no mockapi does: {reason}")
    if error.status is None:
        return WrongWish(
            f"{server}: {error}. Start a server there, or leave it out for one of pytest's own."
        )
    if error.status == HTTPStatus.BAD_REQUEST:
        return WrongWish(f"{_place(test, settings, wish)}: {error.detail}")
    return WrongWish(f"{server}: {error}")


def _place(test: pytest.Item, settings: "Settings", wish: "Wish") -> str:
    """Return who stated the scenario."""
    scenario = settings.scenario
    if "scenario" in wish.places:
        return f"{wish.places['scenario']}: scenario={scenario!r}"
    if scenario == variable("SCENARIO"):
        return f"{speaker(test.config, 'scenario')}: {scenario!r}"
    return f"The fixture mockapi_settings: scenario={scenario!r}"


def _folders(test: pytest.Item, wish: "Wish") -> list[Path]:
    """Return where else a path to a scenario may begin."""
    return [test.path.parent] if "scenario" in wish.places else []
