"""Fixtures for commands, and servers for them."""

import os
from collections.abc import Callable, Generator

import pytest
from click.testing import CliRunner, Result

from mockapi import MockApi, Settings, create_app, serve_in_thread
from mockapi.cli import cli


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    """Remove the settings of the environment."""
    for name in [name for name in os.environ if name.startswith("MOCKAPI_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    with serve_in_thread(create_app(Settings(scenario="demo"))) as url:
        yield url


@pytest.fixture
def server(address, monkeypatch) -> MockApi:
    """Reset the running server, and make it the default of commands."""
    monkeypatch.setenv("MOCKAPI_URL", address)
    server = MockApi(address)
    server.reset()
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
