"""Sites, meters, customers, clients and scores that the control API adds, changes and removes."""

import pytest
from starlette.testclient import TestClient

TOKEN = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
PARTNER = "/ecostruxure/scoring/v1"
OFFICE = {"building": "office", "city": "Lyon", "area": 12000, "registered": True}
PROJECT = {"leed_id": 1, "leed_name": "One"}
PORTFOLIO = {
    "clock": "2026-06-01T09:00:00Z",
    "history": "P7D",
    "customers": [
        {
            "email": "ada@example.com",
            "access_tokens": [{"token": "mockAccessToken000000000Ada1"}],
            "portfolio": {
                "count": 6,
                "mix": {"office": 1},
                "meters": "basic",
                "defects": [{"kind": "spike", "rate": 50}],
                "scoring_verdict": {"status": "REJECTED", "takes": "PT0S", "detail": "No meters"},
            },
        }
    ],
    "clients": [
        {
            "client_id": "mockClient",
            "name": "Client",
            "redirect_uris": ["http://127.0.0.1:8765/callback"],
        }
    ],
}


@pytest.fixture
def portfolio(test_client) -> TestClient:
    return test_client(scenario=PORTFOLIO)


def add(client, kind: str, **body) -> dict:
    response = client.post(f"/__admin/{kind}", json=body)
    assert response.status_code == 201, response.json()
    return response.json()


def published(client, path: str, **headers):
    response = client.get(PARTNER + path, headers=headers or TOKEN)
    return response.json() if response.status_code == 200 else response.status_code


def readings(client, site: str) -> float:
    return sum(sum(each["value"] for each in series["values"]) for series in _series(client, site))


def _series(client, site: str) -> list:
    return published(client, f"/sites/{site}/timeseries")


def dump(client) -> bytes:
    """Return everything that describes the sites of the world."""
    sites = client.get("/__admin/sites").json()
    details = [client.get(f"/__admin/sites/{each['id']}").content for each in sites]
    return b"\n".join([client.get("/__admin/world").content, *details])


def test_added_site_is_published_with_its_readings(client):
    site = add(client, "sites", **OFFICE, meters=[{"usage": "Natural Gas"}])

    assert site in published(client, "/sites")
    (meter,) = published(client, f"/sites/{site['id']}/meters")
    assert (meter["usage"], site["metadata"]["grossArea"]) == ("Natural Gas", 12000)
    assert readings(client, site["id"]) > 0
    assert client.get(f"/__admin/scores?site={site['id']}").json() != []
    page = client.get(f"/console/sites/{site['id']}")
    assert (page.status_code, site["name"] in page.text) == (200, True)


def test_same_calls_give_the_same_ids(client):
    def calls() -> list[str]:
        first = add(client, "sites", **OFFICE)
        client.delete(f"/__admin/sites/{first['id']}")
        second = add(client, "sites", **OFFICE)
        meter = add(client, "meters", site=second["id"], usage="Diesel")
        made = [add(client, kind)["id"] for kind in ("customers", "customers")]
        made.append(add(client, "clients")["client_id"])
        return [first["id"], second["id"], meter["id"], *made]

    before = dump(client)
    ids = calls()
    assert len(set(ids)) == len(ids)
    client.post("/__admin/reset")
    assert dump(client) == before
    assert calls() == ids


def test_removed_site_is_unknown(client):
    site = add(client, "sites", **OFFICE)["id"]
    key = _series(client, site)[0]["key"]
    client.put(
        "/__admin/readings",
        json={"key": key, "readings": [{"date": "2026-05-01T00:00:00Z", "value": 1}]},
    )
    assert client.delete(f"/__admin/sites/{site}").status_code == 204

    assert published(client, f"/sites/{site}/meters") == 404
    assert client.get(f"/__admin/sites/{site}").status_code == 404
    assert client.get("/__admin/readings").json()["readings"] == []
    assert client.delete(f"/__admin/sites/{site}").json()["detail"] == (
        f"Site '{site}' does not exist."
    )


