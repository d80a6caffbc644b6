"""Journal: read, verify and check."""

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
# The same for unittest: hide the frames of this module in a failed assertion.
__unittest = True


_PAGE = 10_000
"""Largest limit of one call."""


class JournalMixin(ControlApiTransport):
    """Methods for the journal."""

    def journal(self, **filters: Unpack[JournalFilter]) -> list[dict[str, Any]]:
        """Return the requests in the journal that match all *filters*, oldest first, as summaries.

        With *limit* (at most 10,000), only the newest ones, or with *since* too the next ones.
        Raise `MockApiError` for an unknown filter or an invalid value.
        """
        if filters.get("limit") is not None:
            return self._journal_page(filters)[0]
        query: JournalFilter = {**filters, "since": filters.get("since") or 0, "limit": _PAGE}
        found, newest = self._journal_page(query)
        page = found
        # Requests that arrive meanwhile are not waited for.
        while len(page) == _PAGE and page[-1]["number"] < newest:
            query["since"] = page[-1]["number"]
            page = self._journal_page(query)[0]
            found = found + page
        return found

    def _journal_page(self, filters: JournalFilter) -> tuple[list[dict[str, Any]], int]:
        view = self._call("GET", with_query("journal", filters))
        return view["entries"], view["newest"]

    def journal_entry(self, number: int) -> dict[str, Any]:
        """Return one request with its response. Raise `MockApiError` if it is missing."""
        entry: dict[str, Any] = self._call("GET", f"journal/{number}")
        return entry

    def tail(
        self, **filters: Unpack[EntryFilter]
    ) -> AbstractContextManager[Iterator[dict[str, Any]]]:
        """Return a context manager that yields the summary of each new request.

        *filters* are those of `journal` without a limit. With *since*, requests in the journal
        with a higher number come first. The iterator blocks until the next request.
        """
        return _Tail(lambda: self._stream(with_query("journal/tail", filters)))

    def clear_journal(self) -> None:
        """Delete all entries."""
        self._call("DELETE", "journal")

    def har(self, **filters: Unpack[EntryFilter]) -> dict[str, Any]:
        """Return the journal as HAR 1.2."""
        session: dict[str, Any] = self._call("GET", with_query("journal/har", filters))
        return session

    def verify(self, **expected: Unpack[Expectation]) -> list[int]:
        """Return the numbers of the requests that match *expected*. Default: at least one.

        *times*, or *at_least* and *at_most*, set the expected number of requests. *in_order* is a
        list of requests in their expected order. Raise `AssertionError` with the nearest requests
        if the expectation fails, and `MockApiError` if it is invalid.
        """
        # None means "not given", except for a body, where it means JSON null.
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

    def lint(self, **filters: Unpack[EntryFilter]) -> list[dict[str, Any]]:
        """Return warnings about requests that the real APIs would reject or ignore."""
        warnings: list[dict[str, Any]] = self._call("GET", with_query("journal/lint", filters))[
            "warnings"
        ]
        return warnings

    def coverage(self, **filters: Unpack[EntryFilter]) -> dict[str, Any]:
        """Return which operations, statuses, errors, faults and categories were covered."""
        coverage: dict[str, Any] = self._call("GET", with_query("journal/coverage", filters))
        return coverage


class _Tail(AbstractContextManager[Iterator[dict[str, Any]]]):
    def __init__(self, open_stream: Callable[[], HTTPResponse]) -> None:
        self._open_stream = open_stream

    def __enter__(self) -> Iterator[dict[str, Any]]:
        with ExitStack() as opening:
            stream = opening.enter_context(self._open_stream())
            # The stream starts with a comment. After it, no entry is missed.
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
