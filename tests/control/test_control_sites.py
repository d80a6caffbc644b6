"""Sites, readings, scores and changes of the control API."""

from datetime import timedelta
from itertools import accumulate

import pytest
from starlette.testclient import TestClient

from mockapi.domain.scores import CLASSIC_CATEGORIES

CLASSIC = ", ".join(sorted(CLASSIC_CATEGORIES))
TOKEN = {"Authorization": "Bearer mockAccessToken000000000Ada1"}


@pytest.fixture
def site(client) -> dict:
    return client.get("/__admin/sites").json()[0]


def instant(seconds: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_every_site_of_all_customers_is_listed_once(client):
    sites = client.get("/__admin/sites").json()

    assert len({each["id"] for each in sites}) == len(sites) == 12
    assert sites[0] == {
        "id": sites[0]["id"],
        "name": "Fouquet Office Lyon",
        "type": "Office: Administrative/Professional",
        "building": "office",
        "customer": "ada@example.com",
        "city": "Lyon",
        "state_province": "Auvergne-Rhône-Alpes",
        "country_iso_code": "FR",
        "latitude": 45.7594,
        "longitude": 4.837,
        "gross_area": 12000,
        "registered_at": "2026-03-03T09:00:00Z",
    }


def test_site_meters_equal_those_of_the_partner_api(client, site):
    published = client.get(
        f"/ecostruxure/scoring/v1/sites/{site['id']}/meters", headers=TOKEN
    ).json()
    found = client.get(f"/__admin/sites/{site['id']}").json()

    assert [
        (each["id"], [one["key"] for one in each["measurements"]]) for each in found["meters"]
    ] == [
        (each["id"], [one["timeseries"]["key"] for one in each["measurements"]])
        for each in published
    ]
    assert found["projects"] == [
        {"leed_id": 8000015697, "leed_name": "Lyon Office", "registered_at": "2026-03-03T09:00:00Z"}
    ]


def test_series_columns_equal_the_partner_api_readings(client, site):
    published = client.get(
        f"/ecostruxure/scoring/v1/sites/{site['id']}/timeseries", headers=TOKEN
    ).json()
    for series in published:
        found = client.get("/__admin/series", params={"site": site["id"], "key": series["key"]})
        columns = found.json()

        assert [
            {"date": instant(date), "value": value, "updatedAt": instant(updated_at)}
            for date, value, updated_at in zip(
                columns["dates"], columns["values"], columns["updated_at"], strict=True
            )
        ] == sorted(series["values"], key=lambda reading: reading["date"])


def test_series_columns_show_pushed_and_withdrawn_readings(client, site):
    key = client.get(f"/__admin/sites/{site['id']}").json()["meters"][0]["measurements"][0]["key"]
    window = {"since": "2026-05-31T08:00:00Z", "until": "2026-05-31T12:00:00Z"}
    ask = {"site": site["id"], "key": key, **window}
    before = client.get("/__admin/series", params=ask).json()
    pushed = [
        {"date": "2026-05-31T08:07:00Z", "value": 1.5},
        {"date": "2026-05-31T10:00:00Z", "value": 2.5},
    ]
    at = client.put("/__admin/readings", json={"key": key, "readings": pushed}).json()
    client.delete("/__admin/readings", params={"key": key, "date": "2026-05-31T11:00:00Z"})
    after = client.get("/__admin/series", params=ask).json()

    assert [instant(each)[11:16] for each in before["dates"]] == [
        "08:00",
        "09:00",
        "10:00",
        "11:00",
    ]
    assert [instant(each)[11:16] for each in after["dates"]] == ["08:00", "08:07", "09:00", "10:00"]
    assert after["values"] == [before["values"][0], 1.5, before["values"][1], 2.5]
    assert after["statuses"] == [0, 4, 0, 4]
    assert [instant(after["updated_at"][each]) for each in (1, 3)] == [at["updated_at"]] * 2
    assert before["gaps"] == []
    assert [(*map(instant, each[:2]), *each[2:]) for each in after["gaps"]] == [
        ("2026-05-31T11:00:00Z", "2026-05-31T12:00:00Z", 1, None)
    ]


def test_gap_is_listed_until_its_readings_arrive(client, site):
    key = client.get(f"/__admin/sites/{site['id']}").json()["meters"][0]["measurements"][0]["key"]
    window = {"since": "2026-05-25T00:00:00Z", "until": "2026-05-31T00:00:00Z"}
    ask = {"site": site["id"], "key": key, **window}
    before = client.get("/__admin/series", params=ask).json()
    ((begin, end, count, arrives),) = before["gaps"]
    assert [instant(each) for each in (begin, end)] == [
        "2026-05-28T00:00:00Z",
        "2026-05-29T00:00:00Z",
    ]
    assert count == 24
    assert not [each for each in before["dates"] if begin <= each < end]

    # One second before the last reading arrives, the gap remains.
    client.put("/__admin/clock", json={"freeze": instant(arrives - 1)})
    assert len(client.get("/__admin/series", params=ask).json()["gaps"]) == 1
    client.put("/__admin/clock", json={"freeze": instant(arrives)})
    after = client.get("/__admin/series", params=ask).json()
    assert after["gaps"] == []
    assert len(after["dates"]) - len(before["dates"]) == count


def test_readings_lost_to_a_defect_are_a_permanent_gap(test_client):
    client = test_client(scenario="messy-data")
    (gap, *_) = client.get("/__admin/defects", params={"kind": "short_gap"}).json()["defects"]
    window = {"since": gap["begin"], "until": gap["end"]}
    ask = {"site": gap["site"], "key": gap["keys"][0], **window}
    found = client.get("/__admin/series", params=ask).json()

    assert found["dates"] == []
    assert [(*map(instant, each[:2]), each[3]) for each in found["gaps"]] == [
        (gap["begin"], gap["end"], None)
    ]


def test_demo_has_more_than_thirteen_months_of_readings(client):
    registered = [each for each in client.get("/__admin/sites").json() if each["registered_at"]]
    begins = {
        client.get(f"/__admin/sites/{each['id']}").json()["history_begins_at"]
        for each in registered
    }

    assert (len(registered), begins) == (7, {"2025-03-03T09:00:00Z"})


@pytest.mark.parametrize(("interval", "count"), [("P1D", 456), ("P1M", 16)])
def test_coarser_readings_are_sums_by_local_days(client, site, interval, count):
    key = client.get(f"/__admin/sites/{site['id']}").json()["meters"][0]["measurements"][0]["key"]
    ask = {"site": site["id"], "key": key}
    fine = client.get("/__admin/series", params=ask).json()
    coarse = client.get("/__admin/series", params={**ask, "interval": interval}).json()

    assert len(coarse["dates"]) == count
    assert sum(coarse["values"]) == pytest.approx(sum(fine["values"]))
    assert max(coarse["updated_at"]) == max(fine["updated_at"])
    # A day in Paris begins at 23:00 UTC in winter and at 22:00 in summer.
    assert {instant(date)[11:] for date in coarse["dates"]} == {"23:00:00Z", "22:00:00Z"}


def test_coarser_levels_are_means(client, site):
    meters = client.get(f"/__admin/sites/{site['id']}").json()["meters"]
    key = next(each for each in meters if each["usage"] == "CO2")["measurements"][0]["key"]
    ask = {"site": site["id"], "key": key, "since": "2026-05-01T22:00:00Z"}
    fine = client.get("/__admin/series", params=ask | {"until": "2026-05-02T22:00:00Z"}).json()
    coarse = client.get("/__admin/series", params=ask | {"interval": "P1D"}).json()

    assert coarse["is_averaged"]
    assert coarse["lows"][0] == min(fine["values"])
    assert coarse["highs"][0] == max(fine["values"])
    assert (coarse["counts"][0], fine["counts"], fine["lows"]) == (len(fine["values"]), [], [])
    assert coarse["values"][0] == pytest.approx(sum(fine["values"]) / len(fine["values"]))


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ({"site": "nowhere", "key": "x"}, 404, "Site 'nowhere' does not exist."),
        ({"key": "x"}, 404, "The site has no series 'x'."),
        ({"key": "x", "interval": "P2D"}, 400, "interval: "),
    ],
)
def test_unknown_site_key_or_interval_is_rejected(client, site, query, status, detail):
    answer = client.get("/__admin/series", params={"site": site["id"], **query})

    assert (answer.status_code, answer.json()["detail"][: len(detail)]) == (status, detail)


