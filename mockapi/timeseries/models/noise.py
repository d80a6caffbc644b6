"""Repeatable noise for spans of steps, by key, without a sequence.

Every draw is a pure function of a key and a step number, in integer arithmetic. March does not
depend on April, and all machines agree to the bit.
"""

import math
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

VERSION = 3
"""Version of the generator. It changes when any reading gets another value."""

_KEYS = 1
"""Part of every key. Another number changes all draws."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Steps = NDArray[np.int64]
Keys = NDArray[np.uint64]
"""Several keys of shape (n, 1). They draw n rows at once at little extra cost."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_PAIRS = np.uint64(0x00FF00FF00FF00FF)
_ONES = np.uint64(0x0001000100010001)
_8, _11, _27, _30, _31, _48 = (np.uint64(each) for each in (8, 11, 27, 30, 31, 48))
_WHOLE = 0xFFFFFFFFFFFFFFFF
_BYTES_MEAN = 8 * 127.5
_BYTES_DEVIATION = math.sqrt(8 * (256.0**2 - 1) / 12)
_NEGLIGIBLE = 0.005
_HALF_WINDOW = 64


@lru_cache(maxsize=8_192)
def key(*parts: object) -> int:
    """Return the 64-bit key of *parts*."""
    text = "|".join(map(str, (_KEYS, *parts)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def keys(*each: int) -> Keys:
    """Return an array of keys."""
    return np.array(each, np.uint64)[:, np.newaxis]


def bits(key: int | Keys, steps: Steps) -> NDArray[np.uint64]:
    """Return 64 random bits per step: the finalizer of splitmix64 over the counter.

    Several keys give draws of shape (n, count).
    """
    counter = steps.view(np.uint64) * _GOLDEN
    mixed = counter + (np.uint64(key) if isinstance(key, int) else key)
    shifted = mixed >> _30
    mixed ^= shifted
    mixed *= _FIRST
    mixed ^= np.right_shift(mixed, _27, out=shifted)
    mixed *= _SECOND
    mixed ^= np.right_shift(mixed, _31, out=shifted)
    return mixed


def uniform(key: int | Keys, steps: Steps) -> Floats:
    """Return draws from [0, 1), one per step; one row for each of several keys."""
    return (bits(key, steps) >> _11).astype(np.float64) * 2.0**-53


def normal(key: int | Keys, steps: Steps) -> Floats:
    """Return approximately normal draws, mean 0 and deviation 1: sums of eight random bytes."""
    word = bits(key, steps)
    pairs = word & _PAIRS
    word >>= _8
    word &= _PAIRS
    word += pairs
    # Four sums of two bytes in one word: the highest part of the product is their sum.
    word *= _ONES
    word >>= _48
    drawn = word.astype(np.float64)
    drawn -= _BYTES_MEAN
    drawn /= _BYTES_DEVIATION
    return drawn


@lru_cache(maxsize=8_192)
def draw(key: int, low: float = 0.0, high: float = 1.0) -> float:
    """Return the single draw from [low, high) of *key*."""
    return low + (high - low) * (_word(key) >> 11) * 2.0**-53


@lru_cache(maxsize=8_192)
def draw_normal(key: int) -> float:
    """Return the single approximately normal draw of *key*."""
    return (sum(_word(key).to_bytes(8, "big")) - _BYTES_MEAN) / _BYTES_DEVIATION


def chance(key: int, step: int) -> float:
    """Return the draw of `uniform` for one *step*, without an array."""
    return (_word(key + step * int(_GOLDEN) & _WHOLE) >> 11) * 2.0**-53


def _word(key: int) -> int:
    """Return the draw of `bits` at step 0, without an array."""
    key ^= key >> 30
    key = key * int(_FIRST) & _WHOLE
    key ^= key >> 27
    key = key * int(_SECOND) & _WHOLE
    return key ^ key >> 31


def ar1_warmup(phi: float) -> int:
    """Return the number of earlier steps that `ar1_filter` needs, for *phi* per step."""
    return (1 << max(1, math.ceil(math.log2(math.log(_NEGLIGIBLE) / math.log(phi))))) - 1


def ar1_filter(white: Floats, phi: float) -> Floats:
    """Return AR(1) noise of deviation 1 from *white* noise.

    The result is shorter than *white* by `ar1_warmup(phi)`. The filter is a truncated response, (1
    + phi B)(1 + phi^2 B^2)(1 + phi^4 B^4)..., so any split of a run gives the same values.
    """
    reach = ar1_warmup(phi) + 1
    value, lag, weight = white, 1, phi
    while lag < reach:
        value = value[..., lag:] + weight * value[..., :-lag]
        weight *= weight
        lag *= 2
    return value * math.sqrt((1 - phi * phi) / (1 - weight))


def extend_back(steps: Steps, count: int) -> Steps:
    """Return the consecutive *steps* preceded by *count* more."""
    return np.arange(int(steps[0]) - count, int(steps[-1]) + 1, dtype=np.int64)


def ar(key: int | Keys, steps: Steps, phi: float) -> Floats:
    """Return AR(1) noise of deviation 1 with coefficient *phi*; *steps* are consecutive.

    Several keys give noise of shape (n, count).
    """
    return ar1_filter(normal(key, extend_back(steps, ar1_warmup(phi))), phi)


def detrended_ar1(key: int, steps: Steps, phi: float) -> Floats:
    """Return `ar` minus its moving mean over 128 steps.

    It does not contribute to daily totals; other noise does.
    """
    return less_moving_mean(ar(key, extend_around(steps, _HALF_WINDOW), phi), _HALF_WINDOW)


def extend_around(steps: Steps, half: int) -> Steps:
    """Return the consecutive *steps* with those before and after that `less_moving_mean` needs."""
    return np.arange(int(steps[0]) - half, int(steps[-1]) + half, dtype=np.int64)


def less_moving_mean(values: Floats, half: int, share: float = 1.0) -> Floats:
    """Return *values* minus a *share* of their mean over 2 * *half*, which is a power of 2.

    The result is that of the steps that were given to `extend_around`.
    """
    total, lag = values, 1
    while lag < 2 * half:
        total = total[lag:] + total[:-lag]
        lag *= 2
    return values[half : 1 - half] - total * (share / (2 * half))


def lattice_points(position: Floats) -> Steps:
    """Return the whole positions that `catmull_rom` needs for ascending *position*."""
    return np.arange(math.floor(position[0]) - 1, math.floor(position[-1]) + 3, dtype=np.int64)


def catmull_rom(values: Floats, first: int, position: Floats) -> Floats:
    """Return a Catmull-Rom curve at *position* through *values* at first, first + 1, ..."""
    whole = np.floor(position)
    part = position - whole
    index = whole.astype(np.int64) - (first + 1)
    back, here, ahead, beyond = values[:-3], values[1:-2], values[2:-1], values[3:]
    bend = 2 * back - 5 * here + 4 * ahead - beyond
    twist = 3 * (here - ahead) + beyond - back
    curve: Floats = twist[index]
    curve *= part
    curve += bend[index]
    curve *= part
    curve += (ahead - back)[index]
    part *= 0.5
    curve *= part
    curve += here[index]
    return curve


def value_noise(key: int, position: Floats, phi: float = 0.0) -> Floats:
    """Return a smooth curve through noise of deviation 1 at whole numbers.

    *position* ascends. *phi* is the correlation of successive points.
    """
    at = lattice_points(position)
    values = ar(key, at, phi) if phi else normal(key, at)
    return catmull_rom(values, int(at[0]), position)


def span(numbers: Steps) -> Steps:
    """Return every whole number from the lowest to the highest of *numbers*."""
    return np.arange(int(numbers.min()), int(numbers.max()) + 1, dtype=np.int64)


def draw_each(key: int | Keys, numbers: Steps) -> Floats:
    """Return the draw of each of *numbers*. Repeated numbers are drawn once.

    Several keys give one row each.
    """
    whole = span(numbers)
    drawn: Floats = uniform(key, whole)[..., numbers - whole[0]]
    return drawn


def occurs(key: int, numbers: Steps, chance: float) -> Bools:
    """Return for each of *numbers* whether an event of probability *chance* occurs."""
    return draw_each(key, numbers) < chance


def smooth_step(position: Floats) -> Floats:
    """Return a smooth step: 0 below -0.5, 1 above 0.5."""
    part: Floats = np.minimum(np.maximum(position + 0.5, 0.0), 1.0)
    return part * part * (3 - 2 * part)


def limited(values: Floats, most: float) -> Floats:
    """Return *values*, of which large ones approach *most* or its negative."""
    result: Floats = most * np.tanh(values / most)
    return result
