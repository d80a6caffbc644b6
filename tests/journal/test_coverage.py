"""Coverage of the APIs by recorded requests."""

from journal_steps import SITES, answering, entries

from mockapi.api.products import PRODUCTS
from mockapi.faults.kinds import KINDS


def coverage(client, /, **wanted):
    return client.get("/__admin/journal/coverage", params=wanted).json()


def test_coverage_counts_used_and_names_unused_features(client, site):
    client.get(SITES)
    client.get(f"{SITES}/x/meters")
    score = {"date": "2026-05-01", "score": 70, "type": "daily", "category": "waste"}
    client.post(f"{SITES}/{site}/performance-scores", json=[score])
    answering(client, 503, faults=["status"]).get(SITES)
    result = coverage(client)
    operations = {
        (each.pop("product"), each.pop("operation")): each for each in result["operations"]
    }

    assert operations["partner", "listSites"] == {
        "requests": 2,
        "statuses": {"200": 1, "503": 1},
        "uncovered_statuses": ["401", "403"],
    }
    assert operations["partner", "listMeters"] == {
        "requests": 1,
        "statuses": {"404": 1},
        "uncovered_statuses": ["200", "401", "403"],
    }
    assert operations["user", "listSites"]["requests"] == 0
    assert {**result, "operations": []} == {
        "examined": 4,
        "operations": [],
        "statuses": {"200": 1, "201": 1, "404": 1, "503": 1},
        "errors": {"SiteNotFound": 1},
        "faults": {"status": 1},
        "uncovered_faults": sorted(set(KINDS) - {"status"}),
        "categories": {"waste": 1},
        "uncovered_categories": [
            "electricity",
            "energy",
            "fuel",
            "humanExperience",
            "reEntry",
            "transportation",
            "water",
        ],
    }


def test_coverage_contains_every_published_operation(client):
    offered = {(each["product"], each["operation"]) for each in coverage(client)["operations"]}
    published = {(product.name, each.id) for product in PRODUCTS for each in product.operations}
    assert published <= offered
    assert {product for product, _ in offered - published} == {"oauth"}


def test_coverage_as_text(client):
    client.get(SITES)
    answer = client.get("/__admin/journal/coverage", headers={"Accept": "text/plain"})
    lines = answer.text.splitlines()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert lines[:3] == [
        "1 of 19 operations called, 1 requests",
        "",
        "+ partner listSites                    200 x1; never 401, 403",
    ]
    assert lines[-4:] == [
        "statuses: 200 x1",
        "errors: none",
        f"faults: none; never {', '.join(sorted(KINDS))}",
        (
            "categories: none; never electricity, energy, fuel, humanExperience, reEntry, "
            "transportation, waste, water"
        ),
    ]


def test_coverage_of_one_client_excludes_others(client):
    client.get(SITES)
    client.get(SITES, headers={"Authorization": "Bearer mockUnknown"})
    (first, _) = entries(client)
    assert coverage(client, client=first["client"])["statuses"] == {"200": 1}
