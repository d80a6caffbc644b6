"""The MCP server: tools and resources of a server's control API."""

import json
import signal
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from http import HTTPStatus
from http.client import HTTPException
from inspect import getdoc
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import ConfigDict, ValidationError

from mockapi.client import MockApiError
from mockapi.domain.text_matching import shortened, suggestion
from mockapi.domain.validation import describe_error, list_errors
from mockapi.mcp.operation_tools import OperationTools
from mockapi.mcp.request_tools import RequestTools
from mockapi.mcp.scenario_tools import ScenarioTools
from mockapi.mcp.site_tools import SiteTools
from mockapi.mcp.tool_client import Connect, ToolClient
from mockapi.scenario.json_schema import schema_text
from mockapi.version import __version__

ToolFunction = Callable[..., Any]
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
_MOST_OF_ERROR = 2_000
"""Characters of an error that an agent gets; it may quote an argument of any length."""
_TOOLS_BY_CALL = {
    "PUT /__admin/worlds/{name}": "start_world",
    "DELETE /__admin/faults": "remove_faults",
    "POST /__admin/sites": "add_site",
}


class _McpServer(MCPServer[Any]):
    """A server whose errors name the wrong argument and are bounded."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            cause = error.__cause__
            text = str(error)
            if isinstance(cause, ValidationError):
                tools = {each.name: each for each in await self.list_tools()}
                text = _describe(cause, tools[name].input_schema["properties"])
            raise ToolError(shortened(text, _MOST_OF_ERROR)) from cause


def _describe(errors: ValidationError, known: Collection[str]) -> str:
    """Return a line per wrong argument; *known* are the arguments of the tool."""
    return "\n".join(
        f"{shortened('.'.join(map(str, each['loc'])))}: {_reason(each, known)}"
        for each in list_errors(errors)
    )


def _reason(error: Mapping[str, Any], known: Collection[str]) -> str:
    if error["type"] != "extra_forbidden":
        return describe_error(error)
    return f"is not an argument of this tool. {suggestion(str(error['loc'][0]), known)}"


def create_mcp_server(connect: Connect) -> MCPServer[Any]:
    """Return a server whose tools use the clients of *connect*."""
    scenarios, sites = ScenarioTools(connect), SiteTools(connect)
    requests, operations = RequestTools(connect), OperationTools(connect)
    reading: list[ToolFunction] = [
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
    changing: list[ToolFunction] = [
        scenarios.start_world,
        scenarios.reset_world,
        scenarios.get_credentials,
        scenarios.advance_clock,
        sites.add_site,
        requests.add_fault,
        requests.remove_faults,
    ]
    destructive = (scenarios.reset_world, requests.remove_faults)
    hints = {
        **dict.fromkeys(reading, ToolAnnotations(read_only_hint=True, open_world_hint=False)),
        **{
            each: ToolAnnotations(destructive_hint=each in destructive, open_world_hint=False)
            for each in changing
        },
    }
    server = _McpServer(
        "mockapi",
        title="mockapi, emulator of the EcoStruxure scoring APIs",
        version=__version__,
        instructions=_INSTRUCTIONS,
        log_level="WARNING",
        tools=[_strict_tool(function, each) for function, each in hints.items()],
    )
    _add_resources(server, connect)
    return server


def _strict_tool(function: ToolFunction, annotations: ToolAnnotations) -> Tool:
    """Return a tool that rejects unknown arguments; the SDK ignores them."""
    tool = Tool.from_function(
        _with_readable_errors(function, ToolError),
        description=getdoc(function),
        annotations=annotations,
    )
    model = tool.fn_metadata.arg_model
    strict: Any = type(model.__name__, (model,), {"model_config": ConfigDict(extra="forbid")})
    tool.fn_metadata.arg_model = strict
    tool.parameters = strict.model_json_schema(by_alias=True)
    return tool


def _with_readable_errors(
    function: ToolFunction, expected: type[ToolError] | type[ResourceError]
) -> ToolFunction:
    """Return *function* with errors of the client as *expected* ones, whose texts agents get."""

    @wraps(function)
    def with_readable_errors(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except MockApiError as error:
            raise expected(_in_words_of_tools(error)) from error
        except (HTTPException, OSError) as error:
            raise expected(f"The server closed the connection: {error}") from error

    return with_readable_errors


def _in_words_of_tools(error: MockApiError) -> str:
    text = error.detail or str(error)
    if error.status == HTTPStatus.PRECONDITION_FAILED:
        text = text.replace("Delete it first", "Use reset_world, or start one with another name")
    for call, tool in _TOOLS_BY_CALL.items():
        text = text.replace(call, tool)
    return shortened(text, _MOST_OF_ERROR)


def _add_resources(server: MCPServer[Any], connect: Connect) -> None:
    def add(
        path: str, name: str, description: str, read: ToolFunction, media_type: str = _JSON
    ) -> None:
        register = server.resource(
            f"mockapi://{path}", name=name, description=description, mime_type=media_type
        )
        register(_with_readable_errors(read, ResourceError))

    for name, title in (
        ("partner", "Partner API"),
        ("user", "User API"),
        ("control", "control API"),
    ):
        add(
            f"openapi/{name}",
            f"openapi-{name}",
            f"OpenAPI 3.1 document of the {title}.",
            _openapi_reader(connect, name),
        )
    add(
        "scenario-schema",
        "scenario-schema",
        "JSON Schema of scenario files: all keys, with their descriptions.",
        schema_text,
    )

    def scenario(name: str) -> str:
        return str(connect(None).scenario(name)["text"])

    add("scenarios/{name}", "scenario", "YAML text of a scenario.", scenario, "application/yaml")

    def fault_kinds() -> str:
        kinds = connect(None).fault_kinds()
        return json.dumps({each["kind"]: each["description"] for each in kinds}, indent=1)

    add("fault-kinds", "fault-kinds", "All kinds of faults with their descriptions.", fault_kinds)

    def fault_kind(kind: str) -> str:
        return json.dumps(connect(None).fault_kind(kind)["json_schema"], indent=1)

    add(
        "fault-kinds/{kind}",
        "fault-kind",
        "JSON Schema of the settings of a fault kind.",
        fault_kind,
    )


def _openapi_reader(connect: Connect, name: str) -> Callable[[], str]:
    def openapi() -> str:
        return json.dumps(connect(None).openapi(name), ensure_ascii=False)

    return openapi


def serve_stdio(url: str, admin_token: str | None) -> None:
    """Serve the tools for the server at *url* on standard input and output, until it ends.

    Raise `MockApiError` if the server does not respond.
    """
    client = ToolClient(url, admin_token=admin_token)
    client.world()
    # The SDK reads standard input in a thread, which no KeyboardInterrupt ends.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    create_mcp_server(client.world_named).run("stdio")
