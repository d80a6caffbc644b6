"""Reads the steps of `docs/demo.md`: what is clicked, filled in and run, and what is then seen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "demo.md").read_text("utf-8")

_STEP = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^## |^To begin again|\Z)", re.DOTALL | re.MULTILINE)
_LAST = re.compile(r"^To begin again .*", re.DOTALL | re.MULTILINE)
_PART = re.compile(
    r"```bash\n(?P<run>.*?)```"
    r"|<(?P<open>http[^>]+)>"
    r"|\*\*(?P<name>.+?)\*\*"
    r"|(?<!\*)\*(?P<see>[^*]+)\*(?!\*)"
    r"|prints `(?P<prints>[^`]+)`"
    r"|`(?P<value>[^`]+)`"
    r"|(?P<verb>\b(?:[Cc]lick|[Tt]ick|[Cc]hoose|[Tt]ype)\b)",
    re.DOTALL,
)


class Act(NamedTuple):
    """One thing to do or to see: `click`, `tick`, `choose`, `type`, `open`, `run`, `prints`, `see`.

    *what* is the name of a control, an address, a command or a text; *value* what goes in there.
    """

    does: str
    what: str
    value: str = ""


def steps() -> dict[str, list[Act]]:
    """Return the acts of each step by its number, those of the last paragraph among them."""
    found = {number: list(_acts(text)) for number, text in _STEP.findall(TEXT)}
    return found | {"again": list(_acts(_LAST.findall(TEXT)[0]))}


def _acts(text: str) -> Iterator[Act]:
    """Yield the acts of a step; a name without a verb has that of the name before it."""
    verb = value = ""
    for part in _PART.finditer(text):
        kind, said = part.lastgroup or "", " ".join(part[0].split())
        if kind == "verb":
            verb = said.lower()
        elif kind == "value":
            value = part["value"]
        elif kind == "name":
            yield Act(verb, " ".join(part["name"].split()), value)
            value = ""
        elif kind == "run":
            yield Act("run", part["run"].strip())
        else:
            yield Act(kind, " ".join(part[kind].split()))
