"""Words why there is no world of a scenario that a test asks for."""

import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from mockapi.scenario.finding import offered, place_of
from mockapi.scenario.mistakes import ScenarioError

_YAML = (".yaml", ".yml")


def absence(scenario: str, folders: Sequence[Path] = ()) -> str | None:
    """Return what to say of a *scenario* that is not to be found; None of one that is.

    A file was looked for in *folders*, too.
    """
    if place_of(scenario, Path()) is not None:
        return None
    if scenario.endswith(_YAML):
        files = dict.fromkeys(
            os.path.abspath(folder / scenario)  # noqa: PTH100 - `..` is no part of an answer
            for folder in (*folders, Path())
        )
        return f"there is no such file; looked for {' and '.join(files)}"
    names = list(offered())
    close = get_close_matches(scenario, names, n=1)
    if close:
        return f"there is no such scenario; did you mean {close[0]}?"
    return (
        f"there is no such scenario; there are {', '.join(names)}, and files whose names end in "
        f"{' or '.join(_YAML)}"
    )


def refusal(scenario: str, error: ScenarioError, folders: Sequence[Path] = ()) -> str:
    """Return why *scenario* is refused: it is not there, or it has mistakes."""
    absent = absence(scenario, folders)
    if absent is not None:
        return absent
    lines = str(error).splitlines()
    return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} mistakes", *lines])
