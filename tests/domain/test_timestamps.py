"""Instants as the standard libraries of clients print them."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.domain.timestamps import OutOfRange, parse, parse_bound
from mockapi.export.readings import ExportWindow
from mockapi.settings import Settings

MIDNIGHT = datetime(2026, 5, 31, tzinfo=UTC)
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def at(microsecond: int, second: int = 0) -> datetime:
    return MIDNIGHT.replace(second=second, microsecond=microsecond)


PRINTED = {
    "java-offset-date-time-whole-minute": ("2026-05-31T00:00Z", MIDNIGHT),
    "java-offset-date-time-offset": ("2026-05-31T02:00+02:00", MIDNIGHT),
    "java-offset-date-time-offset-seconds": ("2026-05-31T02:00:05+02:00:05", MIDNIGHT),
    "java-offset-date-time-nanoseconds": ("2026-05-31T00:00:00.123456789Z", at(123_456)),
    "java-instant-milliseconds": ("2026-05-31T00:00:00.123Z", at(123_000)),
    "java-zoned-date-time": ("2026-05-31T02:00+02:00[Europe/Paris]", MIDNIGHT),
    "java-zoned-date-time-utc": ("2026-05-31T00:00Z[UTC]", MIDNIGHT),
    "java-zoned-date-time-prefix": ("2026-05-31T02:00+02:00[GMT+02:00]", MIDNIGHT),
    "java-zoned-date-time-half-hour": ("2026-05-31T05:30:01+05:30[Asia/Kolkata]", at(0, 1)),
    "java-script-date": ("2026-05-31T00:00:00.000Z", MIDNIGHT),
    "java-script-expanded-year": ("+002026-05-31T00:00:00.000Z", MIDNIGHT),
    "java-script-temporal": ("2026-05-31T02:00:00+02:00[Europe/Paris][u-ca=gregory]", MIDNIGHT),
    "java-script-temporal-critical": ("2026-05-31T02:00:00+02:00[!Europe/Paris]", MIDNIGHT),
    "go-rfc3339": ("2026-05-31T02:00:00+02:00", MIDNIGHT),
    "go-rfc3339nano": ("2026-05-31T00:00:00.1Z", at(100_000)),
    "go-zero-time": ("0001-01-01T00:00:00Z", FIRST),
    "dotnet-round-trip": ("2026-05-31T00:00:00.1234567Z", at(123_456)),
    "dotnet-round-trip-offset": ("2026-05-30T19:00:00.0000000-05:00", MIDNIGHT),
    "dotnet-universal-sortable": ("2026-05-31 00:00:00Z", MIDNIGHT),
    "dotnet-maximum": ("9999-12-31T23:59:59.9999999Z", LAST),
    "python-isoformat": ("2026-05-31T00:00:00+00:00", MIDNIGHT),
    "python-isoformat-microseconds": ("2026-05-31T00:00:00.000001+00:00", at(1)),
    "python-str": ("2026-05-31 00:00:00+00:00", MIDNIGHT),
    "python-strftime": ("2026-05-31T02:00:00+0200", MIDNIGHT),
    "postgresql": ("2026-05-31 02:00:00+02", MIDNIGHT),
    "offset-without-colon": ("2026-05-31T00:00:00+0000", MIDNIGHT),
    "offset-without-minutes": ("2026-05-31T00:00:00+00", MIDNIGHT),
    "offset-negative-zero": ("2026-05-31T00:00:00-00:00", MIDNIGHT),
    "plus-arrived-as-space": ("2026-05-31T05:30:00 05:30", MIDNIGHT),
    "plus-of-the-year-arrived-as-space": (" 002026-05-31T00:00:00Z", MIDNIGHT),
    "comma": ("2026-05-31T00:00:00,5Z", at(500_000)),
    "lower-case": ("2026-05-31t00:00:00z", MIDNIGHT),
    "thirty-digits": (f"2026-05-31T00:00:00.{'9' * 30}Z", at(999_999)),
}
BEYOND = {
    "java-script-last": ("+275760-09-13T00:00:00.000Z", LAST),
    "java-script-first": ("-271821-04-20T00:00:00.000Z", FIRST),
    "java-instant-maximum": ("+1000000000-12-31T23:59:59.999999999Z", LAST),
    "java-year-zero": ("0000-02-29T00:00:00Z", FIRST),
    "before-year-one-in-utc": ("0001-01-01T00:00:00+14:00", FIRST),
    "after-year-9999-in-utc": ("9999-12-31T23:59:59-12:00", LAST),
}
REFUSED = {
    "empty": "",
    "word": "yesterday",
    "number": "1780297200",
    "date": "2026-05-31",
    "no-offset": "2026-05-31T00:00:00",
    "no-offset-but-a-zone": "2026-05-31T00:00:00[Europe/Paris]",
    "hour-alone": "2026-05-31T00Z",
    "hour-24": "2026-05-31T24:00:00Z",
    "minute-60": "2026-05-31T00:60:00Z",
    "second-60": "2026-05-31T23:59:60Z",
    "month-13": "2026-13-31T00:00:00Z",
    "day-31-of-june": "2026-06-31T00:00:00Z",
    "day-30-of-february-beyond": "+012026-02-30T00:00:00Z",
    "offset-24": "2026-05-31T00:00:00+24:00",
    "offset-minute-60": "2026-05-31T00:00:00+01:60",
    "offset-half-colons": "2026-05-31T00:00:00+0130:15",
    "point-without-digits": "2026-05-31T00:00:00.Z",
    "fraction-of-a-minute": "2026-05-31T00:00.5Z",
    "basic-format": "20260531T000000Z",
    "week-date": "2026-W22-7T00:00:00Z",
    "rfc-1123": "Sun, 31 May 2026 00:00:00 GMT",
    "go-string": "2026-05-31 00:00:00 +0000 UTC",
    "java-script-string": "Sun May 31 2026 00:00:00 GMT+0000",
    "zone-left-open": "2026-05-31T00:00Z[Europe/Paris",
    "spaces-around": " 2026-05-31T00:00:00Z ",
    "line-break": "2026-05-31T00:00:00Z\n",
    "arabic-digits": "٢٠٢٦-05-31T00:00:00Z",
    "long": "9" * 100_000,
}


def table(rows: dict[str, object]) -> list[object]:
    return [
        pytest.param(*(row if isinstance(row, tuple) else (row,)), id=name)
        for name, row in rows.items()
    ]


@pytest.mark.parametrize(("text", "instant"), table(PRINTED))
def test_printed_instant_is_read_exactly(text, instant):
    assert (parse(text), parse(text).tzinfo, parse_bound(text)) == (instant, UTC, instant)
    assert Settings(clock=text.replace("9999", "2199").replace("0001", "1900")).clock is not None


@pytest.mark.parametrize(("text", "nearest"), table(BEYOND))
def test_instant_out_of_range_is_a_bound_alone(text, nearest):
    assert parse_bound(text) == nearest
    with pytest.raises(OutOfRange, match=r"^must be an instant in the years 1 to 9999$"):
        parse(text)


@pytest.mark.parametrize("text", table(REFUSED))
def test_other_text_is_rejected_in_one_line(text):
    for read in (parse, parse_bound):
        with pytest.raises(ValueError, match=r"\S") as refusal:
            read(text)
        assert len(str(refusal.value)) < 160


@pytest.fixture(scope="module")
def client():
    with TestClient(create_app(Settings())) as client:
        yield client


ZONED = "2026-07-01T02:00+02:00[Europe/Paris]"


def test_all_interfaces_accept_the_same_instants(client):
    token = client.post("/__admin/tokens", json={}).json()["access_token"]
    site = client.get("/__admin/sites").json()[0]["id"]
    key = client.get(f"/__admin/sites/{site}").json()["meters"][0]["measurements"][0]["key"]
    bearer = {"Authorization": f"Bearer {token}"}
    series = f"/ecostruxure/scoring/v1/sites/{site}/timeseries"
    window = {"updatedAt[gte]": "2026-05-31T00:00Z", "updatedAt[lt]": "+275760-09-13T00:00:00.000Z"}

    assert client.get(series, params=window, headers=bearer).status_code == 200
    frozen = client.put("/__admin/clock", json={"freeze": ZONED})
    assert (frozen.status_code, frozen.json()["now"]) == (200, "2026-07-01T00:00:00Z")
    pushed = client.put(
        "/__admin/readings",
        json={"key": key, "readings": [{"date": "2026-06-30T00:00Z", "value": 1}]},
    )
    assert (pushed.status_code, pushed.json()["count"]) == (200, 1)
    withdrawn = client.delete(
        "/__admin/readings", params={"key": key, "date": "2026-06-30T02:00+02:00[Europe/Paris]"}
    )
    assert (withdrawn.status_code, withdrawn.json()["count"]) == (200, 1)
    pat = client.post("/__admin/pats", json={"expires_at": "2026-08-01T00:00Z"})
    assert (pat.status_code, pat.json()["expires_at"]) == (200, "2026-08-01T00:00:00Z")
    fault = {"kind": "status", "status": 503, "when": {"since": "2027-05-31T00:00Z"}}
    assert client.post("/__admin/faults", json=fault).status_code == 201


def test_export_window_reads_the_same_text():
    window = ExportWindow.of("2026-05-31T00:00Z", ZONED)
    assert (window.since, window.until) == (MIDNIGHT, datetime(2026, 7, 1, tzinfo=UTC))
