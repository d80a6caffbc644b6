"""Page with a session of a coding agent, recorded with the client of the MCP SDK."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mcp import Client

import mockapi
from documents.markdown import block, page
from mockapi.mcp.mcp_server import create_mcp_server
from mockapi.mcp.tool_client import ToolClient

_SHOWN_URL = "http://127.0.0.1:8080"
_SHOWN_LINES = 24
_WORLD = "partner-client"

_CLIENT = """\
import json
from urllib.request import Request, urlopen


class PartnerClient:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def sites(self):
        headers = {"Authorization": f"Bearer {self.token}"}
        with urlopen(Request(f"{self.url}/sites", headers=headers)) as response:
            return json.load(response)
"""

_REPEATING_CLIENT = """\
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class PartnerClient:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def sites(self, attempts=3):
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            with urlopen(Request(f"{self.url}/sites", headers=headers)) as response:
                return json.load(response)
        except HTTPError as error:
            if error.code != 503 or attempts == 1:
                raise
        return self.sites(attempts - 1)
"""

_TEST = """\
import os
import unittest

from client import PartnerClient


class SitesTest(unittest.TestCase):
    def test_sites_are_listed_in_spite_of_a_503(self):
        client = PartnerClient(os.environ["PARTNER_URL"], os.environ["TOKEN"])
        self.assertEqual(len(client.sites()), 8)
"""


class AgentSession:
    """A session that collects what the agent says, calls, writes and sees."""

    def __init__(self, client: Client, url: str, folder: Path) -> None:
        self._client = client
        self._url = url
        self._folder = folder
        self.results: list[tuple[str, Any]] = []
        """Name of each called tool with its result; `python` for runs of the test."""
        self._parts: list[str] = []

    def say(self, text: str) -> None:
        self._parts.append(text)

    async def call(self, tool: str, **arguments: Any) -> Any:
        """Call *tool*, and return its structured result."""
        answer = await self._client.call_tool(tool, arguments)
        if answer.is_error:
            raise RuntimeError(f"{tool}: {answer.content}")
        found = answer.structured_content
        self.results.append((tool, found))
        self._parts.append(block("text", f"{tool}({_arguments(arguments)})"))
        self._parts.append(block("json", self._shortened(json.dumps(found, indent=2))))
        return found

    def write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, "utf-8")
        # Python code on pages is run by a test. This one needs the environment of the session.
        self._parts.append(block("text", f"# {name}\n{text}"))

    def run_test(self, credentials: dict[str, Any]) -> None:
        """Run the test, and keep the lines of its output that do not vary."""
        done = subprocess.run(
            [sys.executable, "-B", "-m", "unittest", "test_client"],
            cwd=self._folder,
            env={
                **os.environ,
                "PARTNER_URL": credentials["partner_url"],
                "TOKEN": credentials["access_token"],
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.results.append(("python", done.returncode))
        kept = ("ERROR:", "FAIL", "OK", "urllib.error")
        shown = [line for line in done.stderr.splitlines() if line.startswith(kept)]
        self._parts.append(block("text", "$ python -m unittest test_client\n" + "\n".join(shown)))

    def text(self) -> str:
        return "\n\n".join(self._parts).replace(self._url, _SHOWN_URL)

    def _shortened(self, text: str) -> str:
        lines = text.splitlines()
        if len(lines) > _SHOWN_LINES:
            lines = [*lines[:_SHOWN_LINES], f"... {len(lines) - _SHOWN_LINES} more lines"]
        return "\n".join(lines)


def _arguments(given: dict[str, Any]) -> str:
    return ", ".join(f"{name}={json.dumps(value)}" for name, value in given.items())


async def converse(session: AgentSession) -> None:
    """Let an agent write a client and a test that fails, find out why, and correct the client."""
    session.say(
        "The task: *Write a client that lists the sites of the Partner API and survives a 503.* "
        "The agent starts a world of its own, and gets credentials."
    )
    await session.call("start_world", name=_WORLD, scenario="demo")
    credentials = await session.call("get_credentials", world=_WORLD)
    session.say("It reads the reference of the operation.")
    await session.call("describe_operation", operation="listSites")
    session.say("It writes a first client, and a test.")
    session.write("client.py", _CLIENT)
    session.write("test_client.py", _TEST)
    session.say("The first request of the client shall fail, so it adds a fault.")
    fault = {"kind": "status", "operation": "listSites", "times": 1, "settings": {"status": 503}}
    await session.call("add_fault", **fault, world=_WORLD)
    session.run_test(credentials)
    session.say("The test fails. The journal shows what the client sent and what it received.")
    await session.call("list_requests", world=_WORLD)
    session.say("A second request is missing, as the verification confirms:")
    expected = {"operation": "listSites", "status": 200, "times": 1, "world": _WORLD}
    await session.call("verify_requests", **expected)
    session.say("The client has to repeat the request.")
    session.write("client.py", _REPEATING_CLIENT)
    session.say("A reset returns the world to its first state, with the same sites.")
    await session.call("reset_world", world=_WORLD)
    credentials = await session.call("get_credentials", world=_WORLD)
    await session.call("add_fault", **fault, world=_WORLD)
    session.run_test(credentials)
    session.say(
        "The test passes. The client repeated the request once, and lint finds no mistakes."
    )
    await session.call("verify_requests", **expected)
    await session.call("lint_requests", world=_WORLD)


def record() -> AgentSession:
    """Return a session with a server of its own, independent of the environment."""

    async def with_client(url: str, folder: Path) -> AgentSession:
        server = create_mcp_server(ToolClient(url).world_named)
        async with Client(server) as client:
            session = AgentSession(client, url, folder)
            await converse(session)
        return session

    with mockapi.run(scenario="demo") as server, tempfile.TemporaryDirectory() as folder:
        return asyncio.run(with_client(server.url, Path(folder)))


def page_text() -> str:
    return _page([record().text()])


def _page(parts: Iterable[str]) -> str:
    return page(
        "A session of a coding agent",
        "This session is played by a test, with the tools of `mockapi mcp` and the client of the "
        "official MCP SDK. Long results are shortened here. [Use it from a coding "
        "agent](../how-to/coding-agents.md) shows the set-up, [tools](mcp.md) lists all tools.",
        *parts,
    )
