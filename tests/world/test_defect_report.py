"""The defect report of the control API matches the served readings."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import yaml
from starlette.testclient import TestClient

from mockapi import MockApi, create_app, serve_in_thread
from mockapi.client import MockApiError
from mockapi.resources import scenarios
from mockapi.scenario.defects import DEFECT_KINDS
from mockapi.settings import Settings

SITES = "/ecostruxure/scoring/v1/sites"

SMALL = """\
clock: 2026-06-01T09:00:00Z
history: P40D
interval: PT15M
sites:
  - building: office
    city: Lyon
    id: one
    registered: true
    meters:
      - {usage: Purchased from Grid, id: grid, measurements: [{name: Active Energy, key: energy,
         unit: kWh}, {name: Reactive Energy, key: reactive, unit: kWh}]}
      - {usage: Natural Gas, id: gas, measurements: [{name: Fuel Volume, key: fuel}]}
      - {usage: CO2, id: air, measurements: [{name: CO2 Concentration, key: air, unit: ppm},
         {name: Humidity, key: damp, unit: '%'}]}
    defects:
      - {kind: spike, usage: Purchased from Grid, at: 2026-05-20T10:30:00Z, factor: 50}
      - {kind: co2_drift, at: 2026-05-10T00:00:00Z, ppm_per_month: 30}
      - {kind: register_rollover, at: 2026-05-12T00:00:00Z, counts: 1000}
      - {kind: swapped_meters, usage: Natural Gas, with: Purchased from Grid,
         at: 2026-05-25T00:00:00Z, for: P2D}
