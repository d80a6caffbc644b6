"""Moving the clock of a world by HTTP and by the fixture."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from clock_steps import NOON

from mockapi import create_app, serve_in_thread
from mockapi.client import MockApi, MockApiError
from mockapi.domain.clock import ManualClock
from mockapi.settings import Settings

CLOCK = "/__admin/clock"
NINE = {"now": "2026-06-01T09:00:00Z", "mode": "frozen", "rate": 0}

BACK = (
    "{1} is in the past: the clock is at {0} and moves forward only. "
    "Reset the world or restore a snapshot to go back."
)


class Adjusted(ManualClock):
    """A clock that is set back, as machines are by the network's time."""

    def set_back(self, by: timedelta) -> None:
        self._at -= by


def move(world, **how):
    return world.put(CLOCK, json=how).json()


def refusal(world, **how):
    body = world.put(CLOCK, json=how).json()
    return body["status"], body["detail"]


def test_world_begins_at_clock_of_scenario(world, open_world):
    assert world.get(CLOCK).json() == NINE
    assert open_world("clock: 2026-02-28T23:59:59.5Z\n").get(CLOCK).json() == {
        "now": "2026-02-28T23:59:59.5Z",
        "mode": "frozen",
        "rate": 0,
    }


@pytest.mark.parametrize(
    ("by", "then"),
    [
        ("P1DT2H", "2026-06-02T11:00:00Z"),
        ("PT0.25S", "2026-06-01T09:00:00.25Z"),
        ("P2W", "2026-06-15T09:00:00Z"),
        ("P1M", "2026-07-01T09:00:00Z"),
        ("P2Y", "2028-06-01T09:00:00Z"),
        ("PT0S", "2026-06-01T09:00:00Z"),
    ],
)
def test_advanced_frozen_clock_stays_frozen(world, by, then):
    assert move(world, advance=by) == {"now": then, "mode": "frozen", "rate": 0}
    assert world.get("/__admin/world").json()["now"] == then.replace(".25Z", "Z")


def test_month_after_end_of_january_is_end_of_february(open_world):
    world = open_world("clock: 2028-01-31T09:00:00Z\n")
    assert move(world, advance="P1M")["now"] == "2028-02-29T09:00:00Z"


def test_clock_is_frozen_at_instant_with_any_offset(world):
    assert move(world, freeze="2026-06-01T14:00:00+02:00") == NINE | {"now": "2026-06-01T12:00:00Z"}


def test_running_clock_uses_its_rate(open_world, system):
    world = open_world(scenario="empty", clock=system)
    began = {"now": "2026-07-01T12:00:00Z", "mode": "running", "rate": 86400}
    assert move(world, rate=86400) == began
    system.advance(timedelta(seconds=2))
    assert world.get(CLOCK).json() == began | {"now": "2026-07-03T12:00:00Z"}
    assert move(world, advance="PT1H") == began | {"now": "2026-07-03T13:00:00Z"}
    assert move(world, rate=0.5) == {"now": "2026-07-03T13:00:00Z", "mode": "running", "rate": 0.5}
    system.advance(timedelta(seconds=2))
    assert move(world, rate=0) == {"now": "2026-07-03T13:00:01Z", "mode": "frozen", "rate": 0}


def test_given_clock_is_followed_by_the_world(open_world, system):
    world = open_world(scenario="empty", clock=system)
    following = {"now": "2026-07-01T12:00:00Z", "mode": "system", "rate": 1}
    assert world.get(CLOCK).json() == following
    system.advance(timedelta(hours=1))
    assert world.get(CLOCK).json() == following | {"now": "2026-07-01T13:00:00Z"}

    ahead = {"now": "2026-07-02T13:00:00Z", "mode": "running", "rate": 1}
    assert move(world, advance="P1D") == ahead
    system.advance(timedelta(hours=1))
    assert world.get(CLOCK).json() == ahead | {"now": "2026-07-02T14:00:00Z"}
    assert refusal(world, follow="system") == (
        409,
        BACK.format("2026-07-02T14:00:00Z", "2026-07-01T14:00:00Z"),
    )
    system.advance(timedelta(days=2))
    move(world, freeze="2026-07-09T00:00:00Z")
    system.advance(timedelta(days=30))
    assert move(world, follow="system")["now"] == "2026-08-02T14:00:00Z"


def test_time_in_the_past_is_refused(world):
    assert refusal(world, freeze="2026-06-01T08:59:59Z") == (
        409,
        BACK.format("2026-06-01T09:00:00Z", "2026-06-01T08:59:59Z"),
    )
    assert world.get(CLOCK).json() == NINE


@pytest.mark.parametrize("by", ["P175Y", "P9999Y", "P900000W"])
def test_clock_after_year_2200_is_refused(world, by):
    assert refusal(world, advance=by) == (
        409,
        (
            "The clock is at 2026-06-01T09:00:00Z and cannot go beyond the year 2200. "
            "Advance it by less."
        ),
    )


def test_a_running_clock_stops_at_the_end(open_world, system):
    world = open_world(scenario="empty", clock=system)
    move(world, rate=1e9)
    system.advance(timedelta(days=1))
    assert world.get(CLOCK).json()["now"] == "2200-12-31T23:59:59Z"


