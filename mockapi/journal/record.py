"""Records a request and its answer cheaply, to be shaped when somebody reads it."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mockapi.domain.clock import SystemClock, steady
from mockapi.journal.decisions import Decisions

if TYPE_CHECKING:
    from mockapi.faults.strike import Struck
    from mockapi.journal.entry import Entry

_LOGGER = logging.getLogger("mockapi.journal")

RawHeaders = Sequence[tuple[bytes, bytes]]

KEPT_BYTES = 32 * 1024
"""How much of a body is kept; a portfolio's sites fit, a year of readings does not."""


class Sample:
    """The first bytes of a body, and how many there were."""

    size = 0
    _kept = 0
    _pieces: Sequence[bytes] = ()

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        room = KEPT_BYTES - self._kept
        if room > 0 and piece:
            # Of bytes that fit, the slice is the same object: nothing is copied.
            piece = bytes(piece[:room])
            self._pieces = (*self._pieces, piece)
            self._kept += len(piece)

    def text(self) -> str:
        return b"".join(self._pieces).decode("utf-8", "replace")

    @property
    def whole(self) -> bool:
        return self._kept == self.size


class Record:
    """What a request leaves behind while it runs; shaped late, and then rid of its secrets."""

    # The defaults are the class's: what a request does not need costs it nothing.
    number = 0
    status: int | None = None
    answer_headers: RawHeaders = ()
    request = Sample()
    """Nobody's, until there is a body to be heard."""
    duration = 0.0
    gap: float | None = None
    """Seconds of real time since the answer before; None for the first request."""
    faults: Sequence["Struck"] = ()
    _entry: "Entry | None" = None

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
        self.real_at = SystemClock().now()
        self.edition = edition
        self.line = line
        self.request_headers: RawHeaders = headers
        self.decisions = decisions
        self.began = steady()
        self.answer = Sample()

    def finish(self, faults: Sequence["Struck"]) -> None:
        """Take the time, and what struck; from now on nothing changes."""
        self.duration = steady() - self.began
        self.faults = tuple(faults)

    def entry(self, world: str) -> "Entry":
        """Return the entry; shaped once, after which nothing raw is kept."""
        if self._entry is None:
            # Late: most servers are never asked for their journal.
            from mockapi.journal.shape import shape, withheld

            try:
                self._entry = shape(self, world)
            except Exception:
                # The one place where entries are made: what fails here would make every answer
                # that has this entry in it fail.
                _LOGGER.exception("Request %d of the journal cannot be shown.", self.number)
                self._entry = withheld(self, world)
            self.request_headers = self.answer_headers = ()
            self.request = self.answer = Sample()
        return self._entry
