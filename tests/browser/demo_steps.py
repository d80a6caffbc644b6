"""Parser of the steps in `docs/demo.md`: actions and expected texts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "demo.md").read_text("utf-8")

_STEP = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^## |^To start again|\Z)", re.DOTALL | re.MULTILINE)
_LAST = re.compile(r"^To start again .*", re.DOTALL | re.MULTILINE)
_PART = re.compile(
    r"```bash\n(?P<run>.*?)```"
    r"|<(?P<open>http[^>]+)>"
    r"|\*\*(?P<name>.+?)\*\*"
    r"|(?<!\*)\*(?P<see>[^*]+)\*(?!\*)"
    r"|prints `(?P<prints>[^`]+)`"
    r"|`(?P<value>[^`]+)`"
    r"|(?P<verb>\b(?:[Cc]lick|[Ss]elect|[Cc]hoose|[Tt]ype)\b)",
    re.DOTALL,
)


class Action(NamedTuple):
    """Action or check: `click`, `select`, `choose`, `type`, `open`, `run`, `prints` or `see`.

    *target* is the name of a control, a URL, a command or a text. *value* is the input.
    """

    verb: str
    target: str
    value: str = ""


def steps() -> dict[str, list[Action]]:
    """Return the actions of each step by number, and of the last paragraph as `again`."""
    found = {number: list(_actions(text)) for number, text in _STEP.findall(TEXT)}
    return found | {"again": list(_actions(_LAST.findall(TEXT)[0]))}


def _actions(text: str) -> Iterator[Action]:
    """Yield the actions of a step. A name without a verb uses the previous verb."""
    verb = value = ""
    for part in _PART.finditer(text):
        kind, words = part.lastgroup or "", " ".join(part[0].split())
        if kind == "verb":
            verb = words.lower()
        elif kind == "value":
            value = part["value"]
        elif kind == "name":
            yield Action(verb, " ".join(part["name"].split()), value)
            value = ""
        elif kind == "run":
            yield Action("run", part["run"].strip())
        else:
            yield Action(kind, " ".join(part[kind].split()))
