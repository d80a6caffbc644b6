import pytest
from authorization_scenario import OWNED, TOKENS, bearer, secret
from published_operations import RECORDINGS, compact

TIMESERIES = RECORDINGS["partner-timeseries"]
SCORES = f"/ecostruxure/scoring/v1/sites/{OWNED}/performance-scores"
TYPES = ("daily", "monthly", "localAverage", "average")
POSTED = [
    {"date": "2026-05-01", "score": 50, "type": kind, "category": category}
    for category in ("energy", "water", "humanExperience")
    for kind in TYPES
]


@pytest.fixture
def partner(api):
    client = api()
    return lambda query: (
        client.get(f"{TIMESERIES.path}?{query}", headers=bearer(TOKENS["partner"])).text
    )


@pytest.fixture
def kinds(rights):
    """Return the (type, category) pairs in the response to a query of scores."""
    client = rights()
    headers = bearer(secret("Owner"))
    client.post(SCORES, json=POSTED, headers=headers).raise_for_status()

    def kinds(query):
        answer = client.get(f"{SCORES}?{query}", headers=headers)
        return [
            (each["type"], each["category"])
            for each in answer.json()
            if each["date"] == POSTED[0]["date"]
        ]

    return kinds


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(TIMESERIES.query, id="recorded-mixed"),
        pytest.param(
            "updatedAt%5Bgte%5D=2022-01-01T12:08:56.235-07:00&updatedAt[lt]=2022-06-06T12:08:56.235-07:00",
            id="mixed-the-other-way",
        ),
        pytest.param(
            "updatedAt[gte]=2022-01-01T12:08:56.235-07:00&updatedAt[lt]=2022-06-06T12:08:56.235-07:00",
            id="raw",
        ),
        pytest.param(
            "updatedAt%5Bgte%5D=2022-01-01T12%3A08%3A56.235-07%3A00&updatedAt%5Blt%5D=2022-06-06T12%3A08%3A56.235-07%3A00",
            id="encoded",
        ),
        pytest.param("updatedAt%5bgte%5d=2022-01-01T19%3a08%3a56.235Z", id="encoded-lower-case"),
        pytest.param("updatedAt[lt]=2022-06-06T19:08:56.235Z", id="one-bound"),
        pytest.param("", id="no-bound"),
        pytest.param("updatedAt[gte]=2022-02-01T14:49:46Z", id="lower-bound-inclusive"),
        pytest.param("updatedAt[gte]=2022-02-01T20:19:46%2B05:30", id="plus-encoded"),
        pytest.param("updatedAt[gte]=2022-02-01T20:19:46+05:30", id="plus-bare"),
        pytest.param("updatedAt[gte]=2022-02-01T20:19:46%2B05%3A30", id="all-encoded"),
        pytest.param("updatedAt[lt]=2022-02-01T14:49:46.000001Z", id="microsecond-above"),
        pytest.param("updatedAt[gte]=0001-01-01T00:00:00%2B14:00", id="before-all-time"),
        pytest.param("updatedAt[lt]=9999-12-31T23:59:59-12:00", id="after-all-time"),
        pytest.param("type=&category=consumption&limit=1", id="unknown-parameters-ignored"),
    ],
)
def test_a_window_that_holds_the_recorded_reading_answers_it(partner, query):
    assert partner(query) == TIMESERIES.text


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("updatedAt[lt]=2022-02-01T14:49:46Z", id="upper-bound-exclusive"),
        pytest.param("updatedAt[lt]=2022-02-01T20:19:46+05:30", id="upper-bound-plus-bare"),
        pytest.param("updatedAt[gte]=2022-02-01T14:49:46.000001Z", id="microsecond-below"),
        pytest.param(
            "updatedAt[gte]=2022-01-02T00:00:00Z&updatedAt[lt]=2022-01-03T00:00:00Z",
            id="filters-by-arrival-not-by-date",
        ),
        pytest.param("updatedAt[gte]=9999-12-31T23:59:59Z", id="after-all-time"),
    ],
)
def test_a_window_without_a_reading_is_an_empty_array(partner, query):
    assert partner(query) == "[]"


ALL = [(each["type"], each["category"]) for each in POSTED]


