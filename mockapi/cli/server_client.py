"""Client of a running server for commands, with its options and errors."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from json import JSONDecodeError
from typing import Any
from urllib.parse import quote

import click
from click.shell_completion import CompletionItem

from mockapi.cli import completers
from mockapi.cli.command_errors import CliError
from mockapi.cli.env_file import variable_place
from mockapi.client import MockApi, MockApiError
from mockapi.client.fault_handles import fault_body
from mockapi.client.transport import TlsConnectionError, connection_reason
from mockapi.domain.text_matching import printable
from mockapi.domain.urls import WORLD_NAME, WORLD_PATH_PREFIX, is_http_url, server_url
from mockapi.environment import variable

_TRUE = ("true", "1", "yes", "on", "t", "y")
"""Values that pydantic reads as true."""

_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


def default_url(host: str | None = None, port: str | None = None) -> str:
    """Return the URL of `mockapi serve` in the same environment.

    *host* and *port* replace the values of the environment.
    """
    host = host or variable("HOST") or ""
    port = port or variable("PORT") or "8080"
    host = "127.0.0.1" if host in _ANYWHERE else host
    is_https = variable("TLS_CERT") or (variable("TLS") or "").lower() in _TRUE
    return server_url("https" if is_https else "http", host, port)


def server_command(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a server and a world to *command*, and pass a client instead of them."""
    return click.option(
        "--world",
        metavar="NAME",
        help="Named world; default: MOCKAPI_WORLD, or the default world. [env: MOCKAPI_WORLD]",
        shell_complete=complete_world,
    )(default_world_command(command))