ISO_8601 = "must be an ISO 8601 duration such as P1DT2H, PT90S or P1M"


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        ({}, "body: must have exactly one of freeze, advance, rate, follow"),
        (
            {"rate": 1, "follow": "system"},
            "body: must have exactly one of freeze, advance, rate, follow",
        ),
        ({"freeze": None}, "body: must have exactly one of freeze, advance, rate, follow"),
        ({"advance": "-P1D"}, "advance: must not be negative: a clock moves forward only"),
        *(({"advance": by}, f"advance: {ISO_8601}") for by in ("", "P", "PT", "P1DT", "1 day")),
        ({"advance": "P999999999999D"}, "advance: must be a duration of less than a billion days"),
        ({"rate": -1}, "rate: must be at least 0, not -1"),
        ({"follow": "me"}, "follow: must be 'system', not 'me'"),
        ({"wind": 1}, "wind: is not known here. Use one of freeze, advance, rate, follow."),
        (
            {"freeze": "2201-01-01T00:00:00Z"},
            "freeze: must be an instant in the years 1900 to 2200",
        ),
    ],
)
def test_invalid_clock_move_is_refused(world, how, complaint):
    assert refusal(world, **how) == (400, complaint)
    assert world.get(CLOCK).json() == NINE


def test_reset_restores_the_clock_of_the_scenario(world):
    move(world, rate=60)
    world.post("/__admin/reset")
    assert world.get(CLOCK).json() == NINE


def test_moved_clock_continues_after_restart(tmp_path, open_world, system):
    data = tmp_path / "world.sqlite"
    with open_world(scenario="empty", data=data, clock=system) as world:
        move(world, freeze="2026-07-02T00:00:00Z")
        world.app.state.world.close()
    system.advance(timedelta(hours=1))
    with open_world(data=data, clock=system) as world:
        assert world.get(CLOCK).json() == NINE | {"now": "2026-07-02T00:00:00Z"}
        move(world, rate=60)
        world.app.state.world.close()
    system.advance(timedelta(hours=1))
    again = open_world(data=data, clock=system)
    going = {"now": "2026-07-04T12:00:00Z", "mode": "running", "rate": 60}
    assert again.get(CLOCK).json() == going


def test_restarted_world_still_follows_the_system(tmp_path, open_world, system):
    data = tmp_path / "world.sqlite"
    first = open_world(scenario="empty", data=data, clock=system)
    first.app.state.world.close()
    system.advance(timedelta(days=3))
    assert open_world(data=data, clock=system).get(CLOCK).json() == {
        "now": "2026-07-04T12:00:00Z",
        "mode": "system",
        "rate": 1,
    }


def test_world_clock_never_goes_back(open_world):
    system = Adjusted(NOON)
    world = open_world(scenario="empty", clock=system)
    move(world, rate=2)
    system.advance(timedelta(hours=1))
    noon = world.get(CLOCK).json()
    system.set_back(timedelta(minutes=30))
    assert world.get(CLOCK).json() == noon


def test_fixture_moves_the_clock(mockapi):
    nine = datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert mockapi.clock.now() == nine
    assert mockapi.clock.advance("PT1H") == nine + timedelta(hours=1)
    assert mockapi.clock.advance(timedelta(days=40, microseconds=5)) == nine + timedelta(
        days=40, hours=1, microseconds=5
    )
    ten = datetime(2026, 8, 1, 10, tzinfo=UTC)
    assert mockapi.clock.freeze(ten) == mockapi.clock.freeze("2026-08-01T10:00:00Z") == ten
    assert repr(mockapi.clock) == "<clock at 2026-08-01T10:00:00+00:00>"

    assert mockapi.clock.run(86400) >= ten
    stood = mockapi.clock.freeze()
    assert mockapi.clock.now() == stood >= ten
    mockapi.reset()
    assert mockapi.clock.now() == nine
    before = datetime.now(UTC)
    assert before <= mockapi.clock.follow_system() <= datetime.now(UTC)


def test_fixture_refuses_invalid_clock_moves(mockapi):
    with pytest.raises(MockApiError, match="advance: must not be negative"):
        mockapi.clock.advance(timedelta(seconds=-1))
    with pytest.raises(MockApiError, match="the clock is at 2026-06-01"):
        mockapi.clock.freeze("2026-01-01T00:00:00Z")
    with pytest.raises(ValueError, match=r"does not have a time zone\. Add tzinfo=UTC\."):
        mockapi.clock.freeze(datetime(2026, 8, 1))  # noqa: DTZ001 - the mistake


@pytest.mark.parametrize("path", ["/healthz", "/", "/ecostruxure/scoring/v1/sites", "/nowhere"])
def test_date_header_uses_the_configured_clock(path):
    def dates(**settings) -> list[str]:
        with serve_in_thread(create_app(Settings(scenario="empty", **settings))) as url:
            MockApi(url).clock.advance("P1D")
            try:
                with urlopen(url + path) as answer:
                    return answer.headers.get_all("date")
            except HTTPError as error:
                return error.headers.get_all("date")

    assert dates(date_header="world") == ["Tue, 02 Jun 2026 09:00:00 GMT"]
    (date,) = dates()
    assert abs(parsedate_to_datetime(date) - datetime.now(UTC)) < timedelta(minutes=1)


def test_named_worlds_have_own_clocks_and_snapshots(world):
    for name in ("blue", "red"):
        world.post("/__admin/worlds", json={"name": name, "date_header": "world"})
    world.post("/w/blue/__admin/snapshots", json={"name": "kept"}).raise_for_status()
    world.put("/w/blue/__admin/clock", json={"advance": "P1D"}).raise_for_status()
    answers = {name: world.get(f"{name}{CLOCK}") for name in ("", "/w/blue", "/w/red")}
    later = NINE | {"now": "2026-06-02T09:00:00Z"}
    assert [each.json() for each in answers.values()] == [NINE, later, NINE]
    assert answers["/w/blue"].headers["date"] == "Tue, 02 Jun 2026 09:00:00 GMT"
    assert world.get("/w/red/__admin/snapshots").json() == []
