"""Encoding of readings as JSON with numpy.

Texts of equal values, dates and times are formatted once and copied to their places, without a
loop over readings and mostly without the interpreter's lock.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mockapi.http.json_bodies import format_numbers
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
    """Values as text, each with a closing brace: row n has the text *which[n]*.

    *texts* are padded to one width; *lengths* are their lengths without padding.
    """

    texts: NDArray[np.bytes_]
    lengths: NDArray[np.uint8]
    which: NDArray[np.unsignedinteger]

    @staticmethod
    def of(values: Floats) -> "_EncodedNumbers":
        """Return *values* as text. Few of them are distinct, because meters count pulses."""
        # Adding zero turns minus zero into zero, because both are equal and share a text.
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
# Per process and not per world, because both are pure functions of their keys. A year of
# quarter-hours of twenty meters takes 2 MB of values and 3 MB of shared heads; two days of a
# thousand sites take 3 MB of values.
_CACHED_HEADS: SizedCache[_Texts] = SizedCache(6_000_000)
_CACHED_VALUES: SizedCache[_EncodedNumbers] = SizedCache(8_000_000)


def encode_timeseries(series: Iterable[tuple[str, Iterable[Readings]]]) -> Iterator[bytes]:
    """Yield the JSON array of *series* in pieces; a series without readings is omitted.

    Models for a hundred thousand readings would take a hundred times as long.
    """
    pieces: list[bytes | memoryview] = []
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
                # A long block is a piece of its own, which joining does not copy.
                yield b"".join(pieces)
                pieces, waiting = [], 0
    pieces.append(b"]}]" if closing else b"[]")
    yield b"".join(pieces)


def encode_readings(readings: Readings, opening: bytes = b",") -> memoryview:
    """Return the bytes of *readings* separated by commas, with *opening* before the first.

    There is at least one; years have four digits; order and spacing do not matter.
    """
    block = readings.block
    if block is None:
        heads = _encode_timestamps(readings.dates, readings.arrivals)
        return _interleave(heads, _EncodedNumbers.of(readings.values), opening)
    values = _CACHED_VALUES.get_or_compute(
        block.values_key, lambda: _EncodedNumbers.of(block.values())
    )
    heads = _CACHED_HEADS.get_or_compute(
        block.times_key, lambda: _encode_timestamps(block.dates(), block.deliveries())
    )
    if len(block.changed):
        heads = heads.copy()
        heads[block.changed] = _encode_timestamps(block.dates()[block.changed], block.changed_at)
    return _interleave(heads[block.rows], values.part(block.rows), opening)


def _encode_timestamps(begins: Steps, arrivals: Steps) -> _Texts:
    """Return the text before each value, all of one length."""
    made = np.empty(len(begins), f"V{len(_HEAD)}")
    made[:] = np.void(_HEAD)
    fields = made.view(_FIELDS)
    for name, stamps in (("", begins), ("updated_", arrivals)):
        days = stamps // _DAY
        # Per distinct day and not per reading, because formatting dates is expensive.
        first, last = int(days.min()), int(days.max())
        if last - first <= len(days):
            distinct, which = np.arange(first, last + 1), days - first
        else:
            distinct, which = np.unique(days, return_inverse=True)
        dates = np.datetime_as_string(distinct.astype("datetime64[D]")).astype(np.bytes_)
        fields[f"{name}date"] = dates[which]
        fields[f"{name}time"] = _times()[stamps - days * _DAY]
    return made


def _interleave(heads: _Texts, values: _EncodedNumbers, opening: bytes) -> memoryview:
    """Return each of *heads* followed by its value; *opening* replaces the first comma."""
    head, longest = heads.itemsize, values.texts.itemsize
    lengths = values.lengths.take(values.which).astype(np.int64)
    ends = np.cumsum(lengths + head)
    ends += len(opening) - 1
    size = int(ends[-1])
    text = np.empty(size + longest, np.uint8)
    ends -= lengths
    # Values are copied at full width; the next head overwrites the padding.
    _views(text, longest)[ends] = values.texts.view(f"V{longest}")[values.which]
    ends -= head
    _views(text, head)[ends] = heads
    text[: len(opening)] = np.frombuffer(opening, np.uint8)
    return text[:size].data


def _views(text: NDArray[np.uint8], width: int) -> NDArray[Any]:
    """Return overlapping views of *width* bytes, one from every byte of *text*."""
    return np.ndarray(len(text) - width + 1, f"V{width}", text, strides=(1,))


@lru_cache(maxsize=1)
def _times() -> NDArray[np.bytes_]:
    """Return the text of each second of a day, from `00:00:00` to `23:59:59`."""
    pairs = np.array([b"%02d" % number for number in range(60)])
    made = np.empty((24, 60, 60), "V8")
    made[:] = np.void(b"00:00:00")
    fields = made.view(_CLOCK)
    fields["h"] = pairs[:24, np.newaxis, np.newaxis]
    fields["m"] = pairs[:, np.newaxis]
    fields["s"] = pairs
    return made.reshape(-1).view("S8")
