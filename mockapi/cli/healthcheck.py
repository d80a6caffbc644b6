"""The command `mockapi healthcheck`."""

import os
import time
from http.client import OK, HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import click

from mockapi.cli.errors import Refusal, Unanswered
from mockapi.cli.server_client import default_url, demand_address
from mockapi.environment import variable

_PAUSE = 0.02
_START_SECONDS = 60
_START_TIME = 19
"""The place of the start, in clock ticks since boot, behind the name in `/proc/1/stat`."""


@click.command(
    epilog="Example: mockapi healthcheck --wait 10",
)
@click.option(
    "--url",
    metavar="URL",
    help="Server that is asked; MOCKAPI_URL, or by MOCKAPI_HOST and MOCKAPI_PORT, if unset.",
)
@click.option("--host", metavar="VALUE", help="Address to ask, in place of MOCKAPI_HOST.")
@click.option("--port", type=int, help="Port, in place of MOCKAPI_PORT.")
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0, help="Seconds to keep asking until it is."
)
@click.option(
    "--hold",
    type=click.FloatRange(min=0),
    default=0,
    help="Seconds to stay after a success, from the container's second minute on.",
)
def healthcheck(
    url: str | None, host: str | None, port: int | None, wait: float, hold: float
) -> None:
    """Ask a running server whether it is ready; exit code 1 if it is not."""
    address = _address(url, host, port)
    until = time.monotonic() + wait
    while True:
        try:
            click.echo(_ask(address))
        except Unanswered:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            break
    # Engines before Docker 25 have one interval for the start and for later. They begin the next
    # check when this one has ended.
    if hold and _age_of_container() > _START_SECONDS:
        time.sleep(hold)


def _age_of_container() -> float:
    """Return for how many seconds the first process has run; 0 where no file says so."""
    try:
        with open("/proc/1/stat", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is slow
            started = file.read().rpartition(")")[2].split()[_START_TIME]
        with open("/proc/uptime", encoding="utf-8") as file:  # noqa: PTH123
            uptime = file.read().split()[0]
    except OSError:
        return 0
    return float(uptime) - int(started) / os.sysconf("SC_CLK_TCK")


def _address(url: str | None, host: str | None, port: int | None) -> str:
    stated = host is not None or port is not None
    if url and stated:
        raise Refusal("--url: names host and port already; leave --host and --port out")
    url = url or (None if stated else variable("URL"))
    if not url:
        number = str(port) if port is not None else variable("PORT") or "8080"
        if not number.isdecimal():
            raise Refusal(f"MOCKAPI_PORT: {number} is no port")
        url = default_url(host, number)
    demand_address(url)
    return url.rstrip("/")


def _ask(url: str) -> str:
    """Return what the server says of its health; raises `Unanswered` where it is not ready."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=3)
    try:
        connection.request("GET", f"{parts.path}/healthz")
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise Unanswered(
            f"Nobody answers at {url}: {reason}. "
            "Start one with `mockapi serve`, or name it with --url."
        ) from error
    finally:
        connection.close()
    if answer.status != OK:
        raise Unanswered(f"What answers at {url} is not ready, or no mockapi: {answer.status}")
    return text
