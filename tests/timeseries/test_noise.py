import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.timeseries.models import noise

KEYS = st.integers(0, 2**64 - 1)
SAMPLE_KEYS = (0, 1, 2**63, 2**64 - 1, *range(1000, 1010))
FIRST = st.integers(-(2**40), 2**40)
PHI = st.sampled_from([0.3, 0.7, 0.915, 0.99])


def run(first, count):
    return np.arange(first, first + count, dtype=np.int64)


@given(KEYS, FIRST, st.integers(1, 200), st.integers(0, 199), PHI)
def test_noise_of_a_part_is_the_part_of_the_noise(key, first, count, skip, phi):
    skip = min(skip, count - 1)
    whole, part = run(first, count), run(first + skip, count - skip)
    for draws in (noise.uniform, noise.normal, lambda key, at: noise.ar(key, at, phi)):
        assert draws(key, whole)[skip:].tolist() == draws(key, part).tolist()


@given(KEYS, st.integers(-(2**30), 2**30), st.integers(4, 200), st.integers(0, 100), PHI)
def test_a_curve_is_the_same_however_it_is_split(key, first, count, skip, phi):
    position = run(first, count) / 7.0
    skip = min(skip, count - 2)
    for memory in (0.0, phi):
        whole = noise.value_noise(key, position, memory)
        assert whole[skip:].tolist() == noise.value_noise(key, position[skip:], memory).tolist()


@given(st.lists(KEYS, min_size=1, max_size=4), FIRST, st.integers(1, 50))
def test_several_keys_draw_at_once_what_each_draws_alone(each, first, count):
    at = run(first, count)
    for draws in (noise.uniform, noise.normal):
        assert draws(noise.keys(*each), at).tolist() == [draws(key, at).tolist() for key in each]


@given(KEYS, FIRST, st.integers(1, 20))
def test_a_chance_is_what_is_drawn_of_its_step(key, first, count):
    steps = run(first, count)
    alone = [noise.chance(key, step) for step in steps.tolist()]
    assert alone == noise.uniform(key, steps).tolist()


@pytest.mark.parametrize("key", SAMPLE_KEYS)
def test_uniform_and_normal_have_their_moments(key):
    at = run(0, 20_000)
    even, bell = noise.uniform(key, at), noise.normal(key, at)
    assert (even >= 0).all() and (even < 1).all()
    assert abs(even.mean() - 0.5) < 0.015
    assert abs(bell.mean()) < 0.05 and abs(bell.std() - 1) < 0.03


@pytest.mark.parametrize("phi", [0.5, 0.9])
@pytest.mark.parametrize("key", SAMPLE_KEYS)
def test_ar_noise_has_its_autocorrelation_and_deviation(key, phi):
    lasting = noise.ar(key, run(0, 60_000), phi)
    assert abs(np.corrcoef(lasting[1:], lasting[:-1])[0, 1] - phi) < 0.03
    assert abs(lasting.std() - 1) < 0.08


def test_two_keys_have_nothing_in_common():
    at = run(0, 50_000)
    one, other = (noise.normal(noise.key("meter", name), at) for name in "ab")
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02


def test_the_bits_are_the_same_on_every_machine():
    assert noise.key("a", 1) == 2_060_247_518_134_460_952
    assert noise.bits(1, run(-1, 3)).tolist() == [
        16_946_567_177_733_334_686,
        6_238_072_747_940_578_789,
        10_451_216_379_200_822_465,
    ]
    assert noise.normal(1, run(0, 2)).tolist() == [-2.277277369557523, -0.7654713847252179]
