"""The active faults of a world, with their counters."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockapi.domain import ids
from mockapi.faults.context import AppliedFault, RequestInfo
from mockapi.faults.model import OK

if TYPE_CHECKING:
    from mockapi.faults.fault_base import FaultBase
    from mockapi.faults.kinds import AnyFault


MAX_FAULTS = 100
"""Maximum number of active faults in a world: each request is compared with all of them."""
_MAX_COUNTERS = 10_000
"""Maximum number of counters (per client, customer ...) of a fault; the oldest is dropped first."""


class TooManyFaultsError(Exception):
    """The world has the maximum number of faults."""


@dataclass
class ActiveFault:
    """An active fault; *source* is `scenario`, `control` or the name of a preset."""

    id: str
    fault: "FaultBase"
    source: str
    matched: int = 0
    hits: int = 0
    state: dict[Any, Any] = field(default_factory=dict)
    _requests: Counter[str] = field(default_factory=Counter)
    _applications: Counter[str] = field(default_factory=Counter)

    def decide(self, request_info: RequestInfo, now: datetime, seed: int) -> "Decision | None":
        """Count the request if it matches; return the decision to apply the fault, or None."""
        fault = self.fault
        if not (
            fault.when.is_open(now)
            and fault.match.matches(request_info)
            and fault.applies_to(request_info)
        ):
            return None
        self.matched += 1
        counter = _counter_key(fault, request_info)
        self._requests[counter] += 1
        if len(self._requests) > _MAX_COUNTERS:
            oldest = next(iter(self._requests))
            del self._requests[oldest], self._applications[oldest]
        number = self._requests[counter]
        key = (seed if fault.when.seed is None else fault.when.seed, self._name(), counter, number)
        outcome = fault.when.outcome(number, self._applications[counter], lambda: _draw(key))
        if outcome == OK:
            return None
        self._applications[counter] += 1
        if isinstance(outcome, int):
            fault = fault.with_status(outcome)
        return Decision(AppliedFault(self.id, self._kind()), fault, key, self)

    def undo_hit(self, key: Sequence[object]) -> None:
        """Undo the count of a hit that had nothing to change."""
        self.hits -= 1
        *_, counter, _ = key
        self._applications[str(counter)] -= 1

    def _kind(self) -> str:
        return str(type(self.fault).model_fields["kind"].default)

    def _name(self) -> str:
        # With its own seed, a fault makes the same choices wherever and whenever it is added.
        return self.id if self.fault.when.seed is None else self._kind()


@dataclass(frozen=True)
class Decision:
    """The decision to apply a fault to a request; *active* is None for a fault in a header."""

    applied: AppliedFault
    fault: "FaultBase"
    key: Sequence[object]
    active: ActiveFault | None = None


def _counter_key(fault: "FaultBase", request_info: RequestInfo) -> str:
    """Return the key of the counter for the request."""
    if fault.when.per is None:
        return ""
    if fault.when.per == "customer":
        return request_info.customer[0] if request_info.customer else ""
    return str(getattr(request_info, fault.when.per) or "")


def _draw(key: Sequence[object]) -> float:
    seed, *path = key
    # "strikes" is a part of the key. Another word would change every random choice.
    return int.from_bytes(ids.digest(int(str(seed)), "strikes", *path, size=8)) / 2**64


class FaultPlan:
    """The faults of one world, in the order in which they were added."""

    def __init__(self, seed: int, scenario: "Iterable[AnyFault]" = ()) -> None:
        self._seed = seed
        self._scenario = tuple(scenario)
        self._active: dict[str, ActiveFault] = {}
        self._serial = 0
        self.is_idle = True
        """Whether no fault is active; read by every request."""
        self.reset()

    def __iter__(self) -> Iterator[ActiveFault]:
        return iter(tuple(self._active.values()))

    def get(self, fault_id: str) -> ActiveFault:
        """Return the fault with that id. Raise `LookupError` if unknown."""
        try:
            return self._active[fault_id]
        except KeyError as error:
            raise LookupError(f"Fault {fault_id!r} does not exist or was removed.") from error

    def add(self, fault: "AnyFault", source: str = "control") -> ActiveFault:
        """Activate *fault*. Raise `TooManyFaultsError` if there are 100 already."""
        if len(self._active) >= MAX_FAULTS:
            raise TooManyFaultsError(
                f"{MAX_FAULTS} faults are active. Remove one with DELETE /__admin/faults."
            )
        self._serial += 1
        return self._activate(f"fault-{self._serial}", fault, source)

    def remove(self, fault_id: str) -> ActiveFault:
        """Remove a fault and return it with its counts. Raise `LookupError` if unknown."""
        removed = self.get(fault_id)
        del self._active[fault_id]
        self._update()
        return removed

    def clear(self) -> None:
        """Remove every fault, including those of the scenario."""
        self._active.clear()
        self._update()

    def reset(self) -> None:
        """Restore the faults of the scenario, with counters at zero."""
        self._active.clear()
        self._serial = 0
        for number, fault in enumerate(self._scenario, 1):
            self._activate(f"scenario-{number}", fault, "scenario")
        self._update()

    def decide(self, request_info: RequestInfo, now: datetime) -> list[Decision]:
        """Count the request and return the faults to apply, outermost first."""
        decisions = [each.decide(request_info, now, self._seed) for each in self._active.values()]
        return sort_by_stage(each for each in decisions if each is not None)

    def _activate(self, fault_id: str, fault: "AnyFault", source: str) -> ActiveFault:
        active = self._active[fault_id] = ActiveFault(fault_id, fault, source)
        self._update()
        return active

    def _update(self) -> None:
        self.is_idle = not self._active


def sort_by_stage(decisions: Iterable[Decision]) -> list[Decision]:
    """Return *decisions* sorted by stage; the order within a stage is unchanged."""
    return sorted(decisions, key=lambda each: each.fault.stage)