def test_first_site_of_the_scenario_can_be_removed(client):
    site = published(client, "/sites")[0]["id"]
    assert client.delete(f"/__admin/sites/{site}").status_code == 204
    assert [each["id"] for each in published(client, "/sites")].count(site) == 0


def test_changed_building_changes_type_and_readings(client):
    site = add(client, "sites", **OFFICE, meters=[{"usage": "Purchased from Grid"}])
    before = readings(client, site["id"])
    changed = client.patch(f"/__admin/sites/{site['id']}", json={"building": "hotel"}).json()

    assert changed["type"].startswith("Lodging")
    assert changed["metadata"]["grossArea"] == 12000
    assert changed in published(client, "/sites")
    assert readings(client, site["id"]) != before
    client.patch(f"/__admin/sites/{site['id']}", json={"building": "office"})
    assert readings(client, site["id"]) == before


def test_null_removes_a_value_and_city_brings_its_place(client):
    site = add(client, "sites", **OFFICE)["id"]
    body = {"name": None, "weekly_operating_hours": None, "city": "Melbourne"}
    changed = client.patch(f"/__admin/sites/{site}", json=body).json()

    assert "name" not in changed
    assert "weeklyOperatingHours" not in changed["metadata"]
    address = changed["postalAddress"]
    assert (address["countryIsoCode"], address["timezone"]) == ("AU", "Australia/Melbourne")


def test_registered_starts_the_readings_of_a_site(client):
    site = add(client, "sites", **{**OFFICE, "registered": False})["id"]
    assert readings(client, site) == 0
    client.patch(f"/__admin/sites/{site}", json={"registered": True, "history": "P2D"})
    assert readings(client, site) > 0
    assert len(published(client, f"/sites/{site}/projects")) == 1


def test_total_of_a_meter_may_be_that_of_a_period(client):
    period = {"since": "2026-05-01T00:00:00Z", "until": "2026-05-29T00:00:00Z"}
    spec = {"usage": "Natural Gas", "interval": "P1D", "resolution": 0.001}
    site = add(client, "sites", **OFFICE, meters=[{**spec, "yearly": {"total": 280, **period}}])
    (meter,) = published(client, f"/sites/{site['id']}/meters")
    url, key = f"/__admin/meters/{meter['id']}", meter["measurements"][0]["timeseries"]["key"]

    def total() -> float:
        query = {"site": site["id"], "key": key, **period}
        return sum(client.get("/__admin/series", params=query).json()["values"])

    assert total() == pytest.approx(280, rel=0.02)
    changed = client.patch(url, json={"yearly": {"total": 28, **period}})
    assert (changed.status_code, total()) == (200, pytest.approx(28, rel=0.02))
    assert client.patch(url, json={"yearly": 28}).status_code == 200
    assert total() < 5
    assert client.patch(url, json={"yearly": None}).status_code == 200
    assert total() > 300
    refused = client.patch(url, json={"yearly": {"total": 1, **period, "until": "2026"}})
    assert refused.json()["detail"].startswith("yearly.until: must be an RFC 3339 date-time")


def test_change_of_a_portfolio_site_keeps_its_meters(portfolio):
    site = published(portfolio, "/sites")[2]
    meters = published(portfolio, f"/sites/{site['id']}/meters")
    before = readings(portfolio, site["id"])
    defects = portfolio.get(f"/__admin/defects?site={site['id']}").json()
    changed = portfolio.patch(f"/__admin/sites/{site['id']}", json={"name": "New"}).json()

    assert changed == {**site, "name": "New"}
    assert published(portfolio, f"/sites/{site['id']}/meters") == meters
    assert readings(portfolio, site["id"]) == before
    assert portfolio.get(f"/__admin/defects?site={site['id']}").json() == defects
    request = add(portfolio, "scoring-requests", site=site["id"])
    assert (request["status"], request["detail"]) == ("REJECTED", "No meters")