@pytest.mark.parametrize(
    ("query", "types", "categories"),
    [
        pytest.param("type=daily", ("daily",), None, id="single"),
        pytest.param("type=daily&type=monthly", ("daily", "monthly"), None, id="repeated"),
        pytest.param("type=daily,monthly", ("daily", "monthly"), None, id="comma"),
        pytest.param("type=daily%2Cmonthly", ("daily", "monthly"), None, id="comma-encoded"),
        pytest.param(
            "type=daily,monthly&type=average", ("daily", "monthly", "average"), None, id="mixed"
        ),
        pytest.param(
            "type=daily&type=monthly&category=energy&category=humanExperience",
            ("daily", "monthly"),
            ("energy", "humanExperience"),
            id="both-repeated",
        ),
        pytest.param(
            "type=localAverage&category=water%2Cenergy",
            ("localAverage",),
            ("energy", "water"),
            id="both-mixed",
        ),
        pytest.param("type=daily&type=daily,daily", ("daily",), None, id="stated-thrice"),
        pytest.param("type=", None, None, id="empty"),
        pytest.param("type=&category=", None, None, id="both-empty"),
        pytest.param("type=&category=water", None, ("water",), id="one-empty"),
        pytest.param("type=,daily,", ("daily",), None, id="stray-commas"),
        pytest.param("type=daily&page=2&category[]=water", ("daily",), None, id="unknown-ignored"),
        pytest.param("category=transportation", None, (), id="none-such"),
    ],
)
def test_scores_are_filtered_by_arrays_in_every_spelling(kinds, query, types, categories):
    wanted = [
        (kind, category)
        for kind, category in ALL
        if (types is None or kind in types) and (categories is None or category in categories)
    ]

    assert kinds(query) == wanted


TYPE_REASON = "Input should be 'daily', 'monthly', 'localAverage' or 'average'"
CATEGORY_REASON = (
    "must be one of electricity, energy, fuel, humanExperience, reEntry, transportation, waste, "
    "water"
)
RFC_3339 = "must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z"
NO_OFFSET = "must be an RFC 3339 date-time with an offset, such as 2026-06-01T09:00:00Z"
GTE, LT = "updatedAt[gte]", "updatedAt[lt]"


@pytest.mark.parametrize(
    ("resource", "query", "complaints"),
    [
        pytest.param(
            "performance-scores", "type=weekly", [("type", TYPE_REASON)], id="unknown-type"
        ),
        pytest.param(
            "performance-scores", "type=daily,DAILY", [("type", TYPE_REASON)], id="type-in-capitals"
        ),
        pytest.param(
            "performance-scores",
            "category=consumption",
            [("category", CATEGORY_REASON)],
            id="category-of-the-readme",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[gte]=2022-13-01T00:00:00Z",
            [(GTE, "month must be in 1..12")],
            id="no-such-month",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[lt]=2022-02-30T00:00:00Z",
            [(LT, "day is out of range for month")],
            id="no-such-day",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[gte]=x&updatedAt%5Blt%5D=2022-01-01",
            [(GTE, f"{RFC_3339}, not 'x'"), (LT, f"{RFC_3339}, not '2022-01-01'")],
            id="two-at-once",
        ),
        pytest.param(
            "timeseries", "updatedAt[gte]=", [(GTE, f"{RFC_3339}, not ''")], id="empty-bound"
        ),
        pytest.param(
            "timeseries",
            "updatedAt[gte]=2022-01-01T00:00:00",
            [(GTE, f"{NO_OFFSET}, not '2022-01-01T00:00:00'")],
            id="without-offset",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[gte]=17-12-2022T13:01:97Z",
            [(GTE, f"{RFC_3339}, not '17-12-2022T13:01:97Z'")],
            id="example-of-the-specification",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[gte]=2022-01-02T00:00:00Z&updatedAt[lt]=2022-01-01T00:00:00Z",
            [(LT, "must be later than updatedAt[gte]")],
            id="bounds-swapped",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[gte]=2022-01-01T00:00:00Z&updatedAt%5Bgte%5D=2022-01-01T00:00:00Z",
            [(GTE, "is given 2 times; give it once")],
            id="repeated-bound",
        ),
        pytest.param(
            "timeseries",
            "updatedAt[lt]=&updatedAt[lt]=x&updatedAt[lt]=y",
            [(LT, "is given 3 times; give it once")],
            id="repeated-before-read",
        ),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(rights, resource, query, complaints):
    response = rights().get(
        f"/ecostruxure/scoring/v1/sites/{OWNED}/{resource}?{query}",
        headers=bearer(secret("Owner")),
    )

    assert response.status_code == 400
    assert response.text == compact(
        {
            "type": f"/ods-api/openesx/v1/sites/{OWNED}/{resource}",
            "title": "Bad Request",
            "status": 400,
            "detail": "Provided input request parameter is not valid.",
            "invalid-params": [
                {"path": name, "name": name, "reason": reason} for name, reason in complaints
            ],
        }
    )
