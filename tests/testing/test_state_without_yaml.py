"""A suite that sets up everything it needs with the public API, without a scenario file."""

import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

SCENARIO = {"clock": "2026-06-01T09:00:00Z", "history": "P31D", "arrival": "punctual", "seed": 7}
OFFICE = {"building": "office", "city": "Lyon", "area": 12000, "registered": True}


def request(mockapi, path, token, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(mockapi.partner_url + path, data, headers)) as response:
        return json.load(response)


@pytest.fixture
def campus(mockapi):
    """Two customers with three sites, one of which gives its meters."""
    ada = mockapi.add_customer(email="ada@example.com", name="Ada")
    bob = mockapi.add_customer(email="bob@example.com", sites=[{"type": "Laboratory"}])
    mockapi.add_client(client_id="mockPartner", client_secret="mockSecret")
    lyon = mockapi.add_site(
        customer=ada["id"], **OFFICE, meters=[{"usage": "Natural Gas", "interval": "P1D"}]
    )
    paris = mockapi.add_site(customer=ada["id"], building="school", city="Paris", registered=True)
    return {"lyon": lyon, "paris": paris, "lab": bob["sites"][0]}


@pytest.mark.mockapi(scenario=SCENARIO)
def test_partner_copes_with_a_changing_campus(mockapi, campus):
    ada, bob = (mockapi.token(customer=f"{each}@example.com") for each in ("ada", "bob"))
    lyon, series = campus["lyon"]["id"], f"/sites/{campus['lyon']['id']}/timeseries"
    assert request(mockapi, "/sites", ada) == [campus["lyon"], campus["paris"]]
    assert [each["id"] for each in request(mockapi, "/sites", bob)] == [campus["lab"]]

    # A pushed gap of two days.
    (before,) = request(mockapi, series, ada)
    gap = ["2026-05-10T00:00:00Z", "2026-05-12T00:00:00Z"]
    assert mockapi.withdraw(before["key"], since=gap[0], until=gap[1]) == 2
    (after,) = request(mockapi, series, ada)
    assert len(before["values"]) - len(after["values"]) == 2

    # An answer that the API does not give by itself.
    stub = mockapi.fault("respond", status=422, json={"title": "Closed"}, operation="listSites")
    with stub, pytest.raises(HTTPError, match="422"):
        request(mockapi, "/sites", ada)

    # The office becomes a hotel, whose readings differ.
    changed = mockapi.update_site(lyon, building="hotel")
    assert changed["type"].startswith("Lodging")
    assert request(mockapi, "/sites", ada)[0] == changed
    assert request(mockapi, series, ada)[0]["values"] != after["values"]

    # A month later.
    mockapi.clock.advance("P30D")
    ada = mockapi.token(customer="ada@example.com")
    (later,) = request(mockapi, series, ada)
    assert len(later["values"]) == len(after["values"]) + 30

    mockapi.verify(operation="listSites", status=200, times=3)
    mockapi.verify(operation="listSites", status=422, times=1)
    mockapi.verify(operation="listMetrics", times=4)
