"""Scores on both APIs day by day, and their explanations."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from mockapi import MockApi, create_app, serve_in_thread
from mockapi.client import MockApiError
from mockapi.domain.clock import ManualClock
from mockapi.scoring.engine.rolling_year import YEAR
from mockapi.scoring.inputs import consumption
from mockapi.settings import Settings

START = datetime(2026, 3, 30, 9, tzinfo=UTC)
PARTNER = "/ecostruxure/scoring/v1/sites"
USER = "/ecostruxure/user/scoring/v1/sites"
TOKEN = "mockAccessToken000000Scores1"
PERSONAL = "mockPAT00000000000000Scores1"
NOT_YET = "Scores of this site are published for 2026-03-11 to 2026-03-29, as of the world's clock."

OFFICE = {
    "id": "office",
    "building": "office",
    "city": "Lyon",
    "area": 9000,
    "meters": [
        {"usage": "Purchased from Grid", "interval": "PT1H"},
        {"usage": "Municipality supplied potable water", "interval": "P1D"},
    ],
    "surveys": {"trip": 1.5},
}


GRID, WATER = (each["usage"] for each in OFFICE["meters"])
POSTED = {"date": "2026-03-20", "score": 12.5, "type": "daily", "category": "water"}


class Server:
    """A world with a clock of the test's own."""

    def __init__(self, scenario, path, **settings) -> None:
        path.write_text(json.dumps(scenario), "utf-8")
        self.clock = ManualClock(START)
        self.client = TestClient(
            create_app(Settings(scenario=str(path), **settings), clock=self.clock)
        )

    def get(self, path, token=TOKEN, **params):
        return self.client.get(path, params=params, headers={"Authorization": f"Bearer {token}"})

    def scores(self, site="office", **params):
        answer = self.get(f"{PARTNER}/{site}/performance-scores", **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, body):
        answer = self.client.post(
            f"{PARTNER}/{path}", json=body, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        answer.raise_for_status()

    def register(self, site="office"):
        self.post(f"{site}/scoring-providers", {"leedId": 1, "leedName": "Office"})

    def explain(self, **params):
        return self.client.get("/__admin/scores/explain", params={"site": "office"} | params)


@pytest.fixture
def serve(tmp_path):
    def serve(*sites, settings=None, **given_values) -> Server:
        scenario = {
            "clock": START.isoformat(),
            "history": "P10D",
            "arrival": "punctual",
            "customers": [
                {
                    "email": "ada@example.com",
                    "access_tokens": [{"token": TOKEN, "expires_at": "2036-01-01T00:00:00Z"}],
                    "personal_access_tokens": [
                        {"token": PERSONAL, "expires_at": "2036-01-01T00:00:00Z"}
                    ],
                    "sites": list(sites) or [OFFICE],
                }
            ],
            "clients": [
                {
                    "client_id": "mockClient01",
                    "name": "Partner",
                    "redirect_uris": ["http://127.0.0.1:8765/callback"],
                }
            ],
        }
        return Server(scenario | given_values, tmp_path / "scores.yaml", **settings or {})

    return serve


def test_backfilled_scores_follow_registration_then_daily(serve):
    server = serve()
    assert server.scores() == []
    server.register()
    server.clock.advance(timedelta(seconds=28))
    assert server.scores() == []

    server.clock.advance(timedelta(seconds=1))
    daily = server.scores(type="daily", category="energy")
    assert [each["date"] for each in daily] == [f"2026-03-{day}" for day in range(21, 30)]
    assert {each["updatedAt"] for each in daily} == {"2026-03-30T09:00:29Z"}

    # An hour after midnight in Lyon, where summer time began the day before.
    server.clock.advance(timedelta(hours=13, minutes=59, seconds=30))
    assert server.scores(type="daily", category="energy") == daily
    server.clock.advance(timedelta(seconds=1))
    grown = server.scores(type="daily", category="energy")
    assert grown[:-1] == daily
    assert grown[-1] == {
        "date": "2026-03-30",
        "score": grown[-1]["score"],
        "type": "daily",
        "category": "energy",
        "updatedAt": "2026-03-30T23:00:00Z",
    }


def test_scores_of_a_back_fill_wait_until_it_is_complete(serve):
    server = serve(OFFICE | {"history": "P60D", "arrival": "realistic"})
    server.register()
    server.clock.advance(timedelta(minutes=2, seconds=28))
    assert server.scores() == []
    server.clock.advance(timedelta(seconds=1))
    daily = server.scores(type="daily", category="energy")
    assert {each["updatedAt"] for each in daily} == {"2026-03-30T09:02:29Z"}
    assert daily[-1]["date"] == "2026-03-29"


def test_scores_are_the_same_whether_asked_for_every_day_or_once(serve):
    patient, eager = serve(OFFICE | {"registered": True}), serve(OFFICE | {"registered": True})
    for _ in range(8):
        eager.scores()
        eager.clock.advance(timedelta(hours=5))
    patient.clock.advance(timedelta(hours=40))
    assert eager.scores() == patient.scores() != []


def test_scores_are_listed_by_ascending_time_of_publication(serve):
    server = serve(OFFICE | {"registered": True})
    stamps = [each["updatedAt"] for each in server.scores()]
    assert stamps == sorted(stamps)
    assert len(set(stamps)) > 2


def test_posted_score_replaces_the_computed_one(serve):
    server = serve(OFFICE | {"registered": True})
    before = server.scores()
    posted = {"date": "2026-03-28", "score": 12.5, "type": "daily", "category": "energy"}
    server.post("office/performance-scores", [posted])
    after = server.scores()
    assert after[-1] == posted | {"updatedAt": "2026-03-30T09:00:00Z"}
    key = ("2026-03-28", "daily", "energy")
    replaced = [each for each in before if (each["date"], each["type"], each["category"]) == key]
    assert after[:-1] == [each for each in before if each not in replaced]
    assert len(replaced) == 1


def test_both_apis_list_the_same_scores(serve):
    server = serve(OFFICE | {"registered": True})
    ours = server.scores()
    theirs = server.get(f"{USER}/office/performance-scores", PERSONAL).json()
    assert {each["category"] for each in ours} == {
        "energy", "electricity", "water", "transportation"
    }  # fmt: skip
    assert theirs == [each for each in ours if each["category"] != "electricity"]
    older = serve(OFFICE | {"registered": True}, settings={"edition": "2022"})
    assert older.scores() == theirs


def test_scores_are_filtered_by_type_and_category(serve):
    everything = serve(OFFICE | {"registered": True}).scores()
    server = serve(OFFICE | {"registered": True})
    # Averages first: of what was not asked for before nothing is remembered.
    for kind in ("average", "localAverage", "monthly", "daily"):
        found = server.scores(type=kind, category="water")
        assert found == [
            each for each in everything if (each["type"], each["category"]) == (kind, "water")
        ]
        assert found != []


def test_scores_do_not_depend_on_earlier_requests(serve):
    everything = serve(OFFICE | {"registered": True}).scores()
    server = serve(OFFICE | {"registered": True})
    server.scores(type="daily", category="energy")
    server.clock.advance(timedelta(days=1))
    server.scores(type="average", category="water")
    server.scores(type="monthly", category="water,electricity")
    later = serve(OFFICE | {"registered": True})
    later.clock.advance(timedelta(days=1))
    assert server.scores() == later.scores() != everything


@pytest.mark.parametrize(
    ("category", "kind", "read"),
    [
        ("water", "average", {("office", WATER), ("near", WATER), ("far", WATER)}),
        ("water", "localAverage", {("office", WATER), ("near", WATER)}),
        ("water", "daily", {("office", WATER)}),
        ("electricity", "daily,monthly", {("office", GRID)}),
        ("transportation", "average", set()),
    ],
)
def test_unrequested_scores_compute_no_readings(serve, monkeypatch, category, kind, read):
    near, far = (
        OFFICE | {"id": name, "city": city, "registered": True}
        for name, city in (("near", "Lyon"), ("far", "Sydney"))
    )
    server = serve(OFFICE | {"registered": True}, near, far)
    made = set()

    def noting(world, site, *asked):
        meters = consumption(world, site, *asked)
        made.update((site.id, each.usage) for each in meters)
        return meters

    monkeypatch.setattr("mockapi.scoring.service.consumption", noting)
    assert server.scores(category=category, type=kind) != []
    assert made == read


def test_many_days_are_scored_in_parts_with_equal_scores(serve, monkeypatch):
    whole = serve(OFFICE | {"registered": True}, history="P40D")
    parts = serve(OFFICE | {"registered": True}, history="P40D")
    for each in (whole, parts):
        each.clock.advance(timedelta(days=20))
        each.post("office/performance-scores", [POSTED])
    expected = whole.scores()
    asked = []

    def noting(world, site, since, until, categories):
        asked.append(until - since)
        return consumption(world, site, since, until, categories)

    monkeypatch.setattr("mockapi.scoring.service._DAYS_AT_ONCE", 7)
    monkeypatch.setattr("mockapi.scoring.service.consumption", noting)
    monkeypatch.setattr("mockapi.api.performance_scores._SCORES_PER_PART", 5)
    assert parts.scores() == expected
    assert len(expected) > 300
    assert len(asked) > 6
    assert max(asked) < 7 + YEAR


def test_explanation_computes_no_other_days(serve, monkeypatch):
    server = serve(OFFICE | {"registered": True}, history="P40D")
    asked = []

    def noting(world, site, since, until, categories):
        asked.append(until - since)
        return consumption(world, site, since, until, categories)

    monkeypatch.setattr("mockapi.scoring.service.consumption", noting)
    explained = server.explain(date="2026-03-01", category="water").json()["score"]
    assert asked == [YEAR]
    daily = server.scores(type="daily", category="water")
    assert [each["score"] for each in daily if each["date"] == "2026-03-01"] == [explained]


def test_monthly_score_is_the_mean_of_the_month(serve):
    server = serve(OFFICE | {"registered": True}, history="P40D")
    server.clock.advance(timedelta(days=5))
    by_month = defaultdict(list)
    for each in server.scores(type="daily", category="energy"):
        by_month[each["date"][:7]].append(round(each["score"] * 100))
    monthly = server.scores(type="monthly", category="energy")
    assert [each["date"] for each in monthly] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-03"
    ]  # fmt: skip
    assert [each["score"] for each in monthly] == [
        (2 * sum(scores) + len(scores)) // (2 * len(scores)) / 100 for scores in by_month.values()
    ]


