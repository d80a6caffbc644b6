"""Totals of the chart of a site, and amounts that are compared with earlier ones."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.amounts import amounts_of, compare
from mockapi.console.comparison import Comparison
from mockapi.settings import Settings
from mockapi.store.tables import Site
from mockapi.timeseries.readings import Readings
from mockapi.world.sites import all_sites

DAY = timedelta(days=1)
WINDOW = {"since": "2026-05-02T09:00:00Z", "until": "2026-06-01T09:00:00Z"}


@pytest.fixture(scope="module")
def client():
    app = create_app(Settings())
    yield TestClient(app)
    app.state.worlds.close()


def first_site(client) -> Site:
    return all_sites(client.app.state.worlds.first)[0]


def totals(client, site: Site, measurement: int = 0, **query: str) -> str:
    meters = client.get(f"/__admin/sites/{site.id}").json()["meters"]
    key = [one["key"] for each in meters for one in each["measurements"]][measurement]
    page = client.get(f"/console/sites/{site.id}/totals", params=WINDOW | query | {"key": key})
    assert page.status_code == 200
    return re.search(r'id="totals">(.*?)</p>', page.text)[1]


def readings(dates: list[int], values: list[float]) -> Readings:
    return Readings(np.array(dates), np.array(dates), np.array(values))


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (readings([1, 2, 3], [1, 2, 4]), readings([1, 2, 3], [1, 1, 1]), Comparison(3, 7, 3)),
        # An interval that one of them lacks does not count, nor does a second reading of a date.
        (readings([1, 3], [1, 4]), readings([1, 2, 3], [1, 9, 1]), Comparison(2, 5, 2)),
        (readings([1, 2, 3], [1, 9, 4]), readings([1, 3], [1, 1]), Comparison(2, 5, 2)),
        (readings([1, 1, 2], [1, 8, 1]), readings([1, 2, 2], [1, 1, 8]), Comparison(2, 2, 2)),
        (readings([], []), readings([1], [1]), Comparison(0, 0, 0)),
    ],
)
def test_only_intervals_of_both_are_compared(now, before, expected):
    earlier = Readings(before.dates - 86_400, before.arrivals, before.values)
    assert compare(now, earlier, DAY) == expected


def test_change_needs_an_earlier_amount():
    assert Comparison(1, 3.0, 2.0).change == pytest.approx(50)
    assert Comparison(1, 3.0, 0.0).change is None


def test_missing_readings_do_not_look_like_savings(client):
    site = first_site(client)
    assert "compared" not in totals(client, site)
    words = totals(client, site, compared="")
    assert re.fullmatch(
        r"Purchased from Grid: [\d,]+ kWh, [\d.]+ % (more|less) than a year earlier"
        r" in the 695 hours that both years have",
        words,
    )
    # A window without missing readings needs no explanation.
    may = {"since": "2026-05-02T09:00:00Z", "until": "2026-05-20T09:00:00Z"}
    assert totals(client, site, compared="", **may).endswith(" than a year earlier")


def test_window_older_than_the_history_is_not_compared(client):
    old = {"since": "2025-06-01T09:00:00Z", "until": "2025-07-01T09:00:00Z"}
    site = first_site(client)
    assert re.fullmatch(r"Purchased from Grid: [\d,]+ kWh", totals(client, site, **old))
    assert re.fullmatch(
        r"Purchased from Grid: [\d,]+ kWh; "
        r"totals are compared if readings of a year earlier cover half of the days; they begin on "
        r"\d{4}-\d\d-\d\d",
        totals(client, site, compared="", **old),
    )


def test_temperature_has_no_total(client):
    assert totals(client, first_site(client), -2) == ""


def test_month_is_shared_equally_by_its_days(tmp_path):
    path = tmp_path / "monthly.yaml"
    path.write_text(
        "clock: 2026-06-10T09:00:00Z\nsites: [{id: one, building: office, city: Lyon,"
        " registered: true, meters: [{usage: Purchased from Grid, interval: P1M}]}]\n",
        "utf-8",
    )
    app = create_app(Settings(scenario=str(path)))
    world = app.state.worlds.first
    channel = next(iter(world.reader.channels(first_site(TestClient(app)))))
    begin, half, end = (datetime(2026, *each, tzinfo=UTC) for each in ((4, 1), (4, 16), (5, 1)))
    whole = world.reader.columns(channel, begin, end)[0].values
    app.state.worlds.close()

    found = amounts_of(world, channel, half, end)
    assert len(found) == 15
    assert found.values.sum() == pytest.approx(whole.sum() / 2)


@pytest.mark.parametrize(
    ("path", "query", "reason"),
    [
        ("unknown", WINDOW, "unknown"),
        ("{site}", {"since": "yesterday", "until": "now"}, "yesterday"),
        ("{site}", {}, "must be an RFC 3339 date-time"),
    ],
)
def test_unknown_site_and_window_are_not_found(client, path, query, reason):
    path = path.format(site=first_site(client).id)
    page = client.get(f"/console/sites/{path}/totals", params=query)
    assert page.status_code == 404
    assert reason in page.text