def default_world_command(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a server to *command*, and pass a client instead of them."""

    def with_client(
        url: str | None, admin_token: str | None, world: str | None = "", **rest: Any
    ) -> None:
        client = client_of(url, admin_token, world)
        with translate_client_errors(client.url):
            command(client, **rest)

    with_client.__name__ = command.__name__
    with_client.__doc__ = command.__doc__
    with_client.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option(
            "--admin-token",
            metavar="TOKEN",
            envvar="MOCKAPI_ADMIN_TOKEN",
            help="Token of the control API. [env: MOCKAPI_ADMIN_TOKEN]",
        ),
        click.option(
            "--url",
            metavar="URL",
            help="Server; default: MOCKAPI_HOST and MOCKAPI_PORT. [env: MOCKAPI_URL]",
        ),
    ):
        with_client = option(with_client)
    return with_client


def client_of(url: str | None, admin_token: str | None, world: str | None) -> "ControlApiClient":
    """Return a client of the server at *url*, or of its named *world*.

    By default these are of the environment; a URL may have the path of a world. An empty *world*
    is the default one. Raise `CliError` if the URL is invalid.
    """
    server, path, name = server_url_of(url).partition(WORLD_PATH_PREFIX)
    if world is None and not path:
        world = variable("WORLD")
        check_world_name(world, variable_place("WORLD"))
    check_world_name(world, "--world")
    if world is not None:
        path, name = (WORLD_PATH_PREFIX, quote(world, safe="")) if world else ("", "")
    admin_token = (admin_token or "").strip()
    return ControlApiClient(server + path + name, admin_token=admin_token or None)


def check_world_name(name: str | None, place: str) -> None:
    """Raise `CliError`, which names *place*, if *name* cannot be that of a world."""
    if name and re.match(WORLD_NAME, name) is None:
        raise CliError(
            f"{place}: {name!r} is not the name of a world. Use 1 to 100 letters, digits, points, "
            "dashes and underscores."
        )


def url_of(given: str | None) -> str | None:
    """Return the URL *given* with `--url`, or else MOCKAPI_URL; None if both are unset.

    Raise `CliError` if it is invalid.
    """
    given = (given or "").strip()
    url = given or variable("URL")
    if url is not None:
        validate_url(url, "--url" if given else variable_place("URL"))
    return url and url.rstrip("/")


def server_url_of(given: str | None, host: str | None = None, port: str | None = None) -> str:
    """Return the URL of the server: that of `url_of`, or else of `default_url`.

    Raise `CliError` if it is invalid.
    """
    url = None if host or port else url_of(given)
    if url is None:
        url = default_url(host, port)
        number = port or variable("PORT") or "8080"
        if not is_http_url(server_url("http", "127.0.0.1", number)):
            place = "--port" if port else variable_place("PORT")
            raise CliError(f"{place}: {number!r} is not a port. Use a number such as 8080.")
        if not is_http_url(url):
            place, name = ("--host", host) if host else (variable_place("HOST"), variable("HOST"))
            raise CliError(f"{place}: {name!r} is not a host. Use one such as 127.0.0.1.")
    return url


def validate_url(url: str, place: str = "--url") -> None:
    """Raise `CliError`, which names *place*, if *url* is not an HTTP URL."""
    if not is_http_url(url):
        raise CliError(f"{place}: {url!r} is not a valid URL. Example: http://127.0.0.1:8080")


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option `--json` to *command*, with the parameter `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(value: Any) -> None:
    """Print *value* as formatted JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print *rows* below *heads*, in columns as wide as their longest cell."""
    # Names may contain control characters, which would command the terminal.
    shown = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *shown, strict=True)]
    for number, row in enumerate([heads, *shown]):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        # click removes colours from pipes.
        click.echo(line.rstrip() if number else click.style(line.rstrip(), fg="cyan"))


_UNAUTHORIZED = 401


_CREATE_BY_HTTP = "PUT /__admin/worlds/{name}"
_CREATE_BY_COMMAND = "`mockapi worlds create`"


class ControlApiClient(MockApi):
    """A client with the calls of commands that `MockApi` does not have."""

    def request(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, whole: bool = False
    ) -> Any:
        """Return the response of the control API. None members are sent only if *whole*."""
        return self._call(method, path, body, whole=whole)

    def create(self, name: str | None, body: dict[str, Any]) -> Any:
        """Create a world, with a generated name if *name* is None, and return it."""
        return self._create(name, body)

    def get_quickly(self, path: str) -> Any:
        """Return the response to GET on *path*. Raise `OSError` if it takes more than a second."""
        self._timeout_seconds = 1
        return self._call("GET", path)

    def add_fault(self, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Add a fault and return it."""
        added: dict[str, Any] = self._call("POST", "faults", fault_body(kind, settings), whole=True)
        return added


@contextmanager
def translate_client_errors(url: str) -> Iterator[None]:
    """Raise `CliError`, with a remedy, instead of the errors of a client of *url*."""
    try:
        yield
    except MockApiError as error:
        raise _cli_error(error) from error
    except (HTTPException, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CliError(
            f"{url} closed the connection: {connection_reason(error)}. "
            "Check that it is a mockapi, and use https:// if it serves HTTPS."
        ) from error
    except JSONDecodeError as error:
        raise CliError(
            f"{url} is not the URL of a mockapi. Give another one with --url."
        ) from error


START_REMEDY = "Start a server with `mockapi serve`, or give its URL with --url."


def _cli_error(error: MockApiError) -> CliError:
    text = printable(" ".join((error.detail or str(error)).split()))
    if error.status is None and not isinstance(error, TlsConnectionError):
        text = f"{text} {START_REMEDY}"
    elif error.status == _UNAUTHORIZED:
        text = "The control API requires a token. Set MOCKAPI_ADMIN_TOKEN or --admin-token."
    elif _CREATE_BY_HTTP in text and f"'{variable('WORLD')}'" in text:
        place = variable_place("WORLD")
        text += f" {place} uses it in all commands; `mockapi worlds use --default` changes that."
    text = text.replace(_CREATE_BY_HTTP, _CREATE_BY_COMMAND)
    return CliError(text)


def complete_world(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a world of the running server, if it responds within a second."""
    return completers.starting_with(
        (each["name"] for each in _fetch_list(ctx, "worlds")), incomplete
    )


def complete_active_fault(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the id of an active fault."""
    return completers.starting_with((each["id"] for each in _fetch_list(ctx, "faults")), incomplete)


def complete_site(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the id of a site."""
    return completers.starting_with((each["id"] for each in _fetch_list(ctx, "sites")), incomplete)


def complete_snapshot(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a snapshot."""
    return completers.starting_with(
        (each["name"] for each in _fetch_list(ctx, "snapshots")), incomplete
    )


def _fetch_list(ctx: click.Context, path: str) -> Sequence[Mapping[str, Any]]:
    """Return a list of the control API; an empty one without a response within a second."""
    with suppress(CliError, MockApiError, HTTPException, OSError, ValueError):
        world = "" if path == "worlds" else ctx.params.get("world")
        client = client_of(ctx.params.get("url"), ctx.params.get("admin_token"), world)
        found: Sequence[Mapping[str, Any]] = client.get_quickly(path)
        return found
    return ()
