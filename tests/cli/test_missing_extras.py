"""Commands without an optional package: one line with the pip command, and exit code 2."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mockapi.cli import COMMANDS

PACKAGES = {
    "mcp": "mcp",
    "metrics": "prometheus_client",
    "parquet": "pyarrow",
    "testcontainers": "testcontainers",
    "tls": "trustme",
    "traces": "opentelemetry.sdk",
    "watch": "watchfiles",
}
"""The package that each extra installs."""

GET = "get /ecostruxure/scoring/v1/sites"
USES = [
    ("mcp", "mcp", {}),
    ("mcp", "serve --port 0 --mcp", {}),
    ("mcp", "serve --port 0", {"MOCKAPI_MCP": "true"}),
    ("mcp", GET, {"MOCKAPI_MCP": "true"}),
    ("metrics", "serve --port 0 --metrics", {}),
    ("metrics", "mcp", {"MOCKAPI_METRICS": "true"}),
    ("metrics", GET, {"MOCKAPI_METRICS": "true"}),
    ("parquet", "export --out readings.parquet", {}),
    ("parquet", "export --format parquet --out readings", {}),
    ("parquet", "export --partition site --out folder", {}),
    ("parquet", "export --partition month --out folder --jobs 2", {}),
    ("tls", "serve --port 0 --tls", {}),
    ("watch", "serve --port 0 --watch", {}),
]
"""Uses of an extra: a command and its environment."""


def run_without(
    packages: list[str], program: str, words: list[str], folder: Path, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run *program* with the arguments *words* in a process that cannot import *packages*."""
    inherited = {name: each for name, each in os.environ.items() if not name.startswith("MOCKAPI_")}
    blocked = f"import sys; sys.modules.update(dict.fromkeys({packages}))\n"
    return subprocess.run(
        [sys.executable, "-c", blocked + program, *words],
        cwd=folder,
        env=inherited | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


COMMAND = "from mockapi.__main__ import main; main()"
ALL_HELP = """
import click.testing
from mockapi.cli import COMMANDS, cli

for command in COMMANDS:
    result = click.testing.CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0, (command, result.exception)
print(len(COMMANDS))
"""


def test_all_extras_are_listed():
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    assert {*PACKAGES, "dev"} == set(project["optional-dependencies"])


@pytest.mark.parametrize(("extra", "command", "variables"), USES)
def test_command_without_its_extra_prints_one_line(extra, command, variables, tmp_path):
    run = run_without([PACKAGES[extra]], COMMAND, command.split(), tmp_path, variables)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.count("\n") == 1
    assert run.stderr.endswith(f"Run pip install 'mockapi-ecostruxure[{extra}]'.\n")
    assert list(tmp_path.iterdir()) == []


def test_help_of_every_command_needs_no_extra(tmp_path):
    run = run_without(list(PACKAGES.values()), ALL_HELP, [], tmp_path, {})
    assert (run.stdout, run.stderr) == (f"{len(COMMANDS)}\n", "")


@pytest.mark.parametrize("command", [GET, "describe demo", "doctor", "check demo"])
def test_command_without_any_extra_works(command, tmp_path):
    variables = {"MOCKAPI_PORT": "0"}
    run = run_without(list(PACKAGES.values()), COMMAND, command.split(), tmp_path, variables)
    assert (run.returncode, run.stderr) == (0, "")
