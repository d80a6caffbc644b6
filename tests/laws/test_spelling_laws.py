import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from mockapi.api.sites import ProjectBody, SiteAssociation
from mockapi.domain import ids, timestamps
from mockapi.domain.oauth import Scope, join_scopes, parse_scopes
from mockapi.http.json_bodies import json_number

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TOKEN = re.compile(r"mock[A-Za-z0-9]{24}")

aware = st.datetimes(timezones=st.just(UTC))
whole_seconds = aware.map(lambda at: at.replace(microsecond=0))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
paths = st.lists(st.text() | st.integers(), min_size=1, max_size=4)
seeds = st.integers(0, 2**63 - 1)
stamps = st.integers(0, 2**63 - 1)


@given(whole_seconds)
def test_what_is_written_to_the_second_is_read_back(at):
    assert timestamps.parse(timestamps.format_seconds(at)) == at


@given(aware)
def test_writing_to_the_second_cuts_and_never_rounds(at):
    assert timestamps.parse(timestamps.format_seconds(at)) == at.replace(microsecond=0)


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=offsets),  # noqa: DTZ001
    st.sampled_from(["+", " "]),
)
def test_instant_is_parsed_with_any_offset_and_unencoded_plus(at, plus):
    text = at.isoformat(timespec="microseconds").replace("+", plus)

    assert timestamps.parse(text) == at


@given(
    st.text()
    | st.from_regex(
        r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{0,12})?([Zz]|[+ -]\d\d:\d\d)?", fullmatch=True
    )
)
def test_any_text_is_an_instant_in_utc_or_a_value_error(text):
    at = None
    with suppress(ValueError):
        at = timestamps.parse(text)

    assert at is None or at.tzinfo is UTC


@given(stamps)
def test_nanosecond_timestamp_has_no_trailing_zeros(stamp):
    text = timestamps.format_nanoseconds(stamp)
    second, _, fraction = text.removesuffix("Z").partition(".")
    whole = timestamps.parse(f"{second}Z") - datetime(1970, 1, 1, tzinfo=UTC)

    assert int(whole.total_seconds()) + Fraction(f"0.{fraction or 0}") == Fraction(stamp, 10**9)
    assert re.fullmatch(r"(\d{0,8}[1-9])?", fraction)


@given(stamps)
def test_nanoseconds_are_cut_to_microseconds_and_come_back(stamp):
    assert timestamps.to_nanoseconds(timestamps.from_nanoseconds(stamp)) == stamp - stamp % 1_000


@given(aware)
def test_an_instant_survives_as_nanoseconds(at):
    assert timestamps.from_nanoseconds(timestamps.to_nanoseconds(at)) == at


@given(seeds, paths)
def test_an_id_has_the_shape_of_the_recorded_ones_and_repeats(seed, path):
    assert UUID4.fullmatch(ids.uuid4(seed, *path))
    assert ids.uuid4(seed, *path) == ids.uuid4(seed, *path)


@given(seeds, paths)
def test_token_is_realistic_fake_and_reproducible(seed, path):
    assert TOKEN.fullmatch(ids.token(seed, *path))
    assert ids.token(seed, *path) == ids.token(seed, *path)


@given(seeds, seeds, st.integers(0), st.integers(0))
def test_other_seed_or_position_gives_other_id_and_token(seed, other, place, elsewhere):
    if (seed, place) == (other, elsewhere):
        return
    for derive in (ids.uuid4, ids.token):
        assert derive(seed, "site", place) != derive(other, "site", elsewhere)


@given(st.integers(1, 2**64), paths)
def test_a_drawn_number_is_below_its_bound(below, path):
    assert 0 <= ids.seeded_int(1, *path, below=below) < below


@given(st.frozensets(st.sampled_from(Scope)))
def test_scopes_survive_their_spelling(scopes):
    assert parse_scopes(join_scopes(scopes)) == scopes


@given(st.integers(-(2**63), 2**63 - 1), st.text(min_size=1, max_size=1000))
def test_an_association_is_echoed_to_the_last_bit_and_letter(leed_id, leed_name):
    body = json.dumps({"leedName": leed_name, "leedId": leed_id})
    read = SiteAssociation.model_validate(json.loads(body))

    assert (read.leed_id, read.leed_name) == (leed_id, leed_name)
    assert json.loads(ProjectBody(leed_id=leed_id, leed_name=leed_name).model_dump_json()) == {
        "leed_id": leed_id,
        "leed_name": leed_name,
    }


@given(st.floats(0, 100))
def test_a_number_keeps_its_value_and_loses_a_needless_point(value):
    text = json.dumps(json_number(value))

    assert float(text) == value
    assert not text.endswith(".0")
