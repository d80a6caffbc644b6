"""Shows with a failed test what its client asked last."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from mockapi.pytest_plugin.options import lines_wanted

if TYPE_CHECKING:
    from mockapi.handle import MockApi

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
    from mockapi.handle import MockApiError

    try:
        entries = world.journal(limit=lines_wanted())
    except (MockApiError, OSError) as error:
        return f"The journal cannot be read. {error}"
    if not entries:
        return "No request came."
    earlier = entries[0]["number"] - 1
    before = [f"  {earlier} earlier ..."] if earlier else []
    return "\n".join([*before, *map(_line, entries)])


def _line(entry: dict[str, Any]) -> str:
    query = f"?{urlencode([*map(tuple, entry['query'])])}" if entry["query"] else ""
    status = "no answer" if entry["status"] is None else entry["status"]
    faults = f"  [{', '.join(each['kind'] for each in entry['faults'])}]" if entry["faults"] else ""
    return f"  {entry['number']}. {entry['method']} {entry['path']}{query} -> {status}{faults}"
