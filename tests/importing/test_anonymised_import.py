"""Imported scenarios without the names, addresses, ids and coordinates of the recording."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from import_steps import PARTNER, get, har, imported, read_sites, serving, token
from starlette.testclient import TestClient

from mockapi import Settings, create_app
from mockapi.domain.buildings import climate_at, places

TOKENS = {
    "demo": ("mockAccessToken000000000Ada1", "mockAccessToken00000000Grace"),
    "vendor-samples": ("mockAccessToken00Partner2022", "mockAccessToken00000User2022"),
}
IDENTIFYING = {
    "id", "name", "sourceSystemId", "address", "city", "zipCode", "stateProvince", "latitude",
    "longitude", "gatewayId", "key", "leedId", "leedName",
}  # fmt: skip
KEPT = {
    # Quantities of the catalog, which generated readings need.
    "Active Energy", "Reactive Energy", "Fuel Volume", "Weight", "Water Volume",
    "CO2 Concentration", "Zone Temperature", "Humidity",
}  # fmt: skip


def originals(tree: object, name: str = "") -> Iterator[str]:
    """Yield the values of all identifying members of *tree*."""
    if isinstance(tree, dict):
        for member, value in tree.items():
            yield from originals(value, member)
    elif isinstance(tree, list):
        for each in tree:
            yield from originals(each, name)
    elif name in IDENTIFYING and str(tree) not in KEPT:
        yield str(tree)


@pytest.fixture(scope="module", params=TOKENS)
def recorded(request):
    """All responses about the sites of two customers."""
    app = create_app(Settings(scenario=request.param))
    client = TestClient(app)
    yield [each for used in TOKENS[request.param] for each in read_sites(client, used, 8)]
    app.state.worlds.close()


@pytest.fixture(scope="module")
def anonymised(recorded, tmp_path_factory) -> Path:
    """The anonymised scenario imported from the responses."""
    return imported(tmp_path_factory.mktemp("anonymised"), har(recorded), "--anonymise")


def test_no_original_is_left_in_the_file(recorded, anonymised):
    text = anonymised.read_text("utf-8")
    names = {each for exchange in recorded for each in originals(exchange[3])}
    assert len(names) > 50
    # The plain search is first, because it is fast.
    found = [each for each in names if each in text]
    left = [each for each in found if re.search(rf"(?<![\w.-]){re.escape(each)}(?![\w.-])", text)]
    assert left == []


def test_members_and_structure_are_those_of_the_recording(recorded, anonymised):
    first = recorded[0][0]
    sites = recorded[0][3]
    with serving(anonymised) as served:
        listed = get(served, token(1), PARTNER)[1]
        assert [shape(each) for each in listed] == [shape(each) for each in sites]
        for before, now in zip(sites, listed, strict=True):
            for part in ("meters", "projects", "performance-scores"):
                (body,) = (
                    each[3]
                    for each in recorded
                    if each[:2] == (first, f"{PARTNER}/{before['id']}/{part}")
                )
                found = get(served, token(1), f"{PARTNER}/{now['id']}/{part}")[1]
                assert shape(found) == shape(body), part


def shape(tree):
    """Return *tree* without the values of identifying members."""
    if isinstance(tree, dict):
        return {name: None if name in HIDDEN else shape(value) for name, value in tree.items()}
    return [shape(each) for each in tree] if isinstance(tree, list) else tree


HIDDEN = IDENTIFYING | {"countryIsoCode", "timezone", "elevation"}


def test_city_is_replaced_by_one_of_the_same_climate(test_client, tmp_path):
    exchanges = read_sites(test_client(scenario="demo"), TOKENS["demo"][0], 0)
    path = imported(tmp_path, har(exchanges), "--anonymise")
    (customer,) = yaml.safe_load(path.read_text("utf-8"))["customers"]
    assert len(customer["sites"]) == len(exchanges[0][3])
    for before, now in zip(exchanges[0][3], customer["sites"], strict=True):
        address = before["postalAddress"]
        place, other = places()[address["city"]], places()[now["city"]]
        assert other.city != place.city
        climates = [
            climate_at(each.latitude, each.longitude, each.elevation)[0] for each in (place, other)
        ]
        assert climates[0] == climates[1]
        assert now["latitude"] == pytest.approx(other.latitude, abs=0.031)


def test_same_original_has_the_same_replacement(tmp_path):
    address = {"city": "Lyon", "countryIsoCode": "FR"}
    sites = [
        {"id": name, "name": name, "type": "A", "postalAddress": address} for name in ("one", "two")
    ]
    other = {**sites[0], "id": "three", "postalAddress": {"city": "Boston", "countryIsoCode": "US"}}
    meters = [
        {"id": "m", "name": "x", "gatewayId": "751", "usage": "Natural Gas", "measurements": []}
    ]
    exchanges = [
        ("t", PARTNER, 200, [*sites, other]),
        *(
            ("t", f"{PARTNER}/{each}/meters", 200, [{**meters[0], "id": f"m-{each}"}])
            for each in ("one", "two")
        ),
    ]
    path = imported(tmp_path, har(exchanges), "--anonymise")
    one, two, three = yaml.safe_load(path.read_text("utf-8"))["customers"][0]["sites"]
    assert one["city"] == two["city"] != three["city"]
    assert one["meters"][0]["gateway_id"] == two["meters"][0]["gateway_id"]
    assert len({each["id"] for each in (one, two, three)}) == 3