def test_series_as_differences_equals_the_series(client, site):
    key = client.get(f"/__admin/sites/{site['id']}").json()["meters"][0]["measurements"][0]["key"]
    query = {"site": site["id"], "key": key, "since": "2026-05-25T00:00:00Z"}
    plain = client.get("/__admin/series", params=query).json()
    shorter = client.get("/__admin/series", params=query | {"differences": True}).json()

    assert len(plain["dates"]) > 100
    for name in ("dates", "updated_at"):
        assert list(accumulate(shorter[name])) == plain[name]
    same = plain.keys() - {"dates", "updated_at"}
    assert {name: shorter[name] for name in same} == {name: plain[name] for name in same}
    none = query | {"since": "2026-06-01T09:00:00Z", "differences": True}
    assert client.get("/__admin/series", params=none).json()["dates"] == []


def test_range_with_too_many_readings_is_rejected(client, site):
    key = client.get(f"/__admin/sites/{site['id']}").json()["meters"][0]["measurements"][0]["key"]
    query = {"site": site["id"], "key": key, "since": "2000-01-01T00:00:00Z"}

    assert client.get("/__admin/series", params=query).json()["detail"] == (
        "The range has more than 120,000 readings. Use a shorter one."
    )


def test_scores_are_those_of_the_partner_api(client, site):
    published = client.get(
        f"/ecostruxure/scoring/v1/sites/{site['id']}/performance-scores", headers=TOKEN
    )

    assert client.get("/__admin/scores", params={"site": site["id"]}).json() == published.json()


