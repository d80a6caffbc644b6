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


MOST = 100
"""Faults that a world can have at once: each request is compared with all of them."""
_MOST_APART = 10_000
"""Clients, customers or sites that a fault counts apart; the oldest is forgotten first."""


class TooManyFaults(Exception):
    """A world has as many faults as it can."""


@dataclass
class StandingFault:
    """A fault that is on; *source* says who switched it on: `scenario`, `control`, a preset."""

    id: str
    fault: "FaultBase"
    source: str
    matched: int = 0
    hits: int = 0
    state: dict[Any, Any] = field(default_factory=dict)
    _numbers: Counter[str] = field(default_factory=Counter)
    _strikes: Counter[str] = field(default_factory=Counter)

    def decide(self, subject: RequestInfo, now: datetime, seed: int) -> "Decision | None":
        """Count *subject* if it matches; return how it is struck, or None."""
        fault = self.fault
        if not (fault.when.is_open(now) and fault.match.fits(subject) and fault.suits(subject)):
            return None
        self.matched += 1
        apart = _apart(fault, subject)
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
    standing: StandingFault | None = None


def _apart(fault: "FaultBase", subject: RequestInfo) -> str:
    """Return what *subject* is counted under."""
    if fault.when.per is None:
        return ""
    if fault.when.per == "customer":
        return subject.customer[0] if subject.customer else ""
    return str(getattr(subject, fault.when.per) or "")


def _draw(key: Sequence[object]) -> float:
    seed, *path = key
    return int.from_bytes(ids.digest(int(str(seed)), "strikes", *path, size=8)) / 2**64


class FaultPlan:
    """The faults of one world, in the order in which they were switched on."""

    def __init__(self, seed: int, scenario: "Iterable[AnyFault]" = ()) -> None:
        self._seed = seed
        self._scenario = tuple(scenario)
        self._standing: dict[str, StandingFault] = {}
        self._serial = 0
        self.is_idle = True
        """Whether nothing is on: the one thing that every request asks."""
        self.reset()

    def __iter__(self) -> Iterator[StandingFault]:
        return iter(tuple(self._standing.values()))

    def get(self, fault_id: str) -> StandingFault:
        """Return the fault with that id; a stranger raises `LookupError`."""
        try:
            return self._standing[fault_id]
        except KeyError as error:
            raise LookupError(f"No fault has the id {fault_id!r}; it may be lifted.") from error

    def switch_on(self, fault: "AnyFault", source: str = "control") -> StandingFault:
        """Let *fault* strike from now on; raise `TooManyFaults` beyond a hundred of them."""
        if len(self._standing) >= MOST:
            raise TooManyFaults(f"{MOST} faults are on. Remove one with DELETE /__admin/faults.")
        self._serial += 1
        return self._add(f"fault-{self._serial}", fault, source)

    def lift(self, fault_id: str) -> StandingFault:
        """Lift one fault and return its last counts; a stranger raises `LookupError`."""
        lifted = self.get(fault_id)
        del self._standing[fault_id]
        self._note()
        return lifted

    def lift_all(self) -> None:
        """Lift every fault, the scenario's too."""
        self._standing.clear()
        self._note()

    def reset(self) -> None:
        """Put the plan back to the scenario's own faults, none of which has struck yet."""
        self._standing.clear()
        self._serial = 0
        for number, fault in enumerate(self._scenario, 1):
            self._add(f"scenario-{number}", fault, "scenario")
        self._note()

    def decide(self, subject: RequestInfo, now: datetime) -> list[Decision]:
        """Return what strikes *subject*, the outermost first; every match is counted."""
        decided = [each.decide(subject, now, self._seed) for each in self._standing.values()]
        return in_order(each for each in decided if each is not None)

    def _add(self, fault_id: str, fault: "AnyFault", source: str) -> StandingFault:
        standing = self._standing[fault_id] = StandingFault(fault_id, fault, source)
        self._note()
        return standing

    def _note(self) -> None:
        self.is_idle = not self._standing


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Return *decisions* by the stages of their faults; those of one stage keep their order."""
    return sorted(decisions, key=lambda each: each.fault.stage)
