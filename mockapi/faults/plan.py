"""Keeps the faults of one world: which are on, what they have counted, whom they strike next."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockapi.domain import ids
from mockapi.faults.context import AppliedFault, RequestInfo
from mockapi.faults.model import OK

if TYPE_CHECKING:
    from mockapi.faults.base import FaultBase
    from mockapi.faults.kinds import AnyFault


MAX_FAULTS = 100
"""Faults that a world can have at once: each request is compared with all of them."""
_MOST_APART = 10_000
"""Clients, customers or sites that a fault counts apart; the oldest is forgotten first."""


class TooManyFaultsError(Exception):
    """A world has as many faults as it can."""


@dataclass
class ActiveFault:
    """A fault that is on; *source* says who switched it on: `scenario`, `control`, a preset."""

    id: str
    fault: "FaultBase"
    source: str
    matched: int = 0
    hits: int = 0
    state: dict[Any, Any] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)
    _strikes: Counter[str] = field(default_factory=Counter)

    def decide(self, request_info: RequestInfo, now: datetime, seed: int) -> "Decision | None":
        """Count *request_info* if it matches; return how it is struck, or None."""
        fault = self.fault
        if not (
            fault.when.is_open(now)
            and fault.match.matches(request_info)
            and fault.applies_to(request_info)
        ):
            return None
        self.matched += 1
        apart = _apart(fault, request_info)
        self._numbers[apart] += 1
        if len(self._numbers) > _MOST_APART:
            oldest = next(iter(self._numbers))
            del self._numbers[oldest], self._strikes[oldest]
        number = self._numbers[apart]
        key = (seed if fault.when.seed is None else fault.when.seed, self._name(), apart, number)
        outcome = fault.when.outcome(number, self._strikes[apart], lambda: _draw(key))
        if outcome == OK:
            return None
        self._strikes[apart] += 1
        if isinstance(outcome, int):
            fault = fault.with_status(outcome)
        return Decision(AppliedFault(self.id, self._kind()), fault, key, self)

    def miss(self, key: Sequence[object]) -> None:
        """Take a strike back that found nothing to strike."""
        self.hits -= 1
        *_, apart, _ = key
        self._strikes[str(apart)] -= 1

    def _kind(self) -> str:
        return str(type(self.fault).model_fields["kind"].default)

    def _name(self) -> str:
        # With a seed of its own a fault draws alike wherever and whenever it is switched on.
        return self.id if self.fault.when.seed is None else self._kind()


@dataclass(frozen=True)
class Decision:
    """That a fault strikes a request; *standing* is None for one that is on for it alone."""

    struck: AppliedFault
    fault: "FaultBase"
    key: Sequence[object]
    standing: ActiveFault | None = None


def _apart(fault: "FaultBase", request_info: RequestInfo) -> str:
    """Return what *request_info* is counted under."""
    if fault.when.per is None:
        return ""
    if fault.when.per == "customer":
        return request_info.customer[0] if request_info.customer else ""
    return str(getattr(request_info, fault.when.per) or "")


def _draw(key: Sequence[object]) -> float:
    seed, *path = key
    return int.from_bytes(ids.digest(int(str(seed)), "strikes", *path, size=8)) / 2**64


class FaultPlan:
    """The faults of one world, in the order in which they were switched on."""

    def __init__(self, seed: int, scenario: "Iterable[AnyFault]" = ()) -> None:
        self._seed = seed
        self._scenario = tuple(scenario)
        self._standing: dict[str, ActiveFault] = {}
        self._serial = 0
        self.is_idle = True
        """Whether nothing is on: the one thing that every request asks."""
        self.reset()

    def __iter__(self) -> Iterator[ActiveFault]:
        return iter(tuple(self._standing.values()))

    def get(self, fault_id: str) -> ActiveFault:
        """Return the fault with that id; a stranger raises `LookupError`."""
        try:
            return self._standing[fault_id]
        except KeyError as error:
            raise LookupError(f"No fault has the id {fault_id!r}; it may be lifted.") from error

    def add(self, fault: "AnyFault", source: str = "control") -> ActiveFault:
        """Let *fault* strike from now on; raise `TooManyFaultsError` beyond a hundred of them."""
        if len(self._standing) >= MAX_FAULTS:
            raise TooManyFaultsError(
                f"{MAX_FAULTS} faults are on. Remove one with DELETE /__admin/faults."
            )
        self._serial += 1
        return self._activate(f"fault-{self._serial}", fault, source)

    def remove(self, fault_id: str) -> ActiveFault:
        """Lift one fault and return its last counts; a stranger raises `LookupError`."""
        lifted = self.get(fault_id)
        del self._standing[fault_id]
        self._note()
        return lifted

    def clear(self) -> None:
        """Lift every fault, the scenario's too."""
        self._standing.clear()
        self._note()

    def reset(self) -> None:
        """Put the plan back to the scenario's own faults, none of which has struck yet."""
        self._standing.clear()
        self._serial = 0
        for number, fault in enumerate(self._scenario, 1):
            self._activate(f"scenario-{number}", fault, "scenario")
        self._note()

    def decide(self, request_info: RequestInfo, now: datetime) -> list[Decision]:
        """Return what strikes *request_info*, the outermost first; every match is counted."""
        decided = [each.decide(request_info, now, self._seed) for each in self._standing.values()]
        return sort_by_stage(each for each in decided if each is not None)

    def _activate(self, fault_id: str, fault: "AnyFault", source: str) -> ActiveFault:
        standing = self._standing[fault_id] = ActiveFault(fault_id, fault, source)
        self._note()
        return standing

    def _note(self) -> None:
        self.is_idle = not self._standing


def sort_by_stage(decisions: Iterable[Decision]) -> list[Decision]:
    """Return *decisions* by the stages of their faults; those of one stage keep their order."""
    return sorted(decisions, key=lambda each: each.fault.stage)
