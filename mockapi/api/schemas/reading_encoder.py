"""JSON of readings: arrays of instants and values become the bytes of the wire.

Nothing here is a loop over readings: the texts of equal values, dates and times are made once and
copied to their places, by numpy and mostly without the interpreter's lock.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mockapi.http.body import format_numbers
from mockapi.timeseries.block_cache import SizedCache
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.readings import Readings

_Texts = NDArray[np.void]

_HEAD = b',{"date":"0000-00-00T00:00:00Z","updatedAt":"0000-00-00T00:00:00Z","value":'
_DATE, _UPDATED_AT = _HEAD.index(b"0000"), _HEAD.rindex(b"0000-")
_TIME = len("0000-00-00T")
_FIELDS = np.dtype(
    {
        "names": ["date", "time", "updated_date", "updated_time"],
        "formats": ["S10", "S8", "S10", "S8"],
        "offsets": [_DATE, _DATE + _TIME, _UPDATED_AT, _UPDATED_AT + _TIME],
        "itemsize": len(_HEAD),
    }
)
_CLOCK = np.dtype(
    {"names": ["h", "m", "s"], "formats": ["S2"] * 3, "offsets": [0, 3, 6], "itemsize": 8}
)
_DAY = 86_400


@dataclass(frozen=True)
class _EncodedNumbers:
    """Values as text, each with a closing brace: row n has text number *which[n]*.

    *lengths* are those of the *texts*, which are padded to one width.
    """

    texts: NDArray[np.bytes_]
    lengths: NDArray[np.uint8]
    which: NDArray[np.unsignedinteger]

    @staticmethod
    def of(values: Floats) -> "_EncodedNumbers":
        """Return *values* as text; a meter counts, so few of them differ."""
        # Zero is added to make minus zero zero: the two are equal, and one text serves both.
        distinct, which = np.unique(values + 0.0, return_inverse=True)
        words = f"{format_numbers(distinct.tolist())},".replace(",", "},").encode().split(b",")[:-1]
        kinds = (np.uint8, np.uint16, np.uint32)
        narrow = next(each for each in kinds if len(words) <= np.iinfo(each).max)
        lengths = np.array([len(word) for word in words], np.uint8)
        return _EncodedNumbers(np.array(words, dtype=np.bytes_), lengths, which.astype(narrow))

    @property
    def nbytes(self) -> int:
        return self.texts.nbytes + self.which.nbytes + self.lengths.nbytes

    def part(self, rows: slice | Steps) -> "_EncodedNumbers":
        """Return the text of some *rows* only."""
        return replace(self, which=self.which[rows])


_PIECE = 250_000
# Per process and not per world: both are pure functions of their keys. Twenty meters have a year
# of quarter-hours in 2 MB of values, and share 3 MB of heads; two days of a thousand sites have
# 3 MB of values.
_CACHED_HEADS: SizedCache[_Texts] = SizedCache(6_000_000)
_CACHED_VALUES: SizedCache[_EncodedNumbers] = SizedCache(8_000_000)


def encode_timeseries(series: Iterable[tuple[str, Iterable[Readings]]]) -> Iterator[bytes]:
    """Yield the JSON array of *series* in pieces; a series without readings is left out.

    Written by hand: a model for each of a hundred thousand readings costs a hundred times as much.
    """
    pieces: list[bytes] = []
    waiting = 0
    closing = b""
    for key, blocks in series:
        opening = (closing or b"[") + f'{{"key":{json.dumps(key)},"values":['.encode()
        for block in blocks:
            text = encode_readings(block, opening)
            opening, closing = b",", b"]},"
            pieces.append(text)
            waiting += len(text)
            if waiting >= _PIECE:
                # A long block is a piece by itself, which joining does not copy.
                yield b"".join(pieces)
                pieces, waiting = [], 0
    pieces.append(b"]}]" if closing else b"[]")
    yield b"".join(pieces)


def encode_readings(readings: Readings, opening: bytes = b",") -> bytes:
    """Return each of *readings* with commas between them and *opening* before the first.

    Dates and arrivals are of years of four digits, in any order, regular or not, and not empty.
    """
    block = readings.block
    if block is None:
        heads = _encode_timestamps(readings.dates, readings.arrivals)
        return _interleave(heads, _EncodedNumbers.of(readings.values), opening)
    values = _CACHED_VALUES.recall(block.values_key, lambda: _EncodedNumbers.of(block.values()))
    heads = _CACHED_HEADS.recall(
        block.times_key, lambda: _encode_timestamps(block.dates(), block.deliveries())
    )
    if len(block.changed):
        heads = heads.copy()
        heads[block.changed] = _encode_timestamps(block.dates()[block.changed], block.changed_at)
    return _interleave(heads[block.rows], values.part(block.rows), opening)


def _encode_timestamps(begins: Steps, arrivals: Steps) -> _Texts:
    """Return what stands before each value, all of one length."""
    made = np.empty(len(begins), f"V{len(_HEAD)}")
    made[:] = np.void(_HEAD)
    fields = made.view(_FIELDS)
    for name, stamps in (("", begins), ("updated_", arrivals)):
        days = stamps // _DAY
        # Of each day that occurs, not of each reading: spelling a date is what costs.
        first, last = int(days.min()), int(days.max())
        if last - first <= len(days):
            distinct, which = np.arange(first, last + 1), days - first
        else:
            distinct, which = np.unique(days, return_inverse=True)
        dates = np.datetime_as_string(distinct.astype("datetime64[D]")).astype(np.bytes_)
        fields[f"{name}date"] = dates[which]
        fields[f"{name}time"] = _times()[stamps - days * _DAY]
    return made


def _interleave(heads: _Texts, values: _EncodedNumbers, opening: bytes) -> bytes:
    """Return each of *heads* with its value behind it; *opening* replaces the first comma."""
    head, longest = heads.itemsize, values.texts.itemsize
    lengths = values.lengths.take(values.which).astype(np.int64)
    ends = np.cumsum(lengths + head)
    ends += len(opening) - 1
    size = int(ends[-1])
    text = np.empty(size + longest, np.uint8)
    ends -= lengths
    # Values are copied at full width; what is too much of each, the next head covers.
    _anywhere(text, longest)[ends] = values.texts.view(f"V{longest}")[values.which]
    ends -= head
    _anywhere(text, head)[ends] = heads
    text[: len(opening)] = np.frombuffer(opening, np.uint8)
    return text[:size].tobytes()


def _anywhere(text: NDArray[np.uint8], width: int) -> NDArray[Any]:
    """Return *text* as overlapping stretches of *width* bytes, one from every byte on."""
    return np.ndarray(len(text) - width + 1, f"V{width}", text, strides=(1,))


@lru_cache(maxsize=1)
def _times() -> NDArray[np.bytes_]:
    """Return the time of day of each second: `23:59:59` is the last."""
    pairs = np.array([b"%02d" % number for number in range(60)])
    made = np.empty((24, 60, 60), "V8")
    made[:] = np.void(b"00:00:00")
    fields = made.view(_CLOCK)
    fields["h"] = pairs[:24, np.newaxis, np.newaxis]
    fields["m"] = pairs[:, np.newaxis]
    fields["s"] = pairs
    return made.reshape(-1).view("S8")
