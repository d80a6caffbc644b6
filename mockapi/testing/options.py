"""Takes what pytest is told about mockapi: on the command line, in the environment, in its file.

An option is the environment variable of its name for the length of the run. So what is left open
by a marker and by a `Settings(...)` of the suite's own follows the command line, then the
environment, then the file; and workers and commands that a test starts follow it, too.
"""

import os
from pathlib import Path

import pytest

from mockapi.environment import variable

OPTIONS = {
    "scenario": "a shipped scenario, or a path to a file",
    "seed": "replaces the scenario's seed",
    "edition": "replaces the scenario's edition of the APIs",
    "clock": "an instant to stand still at, or `system`; replaces the scenario's clock",
    "url": "a server elsewhere, where each test then makes its worlds",
    "report": "how many of the journal's last requests a failed test shows; 0 for none",
}
LINES = 20
SPEAKERS = pytest.StashKey[dict[str, str]]()


def add_options(parser: pytest.Parser) -> None:
    """Make each option known, on the command line and in pytest's file."""
    group = parser.getgroup("mockapi", "a world of mockapi for every test")
    for word, meaning in OPTIONS.items():
        group.addoption(f"--mockapi-{word}", metavar=word.upper(), help=meaning)
        parser.addini(f"mockapi_{word}", f"{meaning} (MOCKAPI_{word.upper()})")


def put_into_environment(config: pytest.Config) -> None:
    """Let the environment say what the command line or the file says, until the run ends."""
    environment = pytest.MonkeyPatch()
    config.add_cleanup(environment.undo)
    speakers = config.stash.setdefault(SPEAKERS, {})
    for word in OPTIONS:
        name = f"MOCKAPI_{word.upper()}"
        speakers[word] = name
        told: str | None = config.getoption(f"mockapi_{word}")
        in_the_file = _in_the_file(config, word)
        if told is not None:
            speakers[word] = f"--mockapi-{word}"
        # A worker's environment says already what the file says.
        elif in_the_file is not None and os.environ.get(name, "").strip() in ("", in_the_file):
            told = in_the_file
            file = config.inipath.name if config.inipath else "pytest's file"
            speakers[word] = f"mockapi_{word} in {file}"
        if told is not None:
            environment.setenv(name, told)
    lines = variable("REPORT") or str(LINES)
    if not lines.isdecimal():
        raise pytest.UsageError(
            f"{speakers['report']}: {lines!r} is no number of requests; write {LINES}, or 0."
        )


def _in_the_file(config: pytest.Config, word: str) -> str | None:
    told: str = config.getini(f"mockapi_{word}")
    if word == "scenario" and config.inipath is not None:
        return beside(told, config.inipath) or None
    return told or None


def speaker(config: pytest.Config, word: str) -> str:
    """Return who says what the environment says of *word*: an option, pytest's file, a variable."""
    return config.stash[SPEAKERS].get(word, f"MOCKAPI_{word.upper()}")


def beside(scenario: str, file: Path) -> str:
    """Return the path of a *scenario* beside *file*, where there is one; else as stated."""
    # Imported lazily: every pytest run of the environment would pay for the client.
    from mockapi.client.transport import is_scenario_file

    place = file.parent / scenario
    return str(place) if is_scenario_file(scenario) and place.is_file() else scenario


def lines_wanted() -> int:
    """Return how many requests a failed test shows."""
    return int(variable("REPORT") or LINES)
