"""Verification of expected requests, with the nearest misses if it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from mockapi.journal.entry import Entry
from mockapi.journal.matching import Difference, Matcher

_NEAREST = 3
_SHOWN = 20
_MAX_DIFFERENCES = 50
_MAX_COMPARED = 50


@dataclass(frozen=True)
class NearMiss:
    """A request that almost matches, and its differences."""

    entry: Entry
    differences: Sequence[Difference]


@dataclass(frozen=True)
class VerifyResult:
    """The result of a verification; *text* explains a failure."""

    verified: bool
    matched: Sequence[int]
    near_misses: Sequence[NearMiss]
    text: str


@dataclass(frozen=True)
class Count:
    """The expected number of requests: from *at_least* to *at_most*."""

    at_least: int = 1
    at_most: int | None = None

    def holds(self, count: int) -> bool:
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)

    def __str__(self) -> str:
        if self.at_most is None:
            return f"at least {_times(self.at_least)}"
        if self.at_least == self.at_most:
            return "never" if self.at_most == 0 else f"exactly {_times(self.at_most)}"
        if self.at_least == 0:
            return f"at most {_times(self.at_most)}"
        return f"{self.at_least} to {_times(self.at_most)}"


def verify(entries: Sequence[Entry], matcher: Matcher, count: Count) -> VerifyResult:
    """Verify that the number of *entries* that match is as expected."""
    matched = [entry for entry in entries if matcher.matches(entry)]
    numbers = [entry.number for entry in matched]
    if count.holds(len(matched)):
        return VerifyResult(True, numbers, (), "")
    received = _received(numbers)
    lines = [f"Expected {matcher} {count}, {received}"]
    near_misses: Sequence[NearMiss] = ()
    if len(matched) < count.at_least:
        near_misses = nearest(entries, matcher)
        lines += _misses_text(near_misses, len(entries))
    else:
        lines += [_line(entry) for entry in matched[:_SHOWN]]
        if len(matched) > _SHOWN:
            lines.append(f"  and {len(matched) - _SHOWN} more")
    return VerifyResult(False, numbers, near_misses, "\n".join(lines))


def verify_order(entries: Sequence[Entry], steps: Sequence[Matcher]) -> VerifyResult:
    """Verify that requests match *steps* in this order; others may be in between."""
    numbers: list[int] = []
    place = 0
    for index, step in enumerate(steps):
        found = next((at for at in range(place, len(entries)) if step.matches(entries[at])), None)
        if found is not None:
            numbers.append(entries[found].number)
            place = found + 1
            continue
        lines = ["Expected in order:"]
        for nth, each in enumerate(steps):
            received = f"request {numbers[nth]}" if nth < index else "not received"
            lines.append(f"  {nth + 1}. {each}: {received if nth <= index else 'not checked'}")
        earlier = [entry for entry in entries[:place] if step.matches(entry)]
        if earlier:
            lines.append(f"Step {index + 1} was received too early:")
            lines += [_line(entry) for entry in earlier[-_NEAREST:]]
        near_misses = nearest(entries[place:], step)
        lines += _misses_text(near_misses, len(entries) - place)
        return VerifyResult(False, numbers, near_misses, "\n".join(lines))
    return VerifyResult(True, numbers, (), "")


def nearest(entries: Sequence[Entry], matcher: Matcher) -> Sequence[NearMiss]:
    """Return the requests with the fewest differences, newest first among equals."""
    every = (
        NearMiss(entry, tuple(islice(matcher.differences(entry), _MAX_DIFFERENCES)))
        for entry in reversed(entries)
    )
    near_misses = sorted((miss for miss in every if miss.differences), key=_rank)
    # The distance of texts is expensive, so that it only orders the nearest ones.
    candidates = near_misses[:_MAX_COMPARED]
    return sorted(candidates, key=lambda miss: (*_rank(miss), _distance(miss)))[:_NEAREST]


def _rank(miss: NearMiss) -> tuple[int, bool]:
    """Return the sort key: the number of differences, then whether the operation differs."""
    return len(miss.differences), miss.differences[0].field == "operation"


def _distance(miss: NearMiss) -> float:
    return round(sum(each.distance for each in miss.differences), 3)


def _misses_text(near_misses: Sequence[NearMiss], examined: int) -> list[str]:
    if not examined:
        return ["No other requests were received."]
    if not near_misses:
        return []
    lines = ["Nearest misses:" if len(near_misses) > 1 else "Nearest miss:"]
    for miss in near_misses:
        lines.append(_line(miss.entry))
        lines += [f"      {each}" for each in miss.differences]
    return lines


def _line(entry: Entry) -> str:
    return f"  {entry.number}. {entry.method} {entry.target} -> {entry.outcome}"


def _received(numbers: Sequence[int]) -> str:
    if not numbers:
        return "received none."
    shown = ", ".join(map(str, numbers[:_SHOWN])) + (", ..." if len(numbers) > _SHOWN else "")
    word = "request" if len(numbers) == 1 else "requests"
    return f"received {len(numbers)} ({word} {shown})."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
