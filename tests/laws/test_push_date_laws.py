"""A pushed reading of any date is either stored and shown everywhere, or refused."""

import asyncio
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockapi import Settings, create_app
from mockapi.client.asgi_client import fetch

TOKENS = {"scoring": "mockAccessToken0000000000001", "user/scoring": "mockPAT000000000000000000001"}
SCENARIO = f"""
version: 1
seed: 5
clock: 2026-06-01T09:00:00Z
history: P3D
clients:
  - client_id: mockClient0000000000000000000001
    client_secret: mockSecret000001
    name: Test Partner
    redirect_uris: [http://127.0.0.1:8765/callback]
customers:
  - email: ada@example.com
    access_tokens: [{{token: {TOKENS["scoring"]}}}]
    personal_access_tokens: [{{token: {TOKENS["user/scoring"]}}}]
    sites:
      - id: one
        building: office
        city: Lyon
        area: 5000
        registered: true
        meters:
          - usage: Purchased from Grid
            interval: PT15M
            defects: [{{kind: spike}}]
            measurements: [{{name: Active Energy, key: quarter}}]
          - usage: CO2 - Raw
            interval: PT1H
            measurements: [{{name: CO2 Concentration, key: hour}}]
          - usage: Municipality supplied potable water
            interval: P1D
            measurements: [{{name: Volume, key: day}}]
          - usage: Waste Generated
            interval: P1M
            measurements: [{{name: Mass, key: month}}]
          - usage: CO2
            measurements:
              - name: CO2 Concentration
                key: given
                readings:
                  - date: 2026-05-31T00:00:00Z
                    updated_at: 2026-05-31T01:00:00Z
                    value: 500
"""
KEYS = ("quarter", "hour", "day", "month", "given")
VALUE = 12_345.0
READS = (
    "/__admin/scores?site=one",
    "/__admin/scores/columns?site=one",
    "/__admin/scores/explain?site=one&date=2026-05-30",
    "/__admin/changes?since=2026-05-01T00:00:00Z",
    "/__admin/defects?site=one",
    "/__admin/world",
    "/console/sites/one",
    "/console/scores?site=one",
    "/",
)
FIRST, LAST = datetime(1900, 1, 1), datetime(2199, 12, 31, 23, 59, 59)  # noqa: DTZ001 - of UTC

seconds = st.datetimes(max_value=datetime.max.replace(microsecond=0)).map(  # noqa: DTZ901
    lambda at: at.replace(microsecond=0)
)
near = st.datetimes(datetime(2026, 5, 20), datetime(2026, 6, 10))  # noqa: DTZ001
dates = (
    seconds
    | st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))
    | near.map(lambda at: at.replace(microsecond=0))
    | near.map(lambda at: at.replace(minute=0, second=0, microsecond=0))
)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    scenario = tmp_path_factory.mktemp("scenario") / "scenario.yaml"
    scenario.write_text(SCENARIO, "utf-8")
    app = create_app(Settings(scenario=str(scenario)))
    with closing(app.state.worlds):
        yield app


def ask(app, path, token=None, *, method="GET", body=None):
    """Return status and body of the answer; an exception in the application fails the test."""
    headers = {"content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    content = b"" if body is None else json.dumps(body).encode()
    answer = asyncio.run(fetch(app, path, headers, method=method, body=content))
    return answer.status, answer.body


def shown(app, key):
    """Return date and value of each reading under *key* that the Partner API returns."""
    status, body = ask(app, "/ecostruxure/scoring/v1/sites/one/timeseries", TOKENS["scoring"])
    assert status == 200
    (found,) = [each["values"] for each in json.loads(body) if each["key"] == key] or [()]
    return {each["date"]: each["value"] for each in found}


def columns(app, key, at):
    """Return date and value of each reading of the day of *at*, as columns tell them."""
    since = at.replace(hour=0, minute=0, second=0)
    window = f"since={since.isoformat()}Z&until={(since + timedelta(days=1)).isoformat()}Z"
    status, body = ask(app, f"/__admin/series?site=one&key={key}&{window}&interval=PT15M")
    view = json.loads(body)
    assert status == 200, view
    return dict(
        zip(
            (datetime.fromtimestamp(each, UTC) for each in view["dates"]),
            view["values"],
            strict=True,
        )
    )


@given(key=st.sampled_from(KEYS), at=dates)
@example(key="quarter", at=datetime(2025, 11, 1))  # noqa: DTZ001
@example(key="hour", at=datetime(1969, 12, 31, 23, 59, 59))  # noqa: DTZ001
@example(key="day", at=FIRST)
@example(key="month", at=FIRST)
@example(key="month", at=LAST)
@example(key="given", at=LAST)
@example(key="quarter", at=datetime(1, 1, 1))  # noqa: DTZ001
@example(key="quarter", at=datetime(9999, 12, 31, 23, 59, 59))  # noqa: DTZ001
@example(key="quarter", at=datetime(2026, 5, 30, 3, 7, 11))  # noqa: DTZ001
def test_pushed_reading_of_any_date_is_shown_or_refused(app, key, at):
    before = shown(app, key)
    date = at.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    body = {"key": key, "readings": [{"date": date, "value": VALUE}]}
    status, problem = ask(app, "/__admin/readings", method="PUT", body=body)
    if FIRST <= at <= LAST:
        assert status == 200
        assert shown(app, key) == {**before, date: VALUE}
        assert columns(app, key, at)[at.replace(tzinfo=UTC)] == VALUE
    else:
        assert (status, json.loads(problem)["detail"]) == (
            400,
            "readings.0.date: must be in the years 1900 to 2199",
        )
        assert shown(app, key) == before
    for path in READS:
        assert (path, ask(app, path)[0]) == (path, 200)
    for product, token in TOKENS.items():
        status, scores = ask(app, f"/ecostruxure/{product}/v1/sites/one/performance-scores", token)
        assert (status, type(json.loads(scores))) == (200, list)
    assert ask(app, "/__admin/reset", method="POST")[0] == 204
    assert shown(app, key) == before


@given(key=st.sampled_from(KEYS), at=dates)
def test_withdrawing_a_reading_of_any_date_is_answered(app, key, at):
    date = at.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    there = date in shown(app, key)
    within = FIRST <= at <= LAST
    status, _ = ask(app, f"/__admin/readings?key={key}&date={date}", method="DELETE")
    assert status == (200 if there else 404 if within else 400)
    assert date not in shown(app, key)
    assert ask(app, "/__admin/reset", method="POST")[0] == 204
