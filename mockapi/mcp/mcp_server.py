"""The MCP server: tools and resources of a server's control API."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from http.client import HTTPException
from inspect import getdoc
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from mockapi.client import MockApiError
from mockapi.mcp.operation_tools import OperationTools
from mockapi.mcp.request_tools import RequestTools
from mockapi.mcp.scenario_tools import ScenarioTools
from mockapi.mcp.site_tools import SiteTools
from mockapi.mcp.tool_client import Connect
from mockapi.scenario.json_schema import schema_text
from mockapi.version import __version__

Tool = Callable[..., Any]
_JSON = "application/json"
_INSTRUCTIONS = """\
mockapi is a local emulator of two EcoStruxure APIs of Schneider Electric. With the Partner API, \
scoring partners read sites, meters and readings, and write scores. With the User API, customers \
request and read scores. It needs no credentials, and its data are invented.

To test a client: start_world, get_credentials, point the client at partner_url or user_url, run \
it, then list_requests, verify_requests and lint_requests. add_fault makes requests fail; \
advance_clock lets readings arrive and tokens expire. describe_operation is the reference of the \
two APIs.\
"""


def create_mcp_server(connect: Connect) -> MCPServer[Any]:
    """Return a server whose tools use the clients of *connect*."""
    server: MCPServer[Any] = MCPServer(
        "mockapi",
        title="mockapi, emulator of the EcoStruxure scoring APIs",
        version=__version__,
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
    )
    scenarios, sites = ScenarioTools(connect), SiteTools(connect)
    requests, operations = RequestTools(connect), OperationTools(connect)
    reading: list[Tool] = [
        scenarios.list_scenarios,
        scenarios.describe_scenario,
        scenarios.check_scenario,
        operations.describe_operation,
        sites.list_sites,
        sites.list_meters,
        sites.get_readings,
        sites.explain_score,
        requests.list_requests,
        requests.verify_requests,
        requests.lint_requests,
        requests.get_coverage,
    ]
    changing: list[Tool] = [
        scenarios.start_world,
        scenarios.reset_world,
        scenarios.get_credentials,
        scenarios.advance_clock,
        sites.add_site,
        requests.add_fault,
        requests.remove_faults,
    ]
    destructive = (scenarios.reset_world, requests.remove_faults)
    for tool in reading:
        _add(server, tool, ToolAnnotations(read_only_hint=True, open_world_hint=False))
    for tool in changing:
        hints = ToolAnnotations(destructive_hint=tool in destructive, open_world_hint=False)
        _add(server, tool, hints)
    _add_resources(server, connect)
    return server


def _add(server: MCPServer[Any], tool: Tool, annotations: ToolAnnotations) -> None:
    @wraps(tool)
    def with_readable_errors(*args: Any, **kwargs: Any) -> Any:
        try:
            return tool(*args, **kwargs)
        except MockApiError as error:
            raise ToolError(_in_words_of_tools(error)) from error
        except (HTTPException, OSError) as error:
            raise ToolError(f"The server closed the connection: {error}") from error

    server.add_tool(with_readable_errors, description=getdoc(tool), annotations=annotations)


def _in_words_of_tools(error: MockApiError) -> str:
    text = error.detail or str(error)
    if error.status == HTTPStatus.PRECONDITION_FAILED:
        return text.replace("Delete it first", "Use reset_world, or start one with another name")
    return text.replace("PUT /__admin/worlds/{name}", "start_world")


def _add_resources(server: MCPServer[Any], connect: Connect) -> None:
    for name, title in (
        ("partner", "Partner API"),
        ("user", "User API"),
        ("control", "control API"),
    ):
        server.resource(
            f"mockapi://openapi/{name}",
            name=f"openapi-{name}",
            description=f"OpenAPI 3.1 document of the {title}.",
            mime_type=_JSON,
        )(_openapi_reader(connect, name))

    @server.resource(
        "mockapi://scenario-schema",
        name="scenario-schema",
        description="JSON Schema of scenario files: all keys, with their descriptions.",
        mime_type=_JSON,
    )
    def scenario_schema() -> str:
        return schema_text()

    @server.resource(
        "mockapi://scenarios/{name}",
        name="scenario",
        description="YAML text of a scenario.",
        mime_type="application/yaml",
    )
    def scenario(name: str) -> str:
        return str(connect(None).scenario(name)["text"])

    @server.resource(
        "mockapi://fault-kinds",
        name="fault-kinds",
        description="All kinds of faults with their descriptions.",
        mime_type=_JSON,
    )
    def fault_kinds() -> str:
        kinds = connect(None).fault_kinds()
        return json.dumps({each["kind"]: each["description"] for each in kinds}, indent=1)

    @server.resource(
        "mockapi://fault-kinds/{kind}",
        name="fault-kind",
        description="JSON Schema of the settings of a fault kind.",
        mime_type=_JSON,
    )
    def fault_kind(kind: str) -> str:
        return json.dumps(connect(None).fault_kind(kind)["json_schema"], indent=1)


def _openapi_reader(connect: Connect, name: str) -> Callable[[], str]:
    def openapi() -> str:
        return json.dumps(connect(None).openapi(name), ensure_ascii=False)

    return openapi