def test_meter_of_a_portfolio_site_can_be_removed(portfolio):
    site = published(portfolio, "/sites")[0]["id"]
    first, *others = published(portfolio, f"/sites/{site}/meters")
    assert portfolio.delete(f"/__admin/meters/{first['id']}").status_code == 204
    assert published(portfolio, f"/sites/{site}/meters") == others

    added = add(portfolio, "meters", site=site, usage=first["usage"])
    assert published(portfolio, f"/sites/{site}/meters") == [*others, added]


def test_ids_of_portfolio_meters_are_in_use(portfolio):
    site = published(portfolio, "/sites")[0]["id"]
    meter = published(portfolio, f"/sites/{site}/meters")[0]
    body = {"site": site, "usage": "Diesel", "id": meter["id"]}
    response = portfolio.post("/__admin/meters", json=body)
    assert (response.status_code, meter["id"] in response.json()["detail"]) == (409, True)


def test_meter_is_changed_and_removed(client):
    site = add(client, "sites", **OFFICE)["id"]
    submeters = [{"name": "half", "share": 0.5}]
    meter = add(client, "meters", site=site, usage="Diesel", submeters=submeters)
    changed = client.patch(
        f"/__admin/meters/{meter['id']}", json={"name": "tank", "interval": "P1D"}
    ).json()
    assert changed == {**meter, "name": "tank"}
    names = [each["name"] for each in published(client, f"/sites/{site}/meters")]
    assert names[-2:] == ["tank", "half"]

    client.delete(f"/__admin/meters/{meter['id']}")
    assert [each["name"] for each in published(client, f"/sites/{site}/meters")] == names[:-2]


def test_added_customer_has_sites_and_tokens(client):
    secret = "mockPAT000000000000000000042"
    customer = add(
        client,
        "customers",
        email="grace.new@example.com",
        sites=[{**OFFICE, "id": "lyon"}],
        personal_access_tokens=[{"token": secret}],
        sees=[client.get("/__admin/sites").json()[0]["id"]],
    )
    assert [customer["email"], "lyon" in customer["sites"]] == ["grace.new@example.com", True]
    seen = client.get(
        "/ecostruxure/user/scoring/v1/sites", headers={"Authorization": f"Bearer {secret}"}
    ).json()
    assert [each["id"] for each in seen] == customer["sites"]
    assert len(seen) == 2

    changed = client.patch(
        "/__admin/customers/grace.new@example.com", json={"email": "g@example.com", "sees": []}
    ).json()
    assert (changed["email"], changed["sites"]) == ("g@example.com", ["lyon"])
    assert client.delete("/__admin/customers/g@example.com").status_code == 204
    assert client.get("/__admin/sites/lyon").status_code == 404
    refused = client.get(
        "/ecostruxure/user/scoring/v1/sites", headers={"Authorization": f"Bearer {secret}"}
    )
    assert (refused.status_code, refused.json()["status"]) == (401, 401)


def test_all_customers_and_clients_can_be_removed(client):
    world = client.get("/__admin/world").json()
    for each in world["customers"]:
        assert client.delete(f"/__admin/customers/{each['id']}").status_code == 204
    for each in world["clients"]:
        assert client.delete(f"/__admin/clients/{each['client_id']}").status_code == 204
    emptied = client.get("/__admin/world").json()
    assert (emptied["customers"], emptied["clients"]) == ([], [])
    assert client.get("/").status_code == 200

    site = add(client, "sites", **OFFICE)
    token = client.post("/__admin/tokens", json={}).json()["access_token"]
    assert published(client, "/sites", Authorization=f"Bearer {token}") == [site]


def test_added_client_exchanges_tokens_until_it_is_removed(client):
    made = add(client, "clients", client_secret="mockSecret", scopes=["read:site"])
    body = {"client_id": made["client_id"]}
    token = client.post("/__admin/tokens", json=body).json()
    assert token["scope"] == "read:site"
    changed = client.patch(f"/__admin/clients/{made['client_id']}", json={"name": "New"})
    assert changed.json() == {**made, "name": "New"}

    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert isinstance(published(client, "/sites", **headers), list)
    client.delete(f"/__admin/clients/{made['client_id']}")
    assert published(client, "/sites", **headers) == 401


