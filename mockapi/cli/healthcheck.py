"""The command `mockapi healthcheck`."""

import os
import time

import click

from mockapi.cli.refusals import Refusal, Unanswered

_PAUSE = 0.02


@click.command(epilog="Example: mockapi healthcheck --wait 10")
@click.option("--host", default=None, help="Address to ask; MOCKAPI_HOST or loopback if unset.")
@click.option("--port", type=int, default=None, help="Port; MOCKAPI_PORT or 8080 if unset.")
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0, help="Seconds to keep asking until it is."
)
def healthcheck(host: str | None, port: int | None, wait: float) -> None:
    """Ask a running server whether it is ready; exit code 1 if it is not."""
    host = host or os.environ.get("MOCKAPI_HOST") or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    stated = os.environ.get("MOCKAPI_PORT") or "8080"
    if port is None and not stated.isdecimal():
        raise Refusal(f"MOCKAPI_PORT: {stated} is no port")
    port = port or int(stated)
    until = time.monotonic() + wait
    while True:
        try:
            click.echo(_ask(host, port))
        except Unanswered:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _ask(host: str, port: int) -> str:
    """Return what the server says of its health; raises `Unanswered` where it is not ready."""
    # Late: the help of all commands asks nobody.
    import http.client

    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(f"Nobody answers at {host}:{port}: {error}") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Unanswered(f"{host}:{port} answered {answer.status}")
    return text
