"""Page of the tools and resources for coding agents."""

import asyncio
from collections.abc import Iterator
from typing import Any

from mcp import Client

from documents.markdown import block, code, page, prose, table
from mockapi.mcp.mcp_server import create_mcp_server
from mockapi.mcp.tool_client import ToolClient


def page_text() -> str:
    instructions, tools, resources = asyncio.run(_described())
    return page(
        "Tools for coding agents",
        "`mockapi mcp` and `/mcp` serve these tools and resources by the Model Context Protocol. "
        "A result has at most 7,500 bytes; `omitted` counts what did not fit. "
        "[Use it from a coding agent](../how-to/coding-agents.md) shows the set-up.",
        "The server introduces itself to agents with:",
        block("text", instructions),
        *_tools(tools),
        "## Resources",
        table(("URI", "contents"), resources),
    )


async def _described() -> tuple[str, list[Any], list[tuple[str, str]]]:
    # The descriptions need no running server.
    async with Client(create_mcp_server(ToolClient("http://127.0.0.1").world_named)) as client:
        tools = (await client.list_tools()).tools
        whole = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        resources = [(code(each.uri), str(each.description)) for each in whole]
        resources += [(code(each.uri_template), str(each.description)) for each in templates]
        return client.instructions or "", tools, resources


def _tools(tools: list[Any]) -> Iterator[str]:
    for tool in tools:
        yield f"## `{tool.name}`"
        yield prose(tool.description)
        required = tool.input_schema.get("required", ())
        rows = [
            (
                code(name),
                "required" if name in required else "",
                schema.get("description", ""),
            )
            for name, schema in tool.input_schema["properties"].items()
        ]
        yield table(("parameter", "", "meaning"), rows)
        members = tool.output_schema["properties"]
        yield "Result: " + ", ".join(code(name) for name in members) + "."