def test_scores_are_added_changed_and_removed(client):
    site = published(client, "/sites")[0]["id"]
    score = {"date": "2026-04-30", "type": "daily", "category": "energy", "score": 12.5}
    (stored,) = add_scores(client, site, {**score, "updated_at": "2026-05-02T00:00:00Z"})
    assert stored == {**score, "updatedAt": "2026-05-02T00:00:00Z"}

    def current() -> float:
        query = f"/__admin/scores?site={site}&type=daily&category=energy&since=2026-04-30"
        found = client.get(query).json()
        return next(each["score"] for each in found if each["date"] == "2026-04-30")

    assert current() == 12.5
    client.patch("/__admin/scores", json={"site": site, **score, "score": 13})
    assert current() == 13
    removed = client.delete(f"/__admin/scores?site={site}&date=2026-04-30").json()
    assert removed == {"site": site, "count": 1}
    assert current() not in (12.5, 13)
    again = client.patch("/__admin/scores", json={"site": site, **score})
    assert (again.status_code, "Use POST" in again.json()["detail"]) == (404, True)


def add_scores(client, site: str, *scores: dict) -> list:
    response = client.post("/__admin/scores", json={"site": site, "scores": scores})
    assert response.status_code == 201, response.json()
    return response.json()


def test_snapshot_and_reset_include_added_rows(client):
    before = dump(client)
    site = add(client, "sites", **OFFICE)["id"]
    add(client, "customers")
    client.post("/__admin/snapshots", json={"name": "more"})
    more = dump(client)
    client.delete(f"/__admin/sites/{site}")
    client.post("/__admin/snapshots/more/restore")
    assert dump(client) == more
    client.post("/__admin/reset")
    assert dump(client) == before


def test_events_of_removed_parts_have_no_effect(test_client):
    scenario = {
        "clock": "2026-06-01T09:00:00Z",
        "sites": [{**OFFICE, "id": "lyon"}, {"id": "other", "type": "x"}],
        "timeline": [
            {"event": "site_withdrawn", "site": "lyon", "after": "P1D"},
            {"event": "consent_revoked", "customer": "owner@example.com", "after": "P2D"},
            {"event": "heat_wave", "country": "FR", "degrees": 9, "after": "PT1H", "for": "P9D"},
        ],
    }
    client = test_client(scenario=scenario)
    client.delete("/__admin/sites/lyon")
    client.delete("/__admin/customers/owner@example.com")
    site = add(client, "sites", **OFFICE, meters=[{"usage": "Purchased from Grid"}])["id"]
    client.put("/__admin/clock", json={"advance": "P8D"})
    assert [each["id"] for each in client.get("/__admin/sites").json()] == [site]
    assert client.get("/__admin/world").json()["customers"][0]["sites"] == [site]


def test_events_and_defects_change_readings_of_added_sites(test_client):
    wave = {"event": "heat_wave", "country": "FR", "degrees": 20, "after": "PT1H", "for": "P9D"}
    seen = []
    for timeline in ([], [wave]):
        scenario = {"sites": [{"building": "school", "city": "Paris"}], "timeline": timeline}
        client = test_client(scenario={"clock": "2026-06-01T09:00:00Z", **scenario})
        spike = {"kind": "spike", "at": "2026-05-20T08:00:00Z", "factor": 100}
        meters = [{"usage": "Purchased from Grid", "defects": [spike]}]
        site = add(client, "sites", **OFFICE, id="lyon", meters=meters)["id"]
        defect, *_ = client.get(f"/__admin/defects?site={site}").json()["defects"]
        assert (defect["kind"], defect["begin"]) == ("spike", "2026-05-20T08:00:00Z")
        client.put("/__admin/clock", json={"advance": "P8D"})
        query = f"site=lyon&key={defect['keys'][0]}&since=2026-06-02T00:00:00Z"
        seen.append(sum(client.get(f"/__admin/series?{query}").json()["values"]))
    assert seen[1] > 1.02 * seen[0]


