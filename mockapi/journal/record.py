"""Records a request and its answer cheaply, to be shaped when somebody reads it."""

from collections.abc import Sequence
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING

from mockapi.journal.decisions import Decisions

if TYPE_CHECKING:
    from mockapi.journal.entry import Entry

RawHeaders = Sequence[tuple[bytes, bytes]]

KEPT_BYTES = 32 * 1024
"""How much of a body is kept; a portfolio's sites fit, a year of readings does not."""


class Sample:
    """The first bytes of a body, and how many there were."""

    __slots__ = ("_kept", "_pieces", "size")

    def __init__(self) -> None:
        self.size = 0
        self._kept = 0
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        room = KEPT_BYTES - self._kept
        if room > 0 and piece:
            # Of bytes that fit, the slice is the same object: nothing is copied.
            piece = bytes(piece[:room])
            self._pieces.append(piece)
            self._kept += len(piece)

    def text(self) -> str:
        return b"".join(self._pieces).decode("utf-8", "replace")

    @property
    def whole(self) -> bool:
        return self._kept == self.size


class Record:
    """What a request leaves behind while it runs; shaped late, and then rid of its secrets."""

    __slots__ = (
        "_entry",
        "answer",
        "answer_headers",
        "at",
        "began",
        "decisions",
        "duration",
        "edition",
        "faults",
        "line",
        "number",
        "request",
        "request_headers",
        "status",
    )

    def __init__(
        self,
        at: datetime,
        edition: str,
        line: tuple[str, str, str, bytes, str | None],
        headers: RawHeaders,
        decisions: Decisions,
    ) -> None:
        """*line* is method, scheme, path, query string and the client's address."""
        self.at = at
        self.edition = edition
        self.line = line
        self.request_headers: RawHeaders = headers
        self.decisions = decisions
        self.began = perf_counter()
        self.duration = 0.0
        self.faults: Sequence[str] = ()
        self._entry: Entry | None = None
        self.request = Sample()
        self.answer = Sample()
        self.answer_headers: RawHeaders = ()
        self.status: int | None = None
        self.number = 0

    def finish(self, faults: Sequence[str]) -> None:
        """Take the time, and what struck; from now on nothing changes."""
        self.duration = perf_counter() - self.began
        self.faults = tuple(faults)

    def entry(self, world: str) -> "Entry":
        """Return the entry; shaped once, after which nothing raw is kept."""
        if self._entry is None:
            # Late: most servers are never asked for their journal.
            from mockapi.journal.shape import shape

            self._entry = shape(self, world)
            self.request_headers = self.answer_headers = ()
            self.request = self.answer = Sample()
        return self._entry
