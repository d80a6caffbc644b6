"""Talks to a running server for the commands, and says what comes of it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPException
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from mockapi.cli import completers
from mockapi.cli.errors import Refusal, Unanswered
from mockapi.client import MockApi, MockApiError
from mockapi.client.fault_handles import fault_body
from mockapi.domain.urls import is_http_url
from mockapi.environment import variable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound to


def default_url(host: str | None = None, port: str | None = None) -> str:
    """Return where `mockapi serve` listens, started from the same environment.

    *host* and *port* take the place of what the environment says.
    """
    host = host or variable("HOST") or ""
    port = port or variable("PORT") or "8080"
    host = "127.0.0.1" if host in _ANYWHERE else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def of_a_server(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the options that name a server, and the server in place of them."""

    def with_server(
        url: str | None, admin_token: str | None, world: str | None, **rest: Any
    ) -> None:
        server = server_at(url, admin_token, world)
        with asking(server.url):
            command(server, **rest)

    with_server.__name__ = command.__name__
    with_server.__doc__ = command.__doc__
    with_server.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option(
            "--world",
            metavar="NAME",
            help="Named world; the server's first if unset.",
            shell_complete=complete_world,
        ),
        click.option(
            "--admin-token",
            metavar="TOKEN",
            envvar="MOCKAPI_ADMIN_TOKEN",
            help="For a control API that demands one. [env: MOCKAPI_ADMIN_TOKEN]",
        ),
        click.option(
            "--url",
            metavar="URL",
            envvar="MOCKAPI_URL",
            help="Server that is asked; by MOCKAPI_HOST and MOCKAPI_PORT if unset. "
            "[env: MOCKAPI_URL]",
        ),
    ):
        with_server = option(with_server)
    return with_server


def server_at(url: str | None, admin_token: str | None, world: str | None) -> "Server":
    """Return the server at *url*, or in it the named *world*; refuses what is no address."""
    url = (url or "").strip() or default_url()
    demand_address(url)
    url = url.rstrip("/")
    admin_token = (admin_token or "").strip()
    if world:
        url = f"{url.partition('/w/')[0]}/w/{quote(world, safe='')}"
    return Server(url, admin_token=admin_token or None)


def demand_address(url: str) -> None:
    """Refuse what is no address of a server."""
    if not is_http_url(url):
        raise Refusal(f"--url: {url} is no address; write http://127.0.0.1:8080")


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give *command* the option `--json`, which it takes as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def print_json(told: Any) -> None:
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


def print_table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print *rows* below *heads*, each column as wide as it must be."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for number, row in enumerate([heads, *rows]):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        # click takes colours out of pipes by itself.
        click.echo(line.rstrip() if number else click.style(line.rstrip(), fg="cyan"))


_BAD_REQUEST = 400
_UNAUTHORIZED = 401


_BY_HTTP = "Create it with POST /__admin/worlds."
_BY_COMMAND = "Create it with `mockapi worlds create`."


class Server(MockApi):
    """A server that commands ask what the handle for tests has no word for."""

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return what the control API answers to *method* on *path* below it."""
        return self._call(method, path, body)

    def ask_at_once(self, path: str) -> Any:
        """Return what GET on *path* answers within a second; raises `OSError` if it does not."""
        self._timeout_seconds = 1
        return self._call("GET", path)

    def add_fault(self, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Switch a fault on and return it."""
        added: dict[str, Any] = self._call("POST", "faults", fault_body(kind, settings), whole=True)
        return added


@contextmanager
def asking(url: str) -> Iterator[None]:
    """Say in one line, with remedy and exit code, why the server at *url* did not do as asked."""
    try:
        yield
    except MockApiError as error:
        raise _told(error) from error
    except (HTTPException, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise Unanswered(
            f"The server at {url} broke off: {str(error) or type(error).__name__}. Is it a mockapi?"
        ) from error
    except JSONDecodeError as error:
        raise Unanswered(
            f"What answers at {url} is no mockapi; name another with --url."
        ) from error


def _told(error: MockApiError) -> Refusal:
    text = error.detail or str(error)
    if error.status is None:
        text = f"{text}. Start one with `mockapi serve`, or name it with --url."
    elif text.endswith(_BY_HTTP):
        text = text.replace(_BY_HTTP, _BY_COMMAND)
    elif error.status == _UNAUTHORIZED:
        text = "The control API demands a token; give MOCKAPI_ADMIN_TOKEN or --admin-token."
    text = " ".join(text.split())
    return Refusal(text) if error.status == _BAD_REQUEST else Unanswered(text)


def complete_world(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    """Complete the name of a world of the running server; none if it does not answer at once."""
    return completers.starting_with((each["name"] for each in _asked(ctx, "worlds")), incomplete)


def complete_active_fault(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    """Complete the id of a fault that is on."""
    return completers.starting_with((each["id"] for each in _asked(ctx, "faults")), incomplete)


def _asked(ctx: click.Context, path: str) -> Sequence[Mapping[str, Any]]:
    """Return a list of the control API; nothing if the server does not answer within a second."""
    with suppress(Refusal, MockApiError, HTTPException, OSError, ValueError):
        world = None if path == "worlds" else ctx.params.get("world")
        server = server_at(ctx.params.get("url"), ctx.params.get("admin_token"), world)
        found: Sequence[Mapping[str, Any]] = server.ask_at_once(path)
        return found
    return ()