def test_event_finds_the_first_site_of_a_name(test_client):
    scenario = {
        "clock": "2026-06-01T09:00:00Z",
        "sites": [{"id": "first", "type": "x", "name": "HQ"}],
        "timeline": [{"event": "site_withdrawn", "site": "HQ", "after": "P1D"}],
    }
    client = test_client(scenario=scenario)
    add(client, "sites", id="second", type="x", name="HQ")
    client.put("/__admin/clock", json={"advance": "P2D"})
    assert [each["id"] for each in client.get("/__admin/sites").json()] == ["second"]


def test_data_file_keeps_added_and_removed_parts(new_app, tmp_path):
    settings = {"scenario": "demo", "data": tmp_path / "world.sqlite"}
    app = new_app(**settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        removed = client.get("/__admin/sites").json()[0]["id"]
        client.delete(f"/__admin/sites/{removed}")
        added = add(client, "sites", **OFFICE)["id"]
        state = dump(client)
    app.state.worlds.close()

    with TestClient(new_app(**settings), base_url="http://127.0.0.1") as client:
        assert dump(client) == state
        listed = [each["id"] for each in client.get("/__admin/sites").json()]
        assert (added in listed, removed in listed) == (True, False)
        assert add(client, "sites", **OFFICE)["id"] not in (added, removed)


def test_restarted_server_offers_no_token_of_a_removed_customer(new_app, tmp_path):
    settings = {"scenario": "demo", "data": tmp_path / "world.sqlite"}
    app = new_app(**settings)
    given = app.state.world.demo_credentials()
    assert given.access_token == TOKEN["Authorization"].removeprefix("Bearer ")
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.delete("/__admin/customers/ada@example.com")
    app.state.worlds.close()

    app = new_app(**settings)
    token = app.state.world.demo_credentials().access_token
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert given.access_token not in (token, client.get("/").text)
        assert isinstance(published(client, "/sites", Authorization=f"Bearer {token}"), list)


WRONG = {
    "unknown building": (
        "POST sites",
        {"building": "offce", "city": "Lyon"},
        400,
        "building: 'offce' is not a known building",
    ),
    "nothing": ("POST sites", {}, 400, "`building` and `type` are missing. Add"),
    "unknown key": (
        "POST sites",
        {"type": "x", "areaa": 1},
        400,
        "areaa: unknown key. Did you mean area?",
    ),
    "key of a scenario": ("POST sites", {"type": "x", "sites": []}, 400, "unknown key. Remove it."),
    "not a list": (
        "POST scores",
        {"site": "{site}", "scores": {"date": "2026-05-31"}},
        400,
        "scores: must be a list",
    ),
    "nested": (
        "POST sites",
        {"type": "x", "meters": [{"usage": "Diesel", "interval": "PT2H"}]},
        400,
        "meters.0.interval: must be",
    ),
    "twice": (
        "POST sites",
        {"type": "x", "meters": [{"usage": "Diesel", "id": "a"}, {"usage": "Diesel", "id": "a"}]},
        400,
        "meters.1.id: 'a' is used more than once. Change or remove it.",
    ),
    "unknown customer": ("POST sites", {"type": "x", "customer": "no"}, 404, "No customer has"),
    "registration": ("PATCH sites/{site}", {"registered": False}, 400, "cannot be removed. Remove"),
    "no change": ("PATCH sites/{site}", {}, 400, "a change is missing. Give"),
    "fixed key": ("PATCH sites/{site}", {"meters": []}, 400, "Use POST /__admin/meters"),
    "null type": ("PATCH sites/{site}", {"type": None}, 400, "type: cannot be null"),
    "unknown city": ("PATCH sites/{site}", {"city": "Lyno"}, 400, "city: 'Lyno' is not a known"),
    "misspelt building": (
        "POST sites",
        {"building": "ofice", "city": "Lyon"},
        400,
        "building: 'ofice' is not a known building. Did you mean office?",
    ),
    "misspelt usage": (
        "POST meters",
        {"site": "x", "usage": "Natural Gass"},
        400,
        "usage: 'Natural Gass' is not a usage of the catalog. Did you mean Natural Gas?",
    ),
    "early registration": (
        "POST sites",
        {"type": "x", "projects": [{**PROJECT, "registered_at": "2016-05-31T08:59:59Z"}]},
        400,
        (
            "projects.0.registered_at: 2016-05-31T08:59:59Z is more than ten years before the time "
            "of the world, 2026-06-01T09:00:00Z. Use 2016-06-01T00:00:00Z or later."
        ),
    ),
    "early registration of a customer": (
        "POST customers",
        {
            "email": "zoe@example.com",
            "sites": [
                {"type": "x"},
                {"type": "x", "projects": [{**PROJECT, "registered_at": "1900-01-01T00:00:00Z"}]},
            ],
        },
        400,
        "sites.1.projects.0.registered_at: 1900-01-01T00:00:00Z is more than ten years before ",
    ),
    "long history": (
        "POST sites",
        {"type": "x", "history": "P100Y"},
        400,
        "history: must be a duration of at most ten years. Use P3653D or less.",
    ),
    "not JSON": ("POST sites", b"{", 400, "body: must be JSON; it is not from character 2 on"),
    "misspelt reset": ("POST reset", {"relaod": True}, 400, "relaod: is not known here. Did you"),
    "unknown key of reset": (
        "POST reset",
        {"x": True},
        400,
        "x: is not known here. Use one of reload.",
    ),
    "unknown site": ("PATCH sites/none", {"area": 100}, 404, "Site 'none' does not exist."),
    "meter without site": ("POST meters", {"usage": "Diesel"}, 400, "site: this key is required"),
    "unknown meter": ("PATCH meters/none", {"name": "x"}, 404, "Meter 'none' does not exist."),
    "portfolio": ("POST customers", {"portfolio": {"count": 1}}, 400, "cannot be added later"),
    "email": ("POST customers", {"email": "ADA@example.com"}, 409, "already in use"),
    "token": (
        "POST customers",
        {"access_tokens": [{"token": "mockAccessToken000000000Ada1"}]},
        409,
        "a token is already in use",
    ),
    "sees": ("POST customers", {"sees": ["none"]}, 404, "Site 'none' does not exist."),
    "client of token": (
        "POST customers",
        {"access_tokens": [{"token": "mockAccessToken000000000Ada2", "client_id": "none"}]},
        404,
        "No client has the id 'none'",
    ),
    "email of another": (
        "PATCH customers/ada@example.com",
        {"email": "grace@example.com"},
        409,
        "already in use",
    ),
    "client id": ("PATCH clients/none", {"client_id": "x"}, 400, "client_id: cannot change"),
    "no scores": ("POST scores", {"site": "{site}", "scores": []}, 400, "the list is empty"),
    "score": (
        "POST scores",
        {
            "site": "x",
            "scores": [{"date": "2026", "type": "daily", "category": "energy", "score": 1}],
        },
        400,
        "scores.0.date: must be a date",
    ),
    "request": ("POST scoring-requests", {"site": "none"}, 404, "Site 'none' does not exist."),
    "list": ("POST sites", [], 400, "body: must be a mapping"),
}


@pytest.mark.parametrize(("call", "body", "status", "detail"), WRONG.values(), ids=WRONG)
def test_wrong_body_changes_nothing_and_names_the_remedy(client, call, body, status, detail):
    site = client.get("/__admin/sites").json()[0]["id"]
    before = dump(client)
    method, path = call.replace("{site}", site).split()
    sent = {"content": body} if isinstance(body, bytes) else {"json": body}
    headers = {"Content-Type": "application/json"}
    response = client.request(method, f"/__admin/{path}", headers=headers, **sent)
    assert (response.status_code, detail in response.json()["detail"]) == (status, True), (
        response.json()
    )
    assert dump(client) == before
