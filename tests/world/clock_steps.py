"""Instants and steps of the tests of time."""

from datetime import UTC, datetime

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)

CLOCK = "/__admin/clock"
SITE_ID = "mock-site"
PARTNER_SITE = f"/ecostruxure/scoring/v1/sites/{SITE_ID}"
REQUESTS = f"/ecostruxure/user/scoring/v1/sites/{SITE_ID}/scoring-requests"
CUSTOMER = {"Authorization": "Bearer mockPAT000000000000000000001"}
PARTNER = {"Authorization": "Bearer mockAccessToken0000000000001"}
ONE_SITE = """
clock: 2026-06-01T09:00:00Z
history: P1D
clients:
  - client_id: mockClient0000000000000000000001
    client_secret: mockSecret000001
    name: Test Partner
    redirect_uris: [http://127.0.0.1:8765/callback]
customers:
  - email: ada@example.com
    personal_access_tokens: [{token: mockPAT000000000000000000001}]
    access_tokens: [{token: mockAccessToken0000000000001}]
    sites:
      - {id: mock-site, building: office, city: Lyon, area: 5000%s}
"""


def scenario(*, whole: str = "", site: str = "") -> str:
    """Return a scenario of one site, with more to say of the *whole* or of the *site*."""
    return ONE_SITE % (f", {site}" if site else "") + whole


def advance(world, by: str) -> None:
    world.put(CLOCK, json={"advance": by}).raise_for_status()
