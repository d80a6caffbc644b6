"""Behaviour when the process runs out of file descriptors or memory for sockets."""

import asyncio
import errno
import logging
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockapi.domain.clock import steady
from mockapi.faults.responses import BufferedResponse, problem_response

_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_QUIET_SECONDS = 30.0
_LOGGER = logging.getLogger("mockapi")


class ExhaustionReport:
    """Responses to errors by exhaustion, which are logged at most once per half a minute."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def __call__(self, what: str, error: BaseException | None) -> None:
        now = steady()
        if now >= self._quiet_until:
            self._quiet_until = now + _QUIET_SECONDS
            _LOGGER.error(
                "%s: %s. Raise the limit of open files (`ulimit -n`), or close connections.",
                what,
                error,
            )

    def response_to(self, error: BaseException) -> BufferedResponse | None:
        """Return 503 if a request failed with *error* for lack of descriptors, otherwise None."""
        if not is_exhaustion(error):
            return None
        self("Requests fail", error)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        detail = "The server is out of file descriptors. Try again later."
        return problem_response(status, status.phrase, detail).with_header("retry-after", "1")


def limit_accept_errors(loop: asyncio.AbstractEventLoop) -> None:
    """Limit the log lines of *loop* about connections that it cannot accept.

    By default it logs a traceback per waiting connection, thousands per second.
    """
    report = ExhaustionReport()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if "socket" in context and is_exhaustion(error):
            report("Connections cannot be accepted", error)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(handle)


class Unavailable:
    """ASGI middleware that returns 503 if a request fails for lack of file descriptors."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._report = ExhaustionReport()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_started = False

        async def send_noted(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except OSError as error:
            response = None if has_started else self._report.response_to(error)
            if response is None:
                raise
            await response.send(send)


def is_exhaustion(error: BaseException | None) -> bool:
    """Return True if *error* or its cause is a lack of file descriptors or memory."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _EXHAUSTED:
            return True
        error = error.__cause__
    return False
