import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def ask(url, token, body=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers)) as answer:
        return json.load(answer)


def test_a_token_lives_an_hour(mockapi):
    token = mockapi.token()
    mockapi.clock.advance("PT59M")
    assert len(ask(f"{mockapi.partner_url}/sites", token)) == 8
    mockapi.clock.advance("PT1M")
    with pytest.raises(HTTPError, match="401"):
        ask(f"{mockapi.partner_url}/sites", token)


def test_readings_come_after_the_registration(mockapi):
    token = mockapi.token()
    site = f"{mockapi.partner_url}/sites/{mockapi.world()['customers'][0]['sites'][6]}"
    assert ask(f"{site}/timeseries", token) == []
    ask(f"{site}/scoring-providers", token, {"leedId": 8000015999, "leedName": "Laboratory"})
    mockapi.clock.advance("PT10M")
    window = "updatedAt%5Bgte%5D=2026-06-01T09:00:00Z&updatedAt%5Blt%5D=2026-06-01T10:00:00Z"
    series = ask(f"{site}/timeseries?{window}", token)
    assert {len(each["values"]) for each in series} == {90 * 24}
