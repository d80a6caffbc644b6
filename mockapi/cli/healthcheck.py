"""The command `mockapi healthcheck`."""

import os
import ssl
import time
from http.client import OK, HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import click

from mockapi.cli.command_errors import CliError, FindingError, NumberInRange, WholeNumber
from mockapi.cli.server_client import START_REMEDY, server_url_of
from mockapi.client.transport import no_response

_PAUSE = 0.02
_START_SECONDS = 60
_START_TIME = 19
"""Index of the start in clock ticks since boot, after the name in `/proc/1/stat`."""


@click.command(
    epilog="Example: mockapi healthcheck --wait 10",
)
@click.option(
    "--url",
    metavar="URL",
    help="Server to check; default: MOCKAPI_URL, or MOCKAPI_HOST and MOCKAPI_PORT.",
)
@click.option("--host", metavar="VALUE", help="Host, instead of MOCKAPI_HOST.")
@click.option("--port", type=WholeNumber(), help="Port, instead of MOCKAPI_PORT.")
@click.option(
    "--wait", type=NumberInRange(0), default=0, help="Maximum seconds to wait until it is."
)
@click.option(
    "--hold",
    type=NumberInRange(0),
    default=0,
    help="Seconds to wait after a success, from the second minute of the container on.",
)
def healthcheck(
    url: str | None, host: str | None, port: int | None, wait: float, hold: float
) -> None:
    """Check whether a running server is ready."""
    address = _address(url, host, port)
    until = time.monotonic() + wait
    while True:
        try:
            click.echo(_ask(address))
        except FindingError:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            break
    # Engines before Docker 25 have one interval for start-up and later, and begin the next check
    # when this one has ended.
    if hold and _age_of_container() > _START_SECONDS:
        time.sleep(hold)


def _age_of_container() -> float:
    """Return the seconds since the start of the first process; 0 if unknown."""
    try:
        with open("/proc/1/stat", encoding="utf-8") as file:  # noqa: PTH123 - pathlib is slow
            started = file.read().rpartition(")")[2].split()[_START_TIME]
        with open("/proc/uptime", encoding="utf-8") as file:  # noqa: PTH123
            uptime = file.read().split()[0]
    except OSError:
        return 0
    return float(uptime) - int(started) / os.sysconf("SC_CLK_TCK")


def _address(url: str | None, host: str | None, port: int | None) -> str:
    is_given = host is not None or port is not None
    if url and is_given:
        raise CliError("--url has host and port already. Remove --host and --port.")
    return server_url_of(url, host, None if port is None else str(port))


def _ask(url: str) -> str:
    """Return the health of the server. Raise `FindingError` if it is not ready."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        # Not verified, because the response has no secrets and the certificate may be for another
        # name.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection: HTTPConnection = HTTPSConnection(host, parts.port, timeout=3, context=context)
    else:
        connection = HTTPConnection(host, parts.port, timeout=3)
    try:
        connection.request("GET", f"{parts.path}/healthz")
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException, UnicodeDecodeError) as error:
        raise FindingError(f"{no_response(url, error)} {START_REMEDY}") from error
    finally:
        connection.close()
    if answer.status != OK:
        raise FindingError(f"{url} is not ready, or not a mockapi: status {answer.status}.")
    return text
