"""Switches faults on for a part of a test, over HTTP.

Standard library only, as the handle that hands these out.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import quote

from mockapi.handle.control import Control, MockApiError, tells_it_all

__tracebackhide__ = tells_it_all

Call = Callable[..., Any]
"""Calls the control API with a method, a path below it and perhaps a body; returns the answer."""

_OF_MATCH = (
    "operation",
    "api",
    "path",
    "method",
    "client",
    "customer",
    "site",
    "query",
    "header",
)
_OF_WHEN = (
    "times",
    "after",
    "every",
    "sequence",
    "repeat",
    "probability",
    "seed",
    "since",
    "until",
    "per",
)


class SwitchedFault:
    """A fault of a test's own: on from the beginning of a `with` block to its end."""

    def __init__(self, call: Call, kind: str, settings: dict[str, Any]) -> None:
        self._call = call
        own = {
            name: value for name, value in settings.items() if name not in (*_OF_MATCH, *_OF_WHEN)
        }
        self._stated = {
            "kind": kind,
            **own,
            "match": {name: settings[name] for name in _OF_MATCH if name in settings},
            "when": {name: settings[name] for name in _OF_WHEN if name in settings},
        }
        self._last: dict[str, Any] | None = None
        self._is_on = False
        self._is_lost = False

    def __enter__(self) -> Self:
        return self.switch_on()

    def __exit__(self, *_: object) -> None:
        self.lift()

    @property
    def id(self) -> str:
        """The fault's id in the control API."""
        return str(self._seen()["id"])

    @property
    def hits(self) -> int:
        """How many requests it struck; after it was lifted, how many it had."""
        return int(self._seen()["hits"])

    @property
    def matched(self) -> int:
        """How many requests it was for, struck or not."""
        return int(self._seen()["matched"])

    def switch_on(self) -> Self:
        """Let it strike from now on, until it is lifted or the world is reset."""
        self._last = self._call("POST", "faults", self._stated, whole=True)
        self._is_on, self._is_lost = True, False
        return self

    def lift(self) -> None:
        """Switch it off; once is enough, and after a reset it is off already."""
        if self._is_on and self._last is not None:
            self._is_on = False
            last = _lifted(self._call, self._last["id"])
            self._is_lost = last is None
            self._last = last or self._last

    def _seen(self) -> dict[str, Any]:
        if self._last is None:
            raise RuntimeError("This fault was never on; use it in a `with` statement.")
        if self._is_lost:
            raise MockApiError(
                "The fault was switched off by a reset or by lift_faults(), "
                "and its counts are gone."
            )
        if self._is_on:
            self._last = self._call("GET", f"faults/{self._last['id']}")
        return self._last


class SwitchedPreset:
    """The faults of a situation: on from the beginning of a `with` block to its end."""

    def __init__(self, call: Call, name: str) -> None:
        self._call = call
        self._name = name
        self._ids: list[str] = []

    def __enter__(self) -> Self:
        return self.switch_on()

    def switch_on(self) -> Self:
        """Let its faults strike from now on, until the world is reset."""
        path = f"faults/presets/{quote(self._name, safe='')}"
        self._ids = [each["id"] for each in self._call("POST", path)]
        return self

    def __exit__(self, *_: object) -> None:
        for fault_id in self._ids:
            _lifted(self._call, fault_id)


def _lifted(call: Call, fault_id: str) -> dict[str, Any] | None:
    """Lift a fault and return its last counts; None where it was not on any more."""
    try:
        lifted: dict[str, Any] = call("DELETE", f"faults/{fault_id}")
    except MockApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return None
    return lifted


class FaultsHandle(Control):
    """What a test may break on purpose."""

    def fault(self, kind: str, **settings: Any) -> SwitchedFault:
        """Return a fault of *kind* that is on inside of `with`; it says what it struck.

        Settings are the kind's own, mixed with those of `match` (`operation`, `site`, ...) and
        of `when` (`times`, `sequence`, ...), whose names differ. Instants and durations are
        text, or a `datetime` and a `timedelta`. Raises `MockApiError` for a setting that there is
        not.
        """
        return SwitchedFault(self._call, kind, settings)

    def preset(self, name: str) -> SwitchedPreset:
        """Return the faults of the situation *name*, which are on inside of `with`.

        Raises `MockApiError` for a name that there is not.
        """
        return SwitchedPreset(self._call, name)

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that are on, each with its `id`, `matched` and `hits`."""
        faults: list[dict[str, Any]] = self._call("GET", "faults")
        return faults

    def fault_kinds(self) -> list[dict[str, Any]]:
        """Return the kinds of faults, each with the JSON Schema of its settings."""
        kinds: list[dict[str, Any]] = self._call("GET", "faults/kinds")
        return kinds

    def fault_kind(self, kind: str) -> dict[str, Any]:
        """Return one kind with the JSON Schema of its settings; an unknown one raises."""
        found: dict[str, Any] = self._call("GET", f"faults/kinds/{quote(kind, safe='')}")
        return found

    def fault_presets(self) -> list[dict[str, Any]]:
        """Return the situations that `preset` knows, each with its faults."""
        presets: list[dict[str, Any]] = self._call("GET", "faults/presets")
        return presets

    def lift_faults(self) -> None:
        """Lift every fault, the scenario's too."""
        self._call("DELETE", "faults")
