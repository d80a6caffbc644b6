"""Clients of a scoring partner and of a customer, with the standard library only.

They read addresses and tokens from the environment and contain nothing specific to mockapi.
"""

import json
import os
import sys
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PARTNER = os.environ["SCORING_URL"], os.environ["SCORING_TOKEN"]
CUSTOMER = os.environ["CUSTOMER_URL"], os.environ["CUSTOMER_TOKEN"]
YESTERDAY = {"updatedAt[gte]": "2026-05-31T00:00:00Z", "updatedAt[lt]": "2026-06-01T00:00:00Z"}
SCORE = {"date": "2026-05-31", "score": 71.5, "type": "monthly", "category": "energy"}
MONTHLY = urlencode({"type": "monthly", "category": "energy"})


def call(api: tuple[str, str], path: str, body: object = None, method: str = "GET") -> Any:
    """Return the JSON response to a GET request, or to a POST request with *body*."""
    base, token = api
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(base + path, data, headers, method="POST" if data else method)
    with urlopen(request, timeout=30) as response:
        return json.load(response)


def partner() -> str:
    """List sites and meters, read one site, post its score, and return its id."""
    sites = call(PARTNER, "/sites")
    for site in sites:
        meters = call(PARTNER, f"/sites/{site['id']}/meters")
        print(f"{site['name']}: {', '.join(sorted({meter['commodity'] for meter in meters}))}")
    scored = sites[0]
    series = call(PARTNER, f"/sites/{scored['id']}/timeseries?{urlencode(YESTERDAY)}")
    readings = sum(len(each["values"]) for each in series)
    print(f"{readings} readings of {scored['name']} arrived in a day")
    posted = call(PARTNER, f"/sites/{scored['id']}/performance-scores", [SCORE])
    print(f"posted: {posted[0]['score']} for {scored['name']}")
    return str(scored["id"])


def customer(scored: str) -> None:
    """Request the scoring of a site, and read the score that the partner posted."""
    sites = call(CUSTOMER, "/sites")
    requested = sites[-1]
    request = call(CUSTOMER, f"/sites/{requested['id']}/scoring-requests", method="POST")
    print(f"requested scoring of {requested['name']}: {request['status']}")
    scores = call(CUSTOMER, f"/sites/{scored}/performance-scores?{MONTHLY}")
    if not any(SCORE.items() <= each.items() for each in scores):
        sys.exit("The posted score is missing.")
    print(f"read: {SCORE['score']} among {len(scores)} monthly scores")


customer(partner())
