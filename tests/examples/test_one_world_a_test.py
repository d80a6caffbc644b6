import json
from urllib.request import Request, urlopen


def scores_of(url, token):
    request = Request(url, headers={"Authorization": f"Bearer {token}"})
    with urlopen(request) as answer:
        return json.load(answer)


def post_score(url, token, score):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(url, json.dumps([score]).encode(), headers)) as answer:
        return json.load(answer)


def test_a_score_is_posted(mockapi):
    site = mockapi.world()["customers"][0]["sites"][6]
    url = f"{mockapi.partner_url}/sites/{site}/performance-scores"
    score = {"date": "2026-05-31", "score": 87.5, "type": "monthly", "category": "energy"}
    post_score(url, mockapi.token(), score)
    assert [each["score"] for each in scores_of(url, mockapi.token())] == [87.5]


def test_another_test_does_not_see_it(mockapi):
    site = mockapi.world()["customers"][0]["sites"][6]
    url = f"{mockapi.partner_url}/sites/{site}/performance-scores"
    assert scores_of(url, mockapi.token()) == []
