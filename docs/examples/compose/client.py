"""A client of the Partner API: lists sites with their meters, posts a score, reads it back.

It knows an address and a token, and not that mockapi answers; standard library only.
"""

import json
import os
import sys
from typing import Any
from urllib.request import Request, urlopen

BASE = os.environ["SCORING_URL"]
TOKEN = os.environ["SCORING_TOKEN"]


def call(path: str, body: object = None) -> list[dict[str, Any]]:
    """Return what the API answers to GET, or to POST of *body*."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(BASE + path, data, headers), timeout=10) as answer:
        return json.load(answer)


sites = call("/sites")
for site in sites:
    meters = call(f"/sites/{site['id']}/meters")
    print(f"{site['name']}: {', '.join(sorted({meter['commodity'] for meter in meters}))}")

scores = f"/sites/{sites[0]['id']}/performance-scores"
score = {"date": "2026-05-31", "score": 71.5, "type": "monthly", "category": "energy"}
call(scores, [score])
read = call(f"{scores}?type=monthly&category=energy")
if not any(score.items() <= each.items() for each in read):
    sys.exit("The score that was posted is not there.")
print(f"posted and read back: {score['score']} for {sites[0]['name']}")