@pytest.mark.parametrize(
    ("given_values", "dates"),
    [("first", ["2026-02-01", "2026-03-01"]), ("as_of", ["2026-03-01", "2026-03-30"])],
)
def test_a_scenario_says_how_monthly_scores_are_dated(serve, given_values, dates):
    server = serve(OFFICE | {"registered": True}, history="P20D", monthly_date=given_values)
    assert [each["date"] for each in server.scores(type="monthly", category="water")] == dates


def site_of(name: str, city: str, score: float) -> dict[str, object]:
    return {
        "id": name,
        "building": "office",
        "city": city,
        "registered": True,
        "meters": [{"usage": "Purchased from Grid", "interval": "P1D"}],
        "surveys": {"transportation": score},
    }


def test_averages_are_of_all_sites_and_of_those_of_the_state(serve):
    server = serve(
        site_of("first", "Sydney", 40), site_of("second", "Sydney", 60),
        site_of("third", "Melbourne", 80), site_of("unregistered", "Sydney", 0) | {
            "registered": False},
    )  # fmt: skip

    def averages(site):
        return {
            each["type"]: (each["score"], each["date"])
            for each in server.scores(site, category="transportation", type="localAverage,average")
        }

    assert averages("first") == {
        "localAverage": (50, "2026-03-29"), "average": (60, "2026-03-29")
    }  # fmt: skip
    assert averages("third") == {
        "localAverage": (80, "2026-03-29"), "average": (60, "2026-03-29")
    }  # fmt: skip


