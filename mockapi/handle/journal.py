"""Reads and judges the journal of a running mockapi; standard library only."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Any

from mockapi.handle.control import Control, MockApiError, tells_it_all, with_query

__tracebackhide__ = tells_it_all
# The same to unittest, of an assertion that fails here.
__unittest = True


class JournalHandle(Control):
    """What a test may ask of the requests that came."""

    def journal(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return the requests that came, the oldest first, each in one line.

        *wanted* are the control API's filters: operation, product, method, path, status, client,
        customer, site, refusal, fault, since, limit. Raises `MockApiError` for an unknown one.
        """
        entries: list[dict[str, Any]] = self._call("GET", with_query("journal", wanted))["entries"]
        return entries

    def journal_entry(self, number: int) -> dict[str, Any]:
        """Return one request and its answer in full; raises `MockApiError` when it is gone."""
        entry: dict[str, Any] = self._call("GET", f"journal/{number}")
        return entry

    def tail(self, **wanted: Any) -> AbstractContextManager[Iterator[dict[str, Any]]]:
        """Listen inside of `with`: yield each request, in one line, as it comes.

        *wanted* are the filters of `journal`, without a limit; with *since*, what came after that
        number is told first. To ask for the next one waits until it comes.
        """
        return _Tail(lambda: self._stream(with_query("journal/tail", wanted)))

    def clear_journal(self) -> None:
        """Forget what came so far."""
        self._call("DELETE", "journal")

    def har(self, **wanted: Any) -> dict[str, Any]:
        """Return the session as HAR 1.2."""
        session: dict[str, Any] = self._call("GET", with_query("journal/har", wanted))
        return session

    def verify(self, **expected: Any) -> list[int]:
        """Return the numbers of the requests that are as *expected*.

        *expected* are operation, product, method, path, status, client, customer, site, refusal,
        fault, query, headers, body, and how often: times, or at_least and at_most, at least once
        if unset; or `in_order`, a list of such requests. Raises `AssertionError` with the nearest
        misses where it is not so, `MockApiError` for an expectation that makes no sense.
        """
        try:
            matched: list[int] = self._call("POST", "journal/verify", expected)["matched"]
        except MockApiError as error:
            if error.status == HTTPStatus.CONFLICT:
                raise AssertionError(error.detail) from None
            raise
        return matched

    def lint(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return warnings of what the real APIs would refuse or ignore."""
        warnings: list[dict[str, Any]] = self._call("GET", with_query("journal/lint", wanted))[
            "warnings"
        ]
        return warnings

    def coverage(self, **wanted: Any) -> dict[str, Any]:
        """Return which operations, statuses, faults and categories were met."""
        coverage: dict[str, Any] = self._call("GET", with_query("journal/coverage", wanted))
        return coverage


class _Tail(AbstractContextManager[Iterator[dict[str, Any]]]):
    def __init__(self, opened: Callable[[], HTTPResponse]) -> None:
        self._opened = opened

    def __enter__(self) -> Iterator[dict[str, Any]]:
        with ExitStack() as opening:
            stream = opening.enter_context(self._opened())
            # The stream opens with a comment; who has read it misses nothing.
            stream.readline()
            self._closing = opening.pop_all()
        return _events(stream)

    def __exit__(self, *_: object) -> None:
        self._closing.close()


def _events(stream: HTTPResponse) -> Iterator[dict[str, Any]]:
    kind = b""
    for line in stream:
        if line.startswith(b"event: "):
            kind = line.removeprefix(b"event: ").strip()
        elif line.startswith(b"data: ") and kind == b"request":
            yield json.loads(line.removeprefix(b"data: "))
