"""Shows and checks scenarios by a running mockapi; standard library only."""

from typing import Any
from urllib.parse import quote

from mockapi.handle.control import Control, tells_it_all

__tracebackhide__ = tells_it_all


class ScenariosHandle(Control):
    """What worlds are made of."""

    def scenarios(self) -> list[dict[str, Any]]:
        """Return which scenarios there are, each with its `name` and `description`."""
        found: list[dict[str, Any]] = self._call("GET", "scenarios")
        return found

    def scenario(self, name: str | None = None) -> dict[str, Any]:
        """Return a scenario with its `text`; this world's own where no *name* is given."""
        path = "scenario" if name is None else f"scenarios/{quote(name, safe='')}"
        found: dict[str, Any] = self._call("GET", path)
        return found

    def check_scenario(self, text: str) -> dict[str, Any]:
        """Return whether the YAML *text* is `ok`, and its `mistakes` and `warnings` by line."""
        told: dict[str, Any] = self._call("POST", "scenarios/check", {"text": text})
        return told
