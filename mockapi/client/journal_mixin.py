"""Reads and judges the journal of a running mockapi; standard library only."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from http import HTTPStatus
from http.client import HTTPResponse
from typing import Any, Unpack

from mockapi.client.fault_handles import EntryFilter, Expectation, JournalFilter
from mockapi.client.transport import (
    ControlApiTransport,
    MockApiError,
    hide_client_frames,
    with_query,
)

__tracebackhide__ = hide_client_frames
# The same to unittest, of an assertion that fails here.
__unittest = True


class JournalMixin(ControlApiTransport):
    """What a test may ask of the requests that came."""

    def journal(self, **wanted: Unpack[JournalFilter]) -> list[dict[str, Any]]:
        """Return the requests that match all filters, oldest first, each as a summary.

        Raises `MockApiError` for an unknown filter and for an invalid value.
        """
        entries: list[dict[str, Any]] = self._call("GET", with_query("journal", wanted))["entries"]
        return entries

    def journal_entry(self, number: int) -> dict[str, Any]:
        """Return one request and its answer in full; raises `MockApiError` when it is gone."""
        entry: dict[str, Any] = self._call("GET", f"journal/{number}")
        return entry

    def tail(
        self, **wanted: Unpack[EntryFilter]
    ) -> AbstractContextManager[Iterator[dict[str, Any]]]:
        """Listen inside of `with`: yield each request, in one line, as it comes.

        *wanted* are the filters of `journal`, without a limit; with *since*, what came after that
        number is told first. To ask for the next one waits until it comes.
        """
        return _Tail(lambda: self._stream(with_query("journal/tail", wanted)))

    def clear_journal(self) -> None:
        """Forget what came so far."""
        self._call("DELETE", "journal")

    def har(self, **wanted: Unpack[EntryFilter]) -> dict[str, Any]:
        """Return the session as HAR 1.2."""
        session: dict[str, Any] = self._call("GET", with_query("journal/har", wanted))
        return session

    def verify(self, **expected: Unpack[Expectation]) -> list[int]:
        """Return the numbers of the requests that are as *expected*, at least one by default.

        *times*, or *at_least* and *at_most*, say how many are expected; *in_order* is a list of
        requests that came one after the other. Raises `AssertionError` with the nearest misses if
        the expectation does not hold, and `MockApiError` if it is invalid.
        """
        # None means "not given", but of a body it is JSON's null.
        given = {
            name: each for name, each in expected.items() if each is not None or name == "body"
        }
        try:
            matched: list[int] = self._call("POST", "journal/verify", given, whole=True)["matched"]
        except MockApiError as error:
            if error.status == HTTPStatus.CONFLICT:
                raise AssertionError(error.detail) from None
            raise
        return matched

    def lint(self, **wanted: Unpack[EntryFilter]) -> list[dict[str, Any]]:
        """Return warnings of what the real APIs would refuse or ignore."""
        warnings: list[dict[str, Any]] = self._call("GET", with_query("journal/lint", wanted))[
            "warnings"
        ]
        return warnings

    def coverage(self, **wanted: Unpack[EntryFilter]) -> dict[str, Any]:
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
