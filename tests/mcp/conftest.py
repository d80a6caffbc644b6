"""Calls of tools with the client of the MCP SDK, without a transport."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client

from mockapi.mcp.mcp_server import create_mcp_server
from mockapi.mcp.tool_client import ToolClient


@pytest.fixture
def ask(server_url) -> Callable[..., Any]:
    """Function that calls a coroutine function with a client of the tools."""

    def ask(talk: Callable[[Client], Any]) -> Any:
        async def connected() -> Any:
            async with Client(create_mcp_server(ToolClient(server_url()).world_named)) as client:
                return await talk(client)

        return asyncio.run(connected())

    return ask


@pytest.fixture
def call(ask) -> Callable[..., Any]:
    """Function that calls a tool and returns its result; fails if the tool reports an error."""

    def call(tool: str, **arguments: Any) -> Any:
        result = ask(lambda client: client.call_tool(tool, arguments))
        assert not result.is_error, result.content[0].text
        (content,) = result.content
        assert len(content.text.encode()) <= 8_000
        return result.structured_content

    return call


@pytest.fixture
def error(ask) -> Callable[..., str]:
    """Function that calls a tool and returns the error that it reports."""

    def error(tool: str, **arguments: Any) -> str:
        result = ask(lambda client: client.call_tool(tool, arguments))
        assert result.is_error
        return result.content[0].text

    return error
