"""Caches do not change values: any window equals one that is computed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.timeseries.block_cache import BlockCache

WINDOWS = st.tuples(st.sampled_from("abc"), st.integers(-300, 300), st.integers(1, 120))


def squares(subject, first, count):
    steps = np.arange(first, first + count, dtype=np.float64)
    return np.stack((steps * steps, steps + ord(subject)))


def counting():
    """A course that is short up to 20 steps, and how many steps it computed each time."""
    computed = []

    def compute(subject, first, count):
        computed.append(count)
        return squares(subject, first, count)

    return BlockCache(compute, size=50, short=20, margin=(7, 3), blocks=2, keys=2), computed


@given(st.lists(WINDOWS, max_size=20))
def test_cached_windows_equal_computed_windows(windows):
    course, _ = counting()
    for window in windows:
        assert course(*window).tolist() == squares(*window).tolist()


def test_short_window_is_computed_with_neighbours_and_cached():
    course, computed = counting()
    for first, count in ((100, 10), (93, 20), (95, 18), (100, 1)):
        course("a", first, count)
    assert computed == [20]
    course("a", 92, 2)
    assert computed == [20, 12]


def test_oldest_keys_are_removed_first():
    course, computed = counting()
    for subject in "abab":
        course(subject, 0, 10)
    assert computed == [20, 20]
    for subject in "cab":
        course(subject, 0, 10)
    assert computed == [20, 20, 20, 20, 20]


def test_long_window_is_cut_from_cached_blocks():
    course, computed = counting()
    course("a", 30, 60)
    course("a", 0, 21)
    assert computed == [50, 50]


def test_cached_arrays_are_read_only():
    course, _ = counting()
    for count in (10, 30):
        with pytest.raises(ValueError, match="read-only"):
            course("a", 0, count)[0, 0] = 1.0
