"""The command `mockapi mcp`."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import click

from mockapi.cli.command_errors import CliError
from mockapi.cli.options import open_app, settings_of
from mockapi.cli.server_client import client_of, translate_client_errors, url_of
from mockapi.environment import MissingPackageError, variable
from mockapi.server import BindError, serve_in_thread


@click.command(epilog="Example: claude mcp add mockapi -- mockapi mcp")
@click.option(
    "--url",
    metavar="URL",
    help="Running server. Default: MOCKAPI_URL, or a server of its own on a free port.",
)
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKAPI_ADMIN_TOKEN",
    help="Token of the control API. [env: MOCKAPI_ADMIN_TOKEN]",
)
def mcp(url: str | None, admin_token: str | None) -> None:
    """Serve tools for coding agents on standard input and output (MCP).

    A server of its own has the settings of the environment, such as MOCKAPI_SCENARIO, and ends with
    this command. Needs the extra `mcp`.
    """
    try:
        # Imported lazily: an optional dependency.
        from mockapi.mcp.mcp_server import serve_stdio
    except ImportError as error:
        raise MissingPackageError("mockapi mcp", "mcp", "mcp") from error
    with _server(url) as address, translate_client_errors(address):
        # Tools choose the world, so one in the path is not used.
        serve_stdio(client_of(address, admin_token, "").url, admin_token or None)


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    """Yield the URL of a running server, or of one that runs in a thread."""
    running = url_of(url)
    if running is not None:
        yield running
        return
    settings = settings_of({} if variable("PORT") else {"port": 0})
    app = open_app(settings)
    with closing(app.state.worlds), ExitStack() as running_server:
        try:
            own = running_server.enter_context(serve_in_thread(app, port=settings.port))
        except BindError as error:
            raise CliError(f"{error} Remove MOCKAPI_PORT to use a free port.") from error
        yield own