def test_average_may_cover_own_year_of_site(serve):
    server = serve(OFFICE | {"registered": True}, average_meaning="own_12_months")
    daily = [round(each["score"] * 100) for each in server.scores(type="daily", category="energy")]
    (average,) = server.scores(type="average", category="energy")
    assert average["score"] == (2 * sum(daily) + len(daily)) // (2 * len(daily)) / 100


@pytest.mark.parametrize("given_values", [{"scoring": "none"}, {}])
def test_scoring_none_lists_only_posted_scores(serve, given_values):
    site = OFFICE | {"registered": True} | ({} if given_values else {"scoring": "none"})
    server = serve(site, **given_values)
    assert server.scores() == []
    assert server.explain(date="2026-03-29").json()["detail"] == (
        "The built-in partner does not score this site: it is not registered, "
        "or its scenario says `scoring: none`."
    )


def test_a_site_may_be_scored_where_the_scenario_scores_none(serve):
    server = serve(OFFICE | {"registered": True, "scoring": "built-in"}, scoring="none")
    assert server.scores() != []


def test_surveys_are_generated_unless_given_as_empty(serve):
    plain = {key: value for key, value in OFFICE.items() if key != "surveys"}
    drawn = serve(plain | {"registered": True}).scores(type="daily")
    asked = {"transportation", "reEntry"}
    assert asked <= {each["category"] for each in drawn}
    silent = serve(plain | {"registered": True, "surveys": {}}).scores()
    assert asked.isdisjoint(each["category"] for each in silent)


