"""The MCP server at `/mcp` of a mockapi server, for clients of streamable HTTP."""

from collections.abc import Mapping
from contextvars import ContextVar
from http import HTTPStatus

from anyio import from_thread
from fastapi import Request
from mcp.server.mcpserver import MCPServer
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.client.asgi_client import fetch
from mockapi.control.route import AdminError, require_admin
from mockapi.http.context import context_of, url_of
from mockapi.http.responses import problem
from mockapi.mcp.mcp_server import create_mcp_server
from mockapi.mcp.tool_client import ToolClient


class McpEndpoint:
    """ASGI app that serves MCP to callers that may use the control API.

    Each request is independent, so no session needs a limit or an end.
    """

    def __init__(self, app: ASGIApp, admin_token: str | None) -> None:
        self._app = app
        self._admin_token = admin_token
        self._base_url: ContextVar[str] = ContextVar("base_url")
        self._mcp: MCPServer | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            _check(request)
        except AdminError as error:
            await problem(error.status, error.detail)(scope, receive, send)
            return
        # Created on first use, because most servers never get a request for it.
        self._mcp = self._mcp or create_mcp_server(self._connect)
        self._base_url.set(url_of(request))
        # Not the app of the SDK, which needs a lifespan; in-process transports do not run one.
        manager = StreamableHTTPSessionManager(
            self._mcp._lowlevel_server,  # noqa: SLF001 - it has no public name
            json_response=True,
            stateless=True,
            max_request_body_size=context_of(request).world.settings.max_body_bytes,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    def _connect(self, world: str | None) -> ToolClient:
        client = _InProcessClient(self._app, self._base_url.get(), self._admin_token)
        return client.world_named(world)


def _check(request: Request) -> None:
    require_admin(request)
    if context_of(request).world_root:
        raise AdminError(
            HTTPStatus.NOT_FOUND, "MCP is served at /mcp. The tools take the name of a world."
        )


class _InProcessClient(ToolClient):
    """A client that calls the app in the event loop of the server, from the thread of a tool."""

    def __init__(self, app: ASGIApp, url: str, admin_token: str | None) -> None:
        super().__init__(url, admin_token=admin_token)
        self._app = app
        self._server_url = url

    def _at(self, url: str) -> "_InProcessClient":
        client = _InProcessClient(self._app, self._server_url, self._admin_token)
        client.url = url
        return client

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        async def respond() -> tuple[int, bytes]:
            path = url.removeprefix(self._server_url)
            response = await fetch(self._app, path, headers, method=method, body=data or b"")
            return response.status, response.body

        return from_thread.run(respond)
