"""MCP at `/mcp` and on standard input: access rules, protocol versions, the server in use."""

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from mcp import Client, StdioServerParameters

from mockapi import MockApi

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
HEADERS = {"Accept": "application/json, text/event-stream"}


def post(client, path: str = "/mcp", **headers: str):
    return client.post(path, json=INITIALIZE, headers={**HEADERS, **headers})


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tools_call_the_server_that_serves_them(server_url, mode):
    url = server_url(mcp=True)

    async def talk():
        async with Client(f"{url}/mcp", mode=mode) as client:
            started = await client.call_tool("start_world", {"name": f"http-{mode}"})
            world = {"world": f"http-{mode}"}
            await client.call_tool("add_fault", {"kind": "status", **world})
            await client.read_resource("mockapi://openapi/partner")
            return started.structured_content

    started = asyncio.run(talk())
    assert started["partner_url"] == f"{url}/w/http-{mode}/ecostruxure/scoring/v1"
    world = MockApi(url).named_world(f"http-{mode}")
    assert [each["fault"]["kind"] for each in world.faults()] == ["status"]
    assert MockApi(url).journal() == world.journal() == []


def test_setting_is_off_by_default(test_client):
    assert post(test_client()).status_code == HTTPStatus.NOT_FOUND
    assert "serverInfo" not in post(test_client(mcp=True, admin=False)).text


def test_admin_token_is_required(test_client):
    guarded = test_client(mcp=True, admin_token="mockAdmin")
    refused = post(guarded)
    assert refused.status_code == HTTPStatus.UNAUTHORIZED
    assert "MOCKAPI_ADMIN_TOKEN" in refused.json()["detail"]
    allowed = post(guarded, Authorization="Bearer mockAdmin")
    assert allowed.json()["result"]["serverInfo"]["name"] == "mockapi"


def test_tool_uses_the_admin_token_of_the_server(test_client):
    body = {"name": "list_scenarios", "arguments": {}}
    call = {**INITIALIZE, "method": "tools/call", "params": body}
    headers = {**HEADERS, "Authorization": "Bearer mockAdmin"}
    response = test_client(mcp=True, admin_token="mockAdmin").post(
        "/mcp", json=call, headers=headers
    )
    assert response.json()["result"]["structuredContent"]["scenarios"]


def test_pages_of_other_origins_are_rejected(test_client):
    refused = post(test_client(mcp=True), Origin="https://elsewhere.example")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "other origins" in refused.json()["detail"]


def test_other_host_names_are_rejected_on_loopback(server_url):
    address = urlsplit(server_url(mcp=True))
    with closing(HTTPConnection(address.hostname, address.port, timeout=10)) as connection:
        connection.request("POST", "/mcp", json.dumps(INITIALIZE), {"Host": "rebound.example"})
        assert connection.getresponse().status == HTTPStatus.MISDIRECTED_REQUEST


def test_named_world_has_no_endpoint_of_its_own(test_client):
    server = test_client(mcp=True)
    server.put("/__admin/worlds/mcp-path", json={})
    refused = post(server, "/w/mcp-path/mcp")
    assert refused.status_code == HTTPStatus.NOT_FOUND
    assert "take the name of a world" in refused.json()["detail"]


def test_body_is_limited(test_client):
    server = test_client(mcp=True, max_body_bytes=1_000)
    response = server.post("/mcp", content=b" " * 2_000, headers={**HEADERS})
    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "too large" in response.text


def command(*words: str, **environment: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-m", "mockapi", "mcp", *words], env=environment
    )


async def talk_to(server: StdioServerParameters, tool: str) -> dict:
    async with Client(server) as client:
        return (await client.call_tool(tool, {})).structured_content


def test_command_starts_a_server_of_its_own():
    started = asyncio.run(talk_to(command(MOCKAPI_SCENARIO="vendor-samples"), "reset_world"))
    assert started["scenario"] == "vendor-samples"
    assert started["partner_url"].startswith("http://127.0.0.1:")


def test_command_uses_a_running_server(server_url):
    url = server_url(admin_token="mockAdmin")
    server = command("--url", url, "--admin-token", "mockAdmin")
    assert asyncio.run(talk_to(server, "reset_world"))["user_url"].startswith(url)


def test_command_reports_a_port_in_use(monkeypatch, server_url):
    monkeypatch.setenv("MOCKAPI_PORT", str(urlsplit(server_url()).port))
    run = subprocess.run(
        [sys.executable, "-m", "mockapi", "mcp"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 2 and run.stdout == ""
    assert "Remove MOCKAPI_PORT" in run.stderr and len(run.stderr.splitlines()) == 1


def test_command_ends_at_an_interrupt(server_url):
    command = [sys.executable, "-m", "mockapi", "mcp", "--url", server_url()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:
        process.stdin.write(json.dumps(INITIALIZE) + "\n")
        process.stdin.flush()
        assert "serverInfo" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == -signal.SIGINT


def test_command_ignores_a_world_in_the_url(server_url):
    url = server_url()
    started = asyncio.run(talk_to(command("--url", f"{url}/w/other"), "reset_world"))
    assert started["world"] == "default"


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (["--url", "localhost"], {}, "--url: 'localhost' is not a valid URL"),
        (["--url", "http://127.0.0.1:1"], {}, "No response from http://127.0.0.1:1"),
        ([], {"MOCKAPI_PORT": "abc"}, "MOCKAPI_PORT: must be a whole number"),
        ([], {"MOCKAPI_SCENARIO": "unknown"}, "this scenario does not exist"),
    ],
)
def test_command_reports_an_unusable_server(monkeypatch, words, environment, message):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    run = subprocess.run(
        [sys.executable, "-m", "mockapi", "mcp", *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 2 and run.stdout == ""
    assert message in run.stderr and len(run.stderr.splitlines()) == 1


def test_configurations_of_the_guide_are_json():
    page = Path(__file__).parents[2].joinpath("docs/how-to/coding-agents.md").read_text("utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```json\n")[1:]]
    commands = [
        server.get("command") or server["url"]
        for block in blocks
        for servers in json.loads(block).values()
        for server in servers.values()
    ]
    assert commands == ["mockapi"] * 4 + ["http://127.0.0.1:8080/mcp"]
