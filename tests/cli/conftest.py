"""Servers for the commands to talk to, and the commands themselves."""

import os
from collections.abc import Callable, Generator

import pytest
from click.testing import CliRunner, Result

from mockapi import MockApi, Settings, create_app, serve_in_thread
from mockapi.cli import cli


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    """Nothing in the environment chooses another server."""
    for name in [name for name in os.environ if name.startswith("MOCKAPI_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    with serve_in_thread(create_app(Settings(scenario="demo"))) as url:
        yield url


@pytest.fixture
def server(address, monkeypatch) -> MockApi:
    """A running server, put back to its beginning, that commands find by themselves."""
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
def told(run) -> Callable[..., str]:
    """Return what a command that does well prints."""

    def told(*words: str) -> str:
        result = run(*words)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    return told
