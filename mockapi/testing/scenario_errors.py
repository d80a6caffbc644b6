"""Messages for a scenario that a test asks for and that does not exist or has mistakes."""

import os
from collections.abc import Sequence
from pathlib import Path

from mockapi.domain.suggestions import nearest
from mockapi.scenario.discovery import ENDINGS, find, offered
from mockapi.scenario.errors import ScenarioError


def absence(scenario: str, folders: Sequence[Path] = ()) -> str | None:
    """Return what to say of a *scenario* that is not to be found; None of one that is.

    A file was looked for in *folders*, too.
    """
    try:
        find(scenario)
    except ScenarioError as error:
        message = error.mistakes[0].message
    else:
        return None
    if scenario.endswith(ENDINGS):
        files = dict.fromkeys(
            os.path.abspath(folder / scenario)  # noqa: PTH100 - `..` is no part of an answer
            for folder in (*folders, Path())
        )
        return f"no such file; looked for {' and '.join(files)}"
    close = nearest(scenario, offered())
    return f"no such scenario; did you mean {close[0]}?" if close else message


def refusal(scenario: str, error: ScenarioError, folders: Sequence[Path] = ()) -> str:
    """Return why *scenario* is refused: it is not there, or it has mistakes."""
    absent = absence(scenario, folders)
    if absent is not None:
        return absent
    lines = str(error).splitlines()
    return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} mistakes", *lines])
