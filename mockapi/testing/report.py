"""Report section of a failed test with the last requests of its worlds."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from mockapi.domain.text_matching import join_messages
from mockapi.environment import variable
from mockapi.testing.options import report_limit

if TYPE_CHECKING:
    from mockapi.client import MockApi

_MESSAGE_MEMBERS = ("detail", "error_description", "faultstring")
_LONGEST_NAME = 150
_WORLDS = pytest.StashKey["list[MockApi]"]()


def register_world(test: pytest.Item, world: "MockApi") -> None:
    """Add *world* to the report of *test*."""
    test.stash.setdefault(_WORLDS, []).append(world)


def unregister_world(test: pytest.Item, world: "MockApi") -> None:
    """Remove *world* from the report of *test*, because it will be deleted."""
    test.stash[_WORLDS].remove(world)


def add_sections(test: pytest.Item, report: pytest.TestReport) -> None:
    """Add a section per world of *test* to the *report* if it failed."""
    worlds = test.stash.get(_WORLDS, [])
    if not report.failed or not report_limit():
        return
    for world in worlds:
        report.sections.append((f"mockapi requests to {world.url}", _text(world)))


def write_files(test: pytest.Item, report: pytest.TestReport) -> None:
    """Write the requests (HAR) and the coverage of each world of *test* if it failed.

    The folder is `MOCKAPI_REPORT_DIR`; without it nothing is written. A folder that cannot be
    written to is an additional section of the *report*.
    """
    folder = variable("REPORT_DIR")
    worlds = test.stash.get(_WORLDS, [])
    if folder is None or not report.failed:
        return
    # Imported lazily: the plugin imports this module in every pytest run of the environment.
    from mockapi.client import MockApiError

    name = re.sub(r"[^A-Za-z0-9._-]+", "-", test.nodeid).strip("-")[-_LONGEST_NAME:]
    for number, world in enumerate(worlds, 1):
        path = Path(folder) / (name if number == 1 else f"{name}-{number}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            for ending, content in ((".har", world.har()), (".coverage.json", world.coverage())):
                path.with_name(path.name + ending).write_text(
                    json.dumps(content, indent=1), "utf-8"
                )
        except (MockApiError, OSError) as error:
            report.sections.append((f"mockapi report in {folder}", f"Not written: {error}"))


def _text(world: "MockApi") -> str:
    # Imported lazily: the plugin imports this module in every pytest run of the environment.
    from mockapi.client import MockApiError

    try:
        entries = world.journal(limit=report_limit())
        lines = [line for each in entries for line in _lines(world, each)]
    except (MockApiError, OSError) as error:
        return f"The journal could not be read. {error}"
    if not entries:
        return "No requests."
    earlier = entries[0]["number"] - 1
    header = [f"  {earlier} earlier ..."] if earlier else []
    return "\n".join([*header, *lines])


def _lines(world: "MockApi", entry: dict[str, Any]) -> Iterator[str]:
    """Yield the request with its outcome, the reason of an error, and the times of both clocks."""
    query = f"?{urlencode([*map(tuple, entry['query'])])}" if entry["query"] else ""
    yield f"  {entry['number']}. {entry['method']} {entry['path']}{query} -> {_outcome(entry)}"
    reason = _reason(world, entry)
    if reason is not None:
        yield f"     {reason}"
    gap = (
        "" if entry["gap_ms"] is None else f", {entry['gap_ms']:.0f} ms after the previous response"
    )
    yield (
        f"     world time {entry['at']}, real time {entry['real_at']}, "
        f"took {entry['duration_ms']:.0f} ms{gap}"
    )


def _outcome(entry: dict[str, Any]) -> str:
    status = "no response" if entry["status"] is None else str(entry["status"])
    outcome = f"{status} {entry['error']}" if entry["error"] else status
    faults = ", ".join(each["kind"] for each in entry["faults"])
    return f"{outcome} (fault: {faults})" if faults else outcome


def _reason(world: "MockApi", entry: dict[str, Any]) -> str | None:
    """Return the message of an error response: problem details, OAuth or Apigee."""
    if (entry["status"] or 0) < HTTPStatus.BAD_REQUEST:
        return None
    text = world.journal_entry(entry["number"])["response_body"]["text"]
    try:
        body = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    fault = body.get("fault") if isinstance(body, dict) else None
    parts = [each for each in (body, fault) if isinstance(each, dict)]
    found = [
        each[name] for each in parts for name in _MESSAGE_MEMBERS if isinstance(each.get(name), str)
    ]
    if not found:
        return None
    invalid = [f"{each['path']}: {each['reason']}" for each in body.get("invalid-params", ())]
    return join_messages([found[0], *invalid])
