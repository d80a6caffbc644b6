"""Properties of all bodies of a world with many sites."""

import json

import pytest
from published_operations import OPERATIONS, compact

DEMO = {
    "partner": ["mockAccessToken000000000Ada1", "mockAccessToken00000000Grace"],
    "user": ["mockPAT00000000000000000Ada1", "mockPAT0000000000000000Grace"],
}
WINDOW = "?updatedAt[gte]=2026-05-31T00:00:00Z&updatedAt[lt]=2026-05-31T06:00:00Z"
READS = [each for each in OPERATIONS if each.method == "GET"]

SITE = ["id", "name", "type", "sourceSystemId", "metadata", "postalAddress"]
METADATA = [
    "grossArea",
    "buildingOccupants",
    "daysPerWeekWithVisitors",
    "numberOfVisitorsPerDay",
    "visitDuration",
    "weeklyOperatingHours",
]
ADDRESS = [
    "address",
    "city",
    "countryIsoCode",
    "zipCode",
    "stateProvince",
    "timezone",
    "coordinates",
]
COORDINATES = ["latitude", "longitude", "elevation"]
METER = ["id", "name", "gatewayId", "commodity", "usage", "measurements"]
MEASUREMENT = ["id", "name", "unit", "timeseries"]


def ask(client, operation, token, site_id):
    query = WINDOW if operation.path.endswith("/timeseries") else ""
    response = client.get(
        operation.at(site_id) + query, headers={"Authorization": f"Bearer {token}"}
    )
    return response.raise_for_status().text


def nulls_in(body):
    """The paths of nulls in *body*."""
    if isinstance(body, dict | list):
        members = body.items() if isinstance(body, dict) else enumerate(body)
        return [f"{key}.{place}" for key, each in members for place in nulls_in(each)]
    return [""] if body is None else []


@pytest.mark.parametrize("operation", READS, ids=lambda each: each.label)
def test_every_answer_is_compact_and_without_null(api, operation):
    client = api("demo")
    for token in DEMO[operation.product]:
        listing = next(each for each in READS if each.label == f"{operation.product}-GET-sites")
        for site in json.loads(ask(client, listing, token, "")):
            text = ask(client, operation, token, site["id"])

            assert text == compact(json.loads(text))
            assert nulls_in(json.loads(text)) == []


def test_members_come_in_the_published_order(api):
    client = api("demo")
    sites, meters = (
        next(each for each in READS if each.label == f"partner-GET-{noun}")
        for noun in ("sites", "meters")
    )
    token = DEMO["partner"][0]
    for site in json.loads(ask(client, sites, token, "")):
        assert list(site) == SITE
        assert list(site["metadata"]) == METADATA
        assert list(site["postalAddress"]) == ADDRESS
        assert list(site["postalAddress"]["coordinates"]) == COORDINATES
        for meter in json.loads(ask(client, meters, token, site["id"])):
            assert list(meter) == METER
            assert {tuple(each) for each in meter["measurements"]} == {tuple(MEASUREMENT)}


def test_non_ascii_name_is_not_escaped(api):
    listing = next(each for each in READS if each.label == "partner-GET-sites")

    assert '"city":"São Paulo"' in ask(api("demo"), listing, DEMO["partner"][0], "")


def test_seed_determines_bytes_and_ids(api):
    listing = next(each for each in READS if each.label == "partner-GET-sites")
    token = DEMO["partner"][0]
    first = ask(api("demo"), listing, token, "")
    ids = {site["id"] for site in json.loads(first)}
    other_ids = {site["id"] for site in json.loads(ask(api("demo", seed=1), listing, token, ""))}

    assert ask(api("demo", seed=20260601), listing, token, "") == first
    assert len(ids) == len(other_ids) == 8
    assert ids.isdisjoint(other_ids)
