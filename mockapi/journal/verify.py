"""Holds what was asked against what should have been, and shows the nearest misses."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from mockapi.journal.entry import Entry
from mockapi.journal.matching import Difference, Matcher

_NEAREST = 3
_SHOWN = 20
_MOST_DIFFERENCES = 50
_MOST_COMPARED = 50


@dataclass(frozen=True)
class NearMiss:
    """A request that came close, and in what it differs."""

    entry: Entry
    differences: Sequence[Difference]


@dataclass(frozen=True)
class VerifyResult:
    """Whether the expectation holds; *text* says why not, for a person."""

    verified: bool
    matched: Sequence[int]
    near_misses: Sequence[NearMiss]
    text: str


@dataclass(frozen=True)
class Count:
    """How often a request should have come; from *at_least* on, and up to *at_most*."""

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
    """Tell whether *matcher* is met by as many of *entries* as *count* wants."""
    matched = [entry for entry in entries if matcher.matches(entry)]
    numbers = [entry.number for entry in matched]
    if count.holds(len(matched)):
        return VerifyResult(True, numbers, (), "")
    came = _came(numbers)
    lines = [f"Expected {matcher} {count}; {came}"]
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
    """Tell whether requests that meet *steps* came one after the other; others may lie between."""
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
            came = f"came as request {numbers[nth]}" if nth < index else "did not come"
            lines.append(f"  {nth + 1}. {each}: {came if nth <= index else 'not looked for'}")
        earlier = [entry for entry in entries[:place] if step.matches(entry)]
        if earlier:
            lines.append(f"Step {index + 1} came too early:")
            lines += [_line(entry) for entry in earlier[-_NEAREST:]]
        near_misses = nearest(entries[place:], step)
        lines += _misses_text(near_misses, len(entries) - place)
        return VerifyResult(False, numbers, near_misses, "\n".join(lines))
    return VerifyResult(True, numbers, (), "")


def nearest(entries: Sequence[Entry], matcher: Matcher) -> Sequence[NearMiss]:
    """Return the requests that miss *matcher* by the least, the newest first among equals."""
    every = (
        NearMiss(entry, tuple(islice(matcher.differences(entry), _MOST_DIFFERENCES)))
        for entry in reversed(entries)
    )
    near_misses = sorted((miss for miss in every if miss.differences), key=_rank)
    # The distance of texts takes far longer: it only orders those that are near.
    candidates = near_misses[:_MOST_COMPARED]
    return sorted(candidates, key=lambda miss: (*_rank(miss), _distance(miss)))[:_NEAREST]


def _rank(miss: NearMiss) -> tuple[int, bool]:
    """Return what misses are ordered by; with as many differences, another operation is last."""
    return len(miss.differences), miss.differences[0].field == "operation"


def _distance(miss: NearMiss) -> float:
    return round(sum(each.distance for each in miss.differences), 3)


def _misses_text(near_misses: Sequence[NearMiss], looked_at: int) -> list[str]:
    if not looked_at:
        return ["No other request came."]
    if not near_misses:
        return []
    lines = ["Nearest misses:" if len(near_misses) > 1 else "Nearest miss:"]
    for miss in near_misses:
        lines.append(_line(miss.entry))
        lines += [f"      {each}" for each in miss.differences]
    return lines


def _line(entry: Entry) -> str:
    return f"  {entry.number}. {entry.method} {entry.target} -> {entry.outcome}"


def _came(numbers: Sequence[int]) -> str:
    if not numbers:
        return "it never came."
    shown = ", ".join(map(str, numbers[:_SHOWN])) + (", ..." if len(numbers) > _SHOWN else "")
    word = "request" if len(numbers) == 1 else "requests"
    return f"it came {_times(len(numbers))} ({word} {shown})."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
