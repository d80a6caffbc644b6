"""Finds the running server that a command talks to, and prints what it tells."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from mockapi.cli import completers
from mockapi.cli.refusals import Refusal
from mockapi.domain.urls import is_http_url
from mockapi.environment import variable

if TYPE_CHECKING:
    from mockapi.cli.conversation import Server

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
        from mockapi.cli.conversation import asking

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
            shell_complete=completers.worlds,
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
    # Late: `--help` and completion talk to nobody.
    from mockapi.cli.conversation import Server

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