def test_given_benchmark_changes_the_score(serve):
    found = [
        serve(OFFICE | {"registered": True} | given_values).scores(type="daily", category="energy")
        for given_values in ({}, {"benchmark": "office"}, {"benchmark": "warehouse"})
    ]
    assert found[0] == found[1]
    assert found[2][-1]["score"] < found[0][-1]["score"]


def test_a_reset_world_scores_the_same_again(serve):
    server = serve(OFFICE | {"registered": True})
    first = server.scores()
    server.post(
        "office/performance-scores",
        [{"date": "2026-03-28", "score": 1, "type": "daily", "category": "energy"}],
    )
    server.client.post("/__admin/reset")
    assert server.scores() == first


@pytest.mark.parametrize(
    ("interval", "zone", "first", "last"),
    [
        # What the back-fill holds of its first day is a part, and does not count.
        ("PT15M", ZoneInfo("Europe/Paris"), "2026-03-11", "2026-03-29"),
        ("PT1H", ZoneInfo("Europe/Paris"), "2026-03-11", "2026-03-29"),
        # A day of UTC ends after the scores of the day in Lyon are published.
        ("P1D", UTC, "2026-03-10", "2026-03-28"),
    ],
)
def test_score_is_computed_from_published_readings(serve, interval, zone, first, last):
    meter = {"usage": "Natural Gas", "interval": interval}
    server = serve(OFFICE | {"registered": True, "meters": [meter]})
    (series,) = server.get(f"{PARTNER}/office/timeseries").json()
    read = defaultdict(float)
    for each in series["values"]:
        at = datetime.fromisoformat(each["date"]).astimezone(zone)
        read[at.date().isoformat()] += each["value"]
    days = {day: value for day, value in read.items() if first <= day <= last}
    (gas,) = server.explain(date="2026-03-29").json()["inputs"]
    assert (gas["covered_days"], gas["last_day"]) == (len(days), last) == (19, last)
    assert gas["total"] == pytest.approx(sum(days.values()), rel=1e-9)


def test_submeters_are_not_counted_twice(serve):
    split = {
        "usage": "Natural Gas",
        "submeters": [{"name": "kitchen", "share": 0.3}, {"name": "boiler", "share": 0.7}],
    }
    server = serve(OFFICE | {"registered": True, "meters": [split]})
    whole = serve(OFFICE | {"registered": True, "meters": [{"usage": "Natural Gas"}]})
    assert server.scores() == whole.scores() != []


def test_given_readings_count_from_their_arrival(serve):
    given = {
        "usage": "Purchased from Grid",
        "measurements": [
            {
                "name": "Active Energy",
                "readings": [
                    {"date": "2026-03-27T12:00:00Z", "updated_at": "2026-03-27T13:00:00Z",
                     "value": 1000},
                    {"date": "2026-03-27T18:00:00Z", "updated_at": "2026-03-29T13:00:00Z",
                     "value": 3000},
                ],
            }
        ],
    }  # fmt: skip
    server = serve(OFFICE | {"registered": True, "meters": [given]})

    def total(day):
        return [
            (each["total"], each["covered_days"])
            for each in server.explain(date=day).json()["inputs"]
        ]

    assert total("2026-03-26") == []
    assert total("2026-03-27") == total("2026-03-28") == [(1000, 1)]
    assert total("2026-03-29") == [(4000, 1)]
    scored = {each["date"]: each["score"] for each in server.scores(type="daily",
              category="energy")}  # fmt: skip
    assert sorted(scored) == ["2026-03-27", "2026-03-28", "2026-03-29"]
    assert scored["2026-03-27"] > scored["2026-03-29"]


