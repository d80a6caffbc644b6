"""Commands, and the server that they use."""

import os
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from mockapi import MockApi
from mockapi.cli import cli


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    """Remove the settings of the environment."""
    for name in [name for name in os.environ if name.startswith("MOCKAPI_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def server(server, monkeypatch) -> MockApi:
    """The demo on a port, the default server of commands."""
    monkeypatch.setenv("MOCKAPI_URL", server.url)
    return server


@pytest.fixture
def run() -> Callable[..., Result]:
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, words, prog_name="mockapi")

    return run


@pytest.fixture
def output_of(run) -> Callable[..., str]:
    """Return the output of a command that succeeds."""

    def output_of(*words: str) -> str:
        result = run(*words)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    return output_of