"""


def asked(scenario) -> TestClient:
    return TestClient(create_app(Settings(scenario=str(scenario))))


@pytest.fixture
def small(tmp_path) -> TestClient:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return asked(tmp_path / "small.yaml")


def readings(server: TestClient, site: str, query: str = "") -> dict[str, list[tuple]]:
    """Return the rows under each key of *site* as (date, value)."""
    token = server.post("/__admin/tokens").json()["access_token"]
    answer = server.get(
        f"{SITES}/{site}/timeseries{query}", headers={"Authorization": f"Bearer {token}"}
    ).json()
    return {
        each["key"]: [(row["date"], row["updatedAt"], row["value"]) for row in each["values"]]
        for each in answer
    }


def listed(server: TestClient, **request_body) -> list[dict]:
    body = server.get("/__admin/defects", params={"limit": 10_000, **request_body}).json()
    assert body["has_more"] is False
    return body["defects"]


def without_defects(tree):
    if isinstance(tree, list):
        return [without_defects(each) for each in tree]
    if isinstance(tree, dict):
        return {key: without_defects(each) for key, each in tree.items() if key != "defects"}
    return tree


def test_defects_list_site_meter_keys_time_and_settings(small):
    result = listed(small)
    assert [each["kind"] for each in result] == [
        "co2_drift", "register_rollover", "register_rollover", "spike", "swapped_meters",
        "swapped_meters",
    ]  # fmt: skip
    assert result[0] == {
        "site": "one",
        "meter": "air",
        "keys": ["air"],
        "kind": "co2_drift",
        "begin": "2026-05-10T00:00:00Z",
        "end": None,
        "effect": "readings +30 ppm off after 30 days, and so on",
        "settings": {"ppm_per_month": 30.0},
    }
    assert [(each["meter"], each["keys"]) for each in result[1:3]] == [
        ("grid", ["energy", "reactive"]), ("gas", ["fuel"])
    ]  # fmt: skip
    assert result[3] == {
        "site": "one",
        "meter": "grid",
        "keys": ["energy", "reactive"],
        "kind": "spike",
        "begin": "2026-05-20T10:30:00Z",
        "end": "2026-05-20T10:45:00Z",
        "effect": "one reading times 50",
        "settings": {"factor": 50.0},
    }
    assert {each["meter"]: each["settings"] for each in result[4:]} == {
        "gas": {"with_meter": "grid"},
        "grid": {"with_meter": "gas"},
    }


def test_defects_are_filtered_by_site_kind_and_window(small):
    everything = listed(small)
    assert listed(small, site="one") == everything
    assert listed(small, kind="spike") == [each for each in everything if each["kind"] == "spike"]
    late = listed(small, since="2026-05-20T10:44:59Z", until="2026-05-20T10:45:00Z")
    assert [each["kind"] for each in late] == ["co2_drift", "spike"]
    assert (
        listed(small, since="2026-05-20T10:45:00Z", until="2026-05-21T00:00:00Z") == everything[:1]
    )


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        pytest.param("site=x", 404, "Site 'x' does not exist.", id="site"),
        pytest.param(
            "kind=gap",
            400,
            f"kind: must be one of {', '.join(sorted(DEFECT_KINDS))}, not 'gap'",
            id="kind",
        ),
        pytest.param(
            "since=may",
            400,
            "since: must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not 'may'",
            id="since",
        ),
        pytest.param("limit=0", 400, "limit: must be at least 1, not '0'", id="limit"),
    ],
)
def test_invalid_defect_filters_are_refused(small, query, status, detail):
    answer = small.get(f"/__admin/defects?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)


def test_client_lists_defects_without_silent_truncation():
    with serve_in_thread(create_app(Settings(scenario="messy-data"))) as url:
        server = MockApi(url)
        site = server.world()["customers"][0]["sites"][6]
        # Active and reactive energy of one meter have different units.
        assert [(each["kind"], each["settings"]) for each in server.defects(site=site)] == [
            ("clock_drift", {"seconds_per_month": -240.0})
        ] * 2
        assert len(server.defects(limit=3)) == 3
        with pytest.raises(MockApiError, match="not 'gap'"):
            server.defects(kind="gap")


def test_limited_defect_list_is_marked_as_incomplete():
    server = asked("messy-data")
    whole = listed(server)
    first = server.get("/__admin/defects?limit=5").json()
    assert first == {"defects": whole[:5], "has_more": True}
    assert len(whole) > 500


def test_messy_data_has_all_given_and_random_defects():
    server = asked("messy-data")
    assert {each["kind"] for each in listed(server)} == set(DEFECT_KINDS)
    assert len(server.get("/__admin/world").json()["customers"][0]["sites"]) == 12


@pytest.mark.parametrize("name", ["one-of-everything", "messy-data"])
def test_readings_differ_from_clean_ones_in_defects_only(name, tmp_path):
    given = yaml.safe_load((scenarios() / f"{name}.yaml").read_text("utf-8"))
    given = {**without_defects(given), "history": "P150D"}
    (tmp_path / "clean.yaml").write_text(yaml.safe_dump(given, sort_keys=False), "utf-8")
    messy = tmp_path / "messy.yaml"
    messy.write_text(f"extends: {name}\nhistory: P150D\n", "utf-8")
    clean, messy = asked(tmp_path / "clean.yaml"), asked(messy)
    found = listed(messy)
    for site in {each["site"] for each in found}:
        served, due = readings(messy, site), readings(clean, site)
        for key, rows in due.items():
            spans = [(one["begin"], one["end"] or "9") for one in found if key in one["keys"]]
            calm = [row for row in rows if not any(a <= row[0] < b for a, b in spans)]
            affected = set(rows) - set(calm)
            assert set(calm) <= set(served.get(key, []))
            assert bool(spans) == (served.get(key) != rows), (key, spans[:3])
            shown = set(served.get(key, ())) & affected
            assert len(shown) < len(affected) or len(served[key]) > len(rows) or not spans


def test_windows_in_any_order_equal_the_whole():
    server = asked("messy-data")
    site = server.get("/__admin/world").json()["customers"][0]["sites"][1]
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    cuts = [f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (300, 150, 17, 1)]
    queries = [
        f"?updatedAt[lt]={cuts[0]}",
        *(f"?updatedAt[gte]={a}&updatedAt[lt]={b}" for a, b in pairwise(cuts)),
        f"?updatedAt[gte]={cuts[-1]}",
    ]
    parts = {query: readings(server, site, query) for query in reversed(queries)}
    whole = readings(asked("messy-data"), site)
    assert {
        key: sorted(row for query in queries for row in parts[query].get(key, [])) for key in whole
    } == {key: sorted(rows) for key, rows in whole.items()}