@pytest.mark.parametrize(
    "query",
    [
        {"category": "water"},
        {"type": ["daily", "average"], "category": ["energy", "waste"]},
        {"type": "monthly", "since": "2026-03-01"},
        {"since": "2027-01-01"},
    ],
)
def test_scores_are_filtered_and_returned_as_columns(client, site, query):
    everything = client.get("/__admin/scores", params={"site": site["id"]}).json()
    kinds, categories = (
        ([given] if isinstance(given, str) else given) if given else None
        for given in (query.get("type"), query.get("category"))
    )
    wanted = [
        each
        for each in everything
        if (kinds is None or each["type"] in kinds)
        and (categories is None or each["category"] in categories)
        and each["date"] >= query.get("since", "")
    ]
    params = {"site": site["id"], **query}
    columns = client.get("/__admin/scores/columns", params=params).json()

    assert client.get("/__admin/scores", params=params).json() == wanted
    assert {
        (date, each["type"], category, score)
        for each in columns
        for category, scores in each["scores"].items()
        for date, score in zip(each["dates"], scores, strict=True)
        if score is not None
    } == {(each["date"], each["type"], each["category"], each["score"]) for each in wanted}
    assert all(each["dates"] == sorted(set(each["dates"])) for each in columns)


@pytest.mark.parametrize("path", ["scores", "scores/columns"])
def test_scores_of_unknown_site_or_category_are_rejected(test_client, site, path):
    client = test_client(edition="2022")
    for query, expected in [
        ({"site": "nowhere"}, (404, "Site 'nowhere' does not exist.")),
        (
            {"site": site["id"], "category": "fuel"},
            (
                400,
                f"category: fuel is not in this edition. Use {CLASSIC}.",
            ),
        ),
    ]:
        answer = client.get(f"/__admin/{path}", params=query)
        assert (answer.status_code, answer.json()["detail"]) == expected


def test_posted_score_is_in_the_columns_of_its_type(client, site):
    posted = {"date": "2020-01-01", "score": 87, "type": "monthly", "category": "fuel"}
    path = f"/ecostruxure/scoring/v1/sites/{site['id']}/performance-scores"
    client.post(path, json=[posted], headers=TOKEN).raise_for_status()
    params = {"site": site["id"], "type": "monthly", "category": ["fuel", "water"]}
    (monthly,) = client.get("/__admin/scores/columns", params=params).json()

    assert (monthly["type"], monthly["dates"][0]) == ("monthly", "2020-01-01")
    assert [each[0] for each in monthly["scores"].values()] == [None, 87]
    assert list(monthly["scores"]) == ["water", "fuel"]


def test_changes_after_a_clock_advance_are_counted(client):
    sites = [each["id"] for each in client.get("/__admin/sites").json() if each["registered_at"]]
    client.post("/__admin/tokens", json={"expires_in": 60})
    after = client.put("/__admin/clock", json={"advance": "PT1H"}).json()["now"]
    found = client.get("/__admin/changes", params={"since": "2026-06-01T09:00:00Z"}).json()
    arrived = 0
    for customer in ("ada@example.com", "grace@example.com"):
        token = client.post("/__admin/tokens", json={"customer": customer}).json()["access_token"]
        for each in sites:
            published = client.get(
                f"/ecostruxure/scoring/v1/sites/{each}/timeseries",
                params={"updatedAt[gte]": "2026-06-01T09:00:01Z"},
                headers={"Authorization": f"Bearer {token}"},
            )
            if published.status_code == 200:
                arrived += sum(len(series["values"]) for series in published.json())

    assert arrived > 0
    assert found == {
        "since": "2026-06-01T09:00:00Z",
        "until": after,
        "readings_arrived": arrived,
        "sites_counted": 7,
        "all_sites": True,
        "tokens_expired": 1,
        "requests_configured": 0,
        "requests_rejected": 0,
        "events": [],
    }


