"""Report section of a failed test: the last requests of its worlds."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from mockapi.testing.options import lines_wanted

if TYPE_CHECKING:
    from mockapi.client import MockApi

_SENTENCES = ("detail", "error_description", "faultstring")
_WORLDS = pytest.StashKey["list[MockApi]"]()


def note(test: pytest.Item, world: "MockApi") -> None:
    """Remember that *test* has a *world*, to tell of it if the test fails."""
    test.stash.setdefault(_WORLDS, []).append(world)


def forget(test: pytest.Item, world: "MockApi") -> None:
    """Tell nothing of a *world* that is about to be deleted."""
    test.stash[_WORLDS].remove(world)


def tell(test: pytest.Item, report: pytest.TestReport) -> None:
    """Add a section for each world that *test* has to the report of its failure."""
    worlds = test.stash.get(_WORLDS, [])
    if not report.failed or not lines_wanted():
        return
    for world in worlds:
        report.sections.append((f"mockapi requests to {world.url}", _text(world)))


def _text(world: "MockApi") -> str:
    # Imported lazily: the plugin imports this module in every pytest run of the environment.
    from mockapi.client import MockApiError

    try:
        entries = world.journal(limit=lines_wanted())
        lines = [line for each in entries for line in _lines(world, each)]
    except (MockApiError, OSError) as error:
        return f"The journal cannot be read. {error}"
    if not entries:
        return "No request came."
    earlier = entries[0]["number"] - 1
    before = [f"  {earlier} earlier ..."] if earlier else []
    return "\n".join([*before, *lines])


def _lines(world: "MockApi", entry: dict[str, Any]) -> Iterator[str]:
    """Yield what a request was and how it was answered, then when by both clocks."""
    query = f"?{urlencode([*map(tuple, entry['query'])])}" if entry["query"] else ""
    yield f"  {entry['number']}. {entry['method']} {entry['path']}{query} -> {_outcome(entry)}"
    reason = _reason(world, entry)
    if reason is not None:
        yield f"     {reason}"
    gap = "" if entry["gap_ms"] is None else f", {entry['gap_ms']:.0f} ms after the answer before"
    yield (
        f"     world time {entry['at']}, real time {entry['real_at']}, "
        f"took {entry['duration_ms']:.0f} ms{gap}"
    )


def _outcome(entry: dict[str, Any]) -> str:
    status = "no answer" if entry["status"] is None else str(entry["status"])
    words = f"{status} {entry['error']}" if entry["error"] else status
    faults = ", ".join(each["kind"] for each in entry["faults"])
    return f"{words} (fault: {faults})" if faults else words


def _reason(world: "MockApi", entry: dict[str, Any]) -> str | None:
    """Return the sentence of a refusal in any of its forms: a problem, OAuth's, Apigee's."""
    if (entry["status"] or 0) < HTTPStatus.BAD_REQUEST:
        return None
    text = world.journal_entry(entry["number"])["response_body"]["text"]
    try:
        body = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    fault = body.get("fault") if isinstance(body, dict) else None
    parts = [each for each in (body, fault) if isinstance(each, dict)]
    said = [each[name] for each in parts for name in _SENTENCES if isinstance(each.get(name), str)]
    if not said:
        return None
    invalid = [f"{each['path']}: {each['reason']}" for each in body.get("invalid-params", ())]
    return "; ".join([said[0].rstrip("."), *invalid])
