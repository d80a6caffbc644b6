"""Talks to a running server for the commands, and says what comes of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from json import JSONDecodeError
from typing import Any

from mockapi.cli.refusals import Refusal, Unanswered
from mockapi.handle import MockApi, MockApiError
from mockapi.handle.switched import fault_body

_BAD_REQUEST = 400
_UNAUTHORIZED = 401


_BY_HTTP = "POST /__admin/worlds makes one."
_BY_COMMAND = "`mockapi worlds create` makes one."


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
