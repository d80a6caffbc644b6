"""Measures how soon scores are there after the clock moved on by two years, for eight sites.

Best read by the seconds on the processor: a busy machine stretches those by the clock.
"""

import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.domain.clock import ManualClock
from mockapi.settings import Settings

SITES = "/ecostruxure/scoring/v1/sites"
TOKEN = "mockAccessToken00000000Bench"
BUILT = {
    "office": "Lyon",
    "school": "Munich",
    "hospital": "Boston",
    "restaurant": "Melbourne",
    "warehouse": "São Paulo",
    "university": "Grenoble",
    "laboratory": "Bengaluru",
    "hotel": "Sydney",
}
TOKENS = f"[{{token: {TOKEN}, expires_at: 2099-01-01T00:00:00Z}}]"
SCENARIO = f"""
clock: 2026-06-01T09:00:00Z
history: P0D
interval: PT15M
customers: [{{email: ada@example.com, access_tokens: {TOKENS}}}]
clients: [{{client_id: mockClient01, name: Bench, redirect_uris: ["http://127.0.0.1/"]}}]
sites:
"""


def main() -> None:
    lines = [f"  - {{building: {what}, city: {where}, registered: true}}" for what, where in
             BUILT.items()]  # fmt: skip
    clock = ManualClock(datetime(2026, 6, 1, 9, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "eight.yaml")
        path.write_text(SCENARIO + "\n".join(lines), "utf-8")
        client = TestClient(create_app(Settings(scenario=str(path)), clock=clock))
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    sites = [site["id"] for site in client.get(SITES).json()]
    clock.advance(timedelta(days=730))
    measure("first daily scores of a site", client, sites[:1], "daily")
    measure("all its scores, with averages", client, sites[:1])
    measure("daily scores of eight, the first time", client, sites, "daily")
    measure("daily scores of eight, again", client, sites, "daily")
    measure("all scores of eight, again", client, sites)
    clock.advance(timedelta(days=1))
    measure("all scores of eight, a day later", client, sites)


def measure(name: str, client: TestClient, sites: Sequence[str], types: str = "") -> None:
    began, worked = time.perf_counter(), time.process_time()
    rows = 0
    for site in sites:
        answer = client.get(f"{SITES}/{site}/performance-scores", params={"type": types})
        answer.raise_for_status()
        rows += answer.content.count(b"{")
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    print(f"{name:40}{rows:8} scores{took * 1e3:8.0f} ms{cpu * 1e3:8.0f} CPU ms")


if __name__ == "__main__":
    main()