def test_changes_of_a_long_time_count_fewer_sites(new_app, monkeypatch):
    monkeypatch.setattr("mockapi.world.changes._MOST_TIME", timedelta(days=70))
    server = TestClient(new_app())
    server.put("/__admin/clock", json={"advance": "P30D"})

    def counted(since):
        found = server.get("/__admin/changes", params={"since": since}).json()
        return found["sites_counted"], found["all_sites"], found["readings_arrived"] > 0

    assert counted("2026-06-30T09:00:00Z") == (7, True, True)
    assert counted("2026-06-01T09:00:00Z") == (2, False, True)
    # With the history of 90 days; one site is always counted.
    assert counted("2026-01-01T00:00:00Z") == (1, False, True)


def test_site_lists_the_causes_of_its_level_changes(new_app, tmp_path):
    file = tmp_path / "school.yaml"
    file.write_text("sites: [{building: school, city: Lyon, registered: true}]\n", "utf-8")
    client = TestClient(new_app(scenario=str(file), seed=1, clock="2026-06-01T00:00:00Z"))
    (school,) = client.get("/__admin/sites").json()
    causes = client.get(f"/__admin/sites/{school['id']}").json()["causes"]

    assert [each for each in causes if each["kind"] not in {"school_vacation", "leak"}] == [
        {
            "kind": "shorter_hours",
            "description": "The site closes earlier.",
            "begins_at": "2025-09-04T22:00:00Z",
            "ends_at": "2026-05-11T22:00:00Z",
            "factors": {"hours": -1.0958},
        }
    ]
    assert next(each for each in causes if each["kind"] == "leak") == {
        "kind": "leak",
        "description": "Water leaks until the leak is found.",
        "begins_at": "2025-08-01T19:45:00Z",
        "ends_at": "2025-08-14T17:00:00Z",
        "factors": {"water": 1.2059},
    }
    vacations = [each for each in causes if each["kind"] == "school_vacation"]
    assert [(each["begins_at"][:10], each["ends_at"][:10]) for each in vacations] == [
        ("2025-07-04", "2025-08-31"),
        ("2025-10-17", "2025-11-02"),
        ("2025-12-19", "2026-01-04"),
        ("2026-02-13", "2026-03-01"),
        ("2026-04-10", "2026-04-26"),
    ]
    assert vacations[0]["factors"] == {"people": 0.2, "electricity": 0.7578}


def test_leaks_of_several_meters_are_listed_once(new_app, tmp_path):
    potable = "Municipality supplied potable water"
    meters = ["", ", resolution: 0.001", ", resolution: 0.1", ", yearly: 9000"]
    listed = ", ".join(f"{{usage: {potable}{more}}}" for more in meters)
    found = []
    for count, text in (
        (1, f"[{{usage: {potable}}}]"),
        (len(meters), f"[{listed}]"),
        (0, "electricity"),
    ):
        file = tmp_path / f"{count}.yaml"
        file.write_text(f"sites: [{{building: hotel, city: Lyon, meters: {text}}}]\n", "utf-8")
        client = TestClient(new_app(scenario=str(file), seed=5, clock="2026-06-01T00:00:00Z"))
        (hotel,) = client.get("/__admin/sites").json()
        site = client.get(f"/__admin/sites/{hotel['id']}").json()
        leaks = [each for each in site["causes"] if each["kind"] == "leak"]
        found.append([(each["begins_at"], each["ends_at"]) for each in leaks])
    assert found[0] == found[1] != []
    assert found[2] == []


def test_site_with_given_readings_has_no_level_changes(test_client):
    client = test_client(scenario="vendor-samples")
    sites = [
        client.get(f"/__admin/sites/{each['id']}").json()
        for each in client.get("/__admin/sites").json()
    ]
    assert any(meter["measurements"] for site in sites for meter in site["meters"])
    assert [site["causes"] for site in sites] == [[]] * len(sites)
