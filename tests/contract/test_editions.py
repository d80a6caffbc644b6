import json
import re

import pytest
from authorization_scenario import OWNED, bearer, secret
from published_operations import compact

PARTNER, USER = "/ecostruxure/scoring/v1", "/ecostruxure/user/scoring/v1"
OWNER = bearer(secret("Owner"))
SCORES = f"/sites/{OWNED}/performance-scores"
REQUESTS = f"{USER}/sites/{OWNED}/scoring-requests"
CLASSIC = ["energy", "water", "waste", "transportation", "humanExperience", "reEntry"]
NEW = ["electricity", "fuel"]
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

EDITIONS = ["latest", "2022", "2023-user", "2023-java"]
editions = pytest.mark.parametrize("edition", EDITIONS)


def without(body, member):
    """*body* without *member*, at any depth."""
    if isinstance(body, dict):
        return {key: without(each, member) for key, each in body.items() if key != member}
    return [without(each, member) for each in body] if isinstance(body, list) else body


@editions
@pytest.mark.parametrize("base", [PARTNER, USER])
def test_edition_2022_alone_hides_the_source_system_id(rights, edition, base):
    latest, text = (
        rights(edition=each).get(f"{base}/sites", headers=OWNER).text
        for each in ("latest", edition)
    )
    shown = json.loads(latest)

    assert all("sourceSystemId" in site for site in shown)
    assert text == compact(without(shown, "sourceSystemId") if edition == "2022" else shown)


@editions
def test_edition_2022_alone_hides_the_unit_of_a_measurement(rights, edition):
    latest, text = (
        rights(edition=each).get(f"{PARTNER}/sites/{OWNED}/meters", headers=OWNER).text
        for each in ("latest", edition)
    )
    shown = json.loads(latest)

    assert all("unit" in each for meter in shown for each in meter["measurements"])
    assert text == compact(without(shown, "unit") if edition == "2022" else shown)


def score(category):
    return {"date": "2026-01-04", "score": 50, "type": "daily", "category": category}


@editions
@pytest.mark.parametrize("category", [*CLASSIC, *NEW])
def test_the_newest_edition_alone_knows_electricity_and_fuel(rights, edition, category):
    client = rights(edition=edition)
    posted = client.post(PARTNER + SCORES, json=[score(category)], headers=OWNER)
    read = client.get(f"{PARTNER}{SCORES}?category={category}&type=daily", headers=OWNER)

    if category in CLASSIC or edition == "latest":
        assert posted.status_code == 201
        assert {**score(category), "updatedAt": "2026-06-01T09:00:00Z"} in read.json()
        return
    for response, path in ((posted, "[0].category"), (read, "category")):
        assert response.status_code == 400
        assert response.text == compact(
            {
                "type": f"/ods-api/openesx/v1{SCORES}",
                "title": "Bad Request",
                "status": 400,
                "detail": "Provided input request parameter is not valid.",
                "invalid-params": [
                    {
                        "path": path,
                        "name": "category",
                        "reason": f"must be one of {', '.join(sorted(CLASSIC))}",
                    }
                ],
            }
        )


def test_user_api_hides_new_categories_by_default(rights):
    def categories(**settings):
        client = rights(**settings)
        client.post(
            PARTNER + SCORES, json=[score(each) for each in (*CLASSIC, *NEW)], headers=OWNER
        ).raise_for_status()
        scores = client.get(USER + SCORES, headers=OWNER).json()
        return [each["category"] for each in scores if each["date"] == "2026-01-04"]

    assert categories() == CLASSIC
    assert categories(user_api_new_categories=True) == [*CLASSIC, *NEW]


@editions
def test_scoring_request_id_is_an_integer_only_in_2023_java(rights, edition):
    client = rights(edition=edition)
    created = client.post(REQUESTS, headers=OWNER)
    identity = created.json()["id"]
    body = {
        "id": identity,
        "status": "PENDING",
        "detail": "Site is being configured",
        "createdAt": "2026-06-01T09:00:00Z",
    }

    assert (created.status_code, created.text) == (201, compact(body))
    # The scenario's one request, of another customer, is number 1.
    assert identity == 2 if edition == "2023-java" else re.fullmatch(UUID, identity)
    assert client.get(REQUESTS, headers=OWNER).text == compact([body])
    assert client.get(f"{REQUESTS}?id={identity}", headers=OWNER).text == compact([body])
    assert client.get(f"{REQUESTS}?id=", headers=OWNER).text == compact([body])


@editions
@pytest.mark.parametrize("identity", ["1", "12", "99999999999999999999"])
def test_id_of_another_customers_request_finds_nothing(rights, edition, identity):
    client = rights(edition=edition)
    client.post(REQUESTS, headers=OWNER).raise_for_status()
    response = client.get(f"{REQUESTS}?id={identity}", headers=OWNER)

    assert (response.status_code, response.text) == (200, "[]")


@pytest.mark.parametrize("identity", ["9b6e4438-d4e6-482c", "-1", "1.5", "x"])
def test_edition_2023_java_wants_an_integer_for_an_id(rights, identity):
    response = rights(edition="2023-java").get(f"{REQUESTS}?id={identity}", headers=OWNER)

    assert response.status_code == 400
    assert response.text == compact(
        {
            "type": f"/ods-api/openesx/v1/sites/{OWNED}/scoring-requests",
            "title": "Bad Request",
            "status": 400,
            "detail": "Provided input request parameter is not valid.",
            "invalid-params": [{"path": "id", "name": "id", "reason": "must be an integer"}],
        }
    )


def test_a_site_without_scoring_requests_has_an_empty_list(rights):
    assert rights().get(REQUESTS, headers=OWNER).text == "[]"
