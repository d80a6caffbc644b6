"""Options of the pytest plugin: command line, environment and pytest's configuration file.

For the duration of the run an option becomes the environment variable of the same name.
Settings that a marker or a `Settings(...)` does not give therefore come from the command line,
then the environment, then the file. Workers and commands that a test starts use them too.
"""

import os
from pathlib import Path

import pytest

from mockapi.environment import variable

OPTIONS = {
    "scenario": "name of a shipped scenario, or path to a file",
    "seed": "replaces the scenario's seed",
    "edition": "replaces the scenario's edition of the APIs",
    "clock": "instant to freeze the clock at, or `system`; replaces the scenario's clock",
    "url": "URL of a running server that creates the worlds of the tests",
    "report": "number of journal entries that the report of a failed test shows; 0 for none",
}
DEFAULT_REPORT_LIMIT = 20
OPTION_SOURCES = pytest.StashKey[dict[str, str]]()


def add_options(parser: pytest.Parser) -> None:
    """Add the options to pytest's command line and configuration file."""
    group = parser.getgroup("mockapi", "a mockapi world for every test")
    for name, description in OPTIONS.items():
        group.addoption(f"--mockapi-{name}", metavar=name.upper(), help=description)
        parser.addini(f"mockapi_{name}", f"{description} (MOCKAPI_{name.upper()})")


def export_to_environment(config: pytest.Config) -> None:
    """Set the environment variables of all given options until the run ends."""
    environment = pytest.MonkeyPatch()
    config.add_cleanup(environment.undo)
    sources = config.stash.setdefault(OPTION_SOURCES, {})
    for option in OPTIONS:
        name = f"MOCKAPI_{option.upper()}"
        sources[option] = name
        value: str | None = config.getoption(f"mockapi_{option}")
        in_file = _value_in_file(config, option)
        if value is not None:
            sources[option] = f"--mockapi-{option}"
        # The environment of a worker already has the value of the file.
        elif in_file is not None and os.environ.get(name, "").strip() in ("", in_file):
            value = in_file
            file = config.inipath.name if config.inipath else "pytest's file"
            sources[option] = f"mockapi_{option} in {file}"
        if value is not None:
            environment.setenv(name, value)
    limit = variable("REPORT") or str(DEFAULT_REPORT_LIMIT)
    if not limit.isdecimal():
        raise pytest.UsageError(
            f"{sources['report']}: {limit!r} is not a whole number of requests. "
            f"Use for example {DEFAULT_REPORT_LIMIT}, or 0 for none."
        )


def _value_in_file(config: pytest.Config, option: str) -> str | None:
    value: str = config.getini(f"mockapi_{option}")
    if option == "scenario" and config.inipath is not None:
        return resolve_scenario(value, config.inipath) or None
    return value or None


def option_source(config: pytest.Config, option: str) -> str:
    """Return where *option* is given: `--mockapi-seed`, `mockapi_seed in FILE` or a variable."""
    return config.stash[OPTION_SOURCES].get(option, f"MOCKAPI_{option.upper()}")


def resolve_scenario(scenario: str, file: Path) -> str:
    """Return the path of *scenario* relative to *file* if that file exists, else *scenario*."""
    # Imported lazily: every pytest run of the environment would import the client.
    from mockapi.client.transport import is_scenario_file

    path = file.parent / scenario
    return str(path) if is_scenario_file(scenario) and path.is_file() else scenario


def report_limit() -> int:
    """Return the number of requests that the report of a failed test shows."""
    return int(variable("REPORT") or DEFAULT_REPORT_LIMIT)