def test_an_explanation_leads_step_by_step_to_the_listed_score(serve):
    server = serve(OFFICE | {"registered": True})
    explanation = server.explain(date="2026-03-29", category="energy").json()
    listed = server.scores(type="daily", category="energy")[-1]
    steps = {each["name"]: each["value"] for each in explanation["steps"]}
    by_name = {each["name"]: each["value"] for each in explanation["factors"]}
    (grid,) = explanation["inputs"]
    kwh = grid["total"] / grid["covered_days"] * 365
    source = kwh * by_name["Purchased from Grid: source energy per kWh"] / 9000 / by_name["m"]
    assert steps["r_src"] == pytest.approx(source * steps["delta"] * steps["fH"])
    assert steps["S_src"] == pytest.approx(100 / (1 + steps["r_src"] ** 2))
    assert round(steps["score"], 2) == explanation["score"] == listed["score"]
    assert explanation["updated_at"] == listed["updatedAt"]
    assert explanation["disclaimer"] == "Simulated by sandbox-score/1, not an Arc or LEED score."
    assert (explanation["engine"], explanation["origin"], explanation["missing"]) == (
        "sandbox-score/1",
        "computed",
        [],
    )
    assert explanation["building_profile"]["benchmark"] == "office"
    assert explanation["coverage"] == {
        "covered_days": 19,
        "window_days": 365,
        "confidence": "low",
        "tests": {"complete": False, "timely": True, "unit": True, "outlier": True},
        "warnings": [],
    }
    assert all(each["source"] and each["version"] for each in explanation["factors"])


def test_a_mean_is_explained_by_the_scores_that_it_is_of(serve):
    server = serve(OFFICE | {"registered": True})
    daily = {each["date"]: each["score"] for each in server.scores(type="daily", category="energy")}
    monthly = server.explain(date="2026-03-25", type="monthly").json()
    assert {each["name"]: each["score"] for each in monthly["components"]} == daily
    assert (monthly["date"], monthly["score"]) == (
        "2026-03-29", server.scores(type="monthly", category="energy")[0]["score"]
    )  # fmt: skip
    average = server.explain(date="2026-03-29", type="average").json()
    assert average["components"] == [{"name": "office", "score": daily["2026-03-29"]}]


def test_a_posted_score_is_explained_as_such(serve):
    server = serve(OFFICE | {"registered": True})
    posted = {"date": "2026-03-28", "score": 12.5, "type": "daily", "category": "energy"}
    server.post("office/performance-scores", [posted])
    explanation = server.explain(date="2026-03-28").json()
    assert (explanation["origin"], explanation["score"], explanation["steps"]) == (
        "posted",
        12.5,
        [],
    )
    assert explanation["disclaimer"] == (
        "Posted by a scoring partner, not computed by sandbox-score/1."
    )


@pytest.mark.parametrize(
    ("given_values", "category", "missing"),
    [
        ({"building_occupants": 0, "number_of_visitors_per_day": 0}, "energy",
         ["buildingOccupants"]),
        ({"weekly_operating_hours": 0}, "water", ["weeklyOperatingHours"]),
        ({}, "waste", ["readings"]),
        ({"surveys": {}}, "transportation", ["surveys"]),
    ],
)  # fmt: skip
def test_explanation_lists_missing_inputs(serve, given_values, category, missing):
    explanation = serve(OFFICE | {"registered": True} | given_values).explain(
        date="2026-03-29", category=category
    )
    assert (explanation.json()["score"], explanation.json()["missing"]) == (None, missing)


@pytest.mark.parametrize(
    ("asked", "status", "detail"),
    [
        ({"site": "elsewhere", "date": "2026-03-29"}, 404, "Site 'elsewhere' does not exist."),
        ({"date": "2026-03-30"}, 404, NOT_YET),
        ({"date": "2026-03-28", "type": "average"}, 404,
         "Averages are as of 2026-03-29, the latest day."),
        ({}, 400, "date: is required"),
    ],
)  # fmt: skip
def test_missing_score_cannot_be_explained(serve, asked, status, detail):
    answer = serve(OFFICE | {"registered": True}).explain(**asked)
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)


def test_client_returns_an_explanation():
    with serve_in_thread(create_app(Settings(scenario="demo"))) as url:
        server = MockApi(url)
        site = server.world()["customers"][0]["sites"][1]
        explanation = server.explain(site, "2026-05-31", category="transportation")
        assert (explanation["site"], explanation["category"]) == (site, "transportation")
        with pytest.raises(MockApiError, match="Site 'nowhere' does not exist"):
            server.explain("nowhere", "2026-05-31")


def test_scores_up_to_the_instant_of_a_shipped_scenario_show():
    client = TestClient(create_app(Settings(scenario="demo")))
    site = client.get("/__admin/world").json()["customers"][0]["sites"][1]
    answer = client.get(
        f"{PARTNER}/{site}/performance-scores",
        params={"type": "daily", "category": "waste"},
        headers={"Authorization": "Bearer mockAccessToken000000000Ada1"},
    )
    found = [each["date"] for each in answer.json()]
    assert (found[-1], len(found)) == ("2026-05-31", 454)
    assert found == [
        (date(2026, 5, 31) - timedelta(days=back)).isoformat() for back in range(453, -1, -1)
    ]
