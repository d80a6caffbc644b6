"""Steps of the tests of site events: worlds with and without events, and their readings."""

from collections import defaultdict

from clock_steps import PARTNER, advance

SITES = "/ecostruxure/scoring/v1/sites"
GRID = "Purchased from Grid"
REACTIVE = "Purchased from Grid Reactive Energy"
GAS = "Natural Gas"
WATER = "Municipality supplied potable water"
WASTE, SORTED = "Waste Generated", "Waste Diverted"
AIR, ZONE = "CO2", "CO2 Zone Temperature"
COLD = "District Chilled Water (Electric Driven Chiller)"
SUN = "Generated onsite - solar"

TWO_SITES = """
clock: 2026-06-01T00:00:00Z
history: P10D
interval: PT15M
arrival: %s
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
      - {id: tower, name: The Tower, building: retail, city: Lyon, area: 9000, registered: true,
         meters: [%s]}
      - {id: annexe, building: office, city: Munich, registered: true,
         meters: [{usage: Purchased from Grid}]}
timeline:%s
"""
USAGES = (GRID, GAS, WATER, WASTE, SORTED, AIR, COLD, SUN)


def events(*events: str, arrival: str = "punctual", usages=USAGES) -> str:
    meters = ", ".join(f"{{usage: {each}}}" for each in usages)
    return TWO_SITES % (
        arrival, meters, "".join(f"\n  - {{{each}}}" for each in events) or " []",
    )  # fmt: skip


def came(world, site="tower", headers=PARTNER, **window):
    """Each reading of *site* as (updatedAt, value) by its date, under its usage or measurement."""
    params = {f"updatedAt[{bound}]": at for bound, at in window.items()}
    answer = world.get(f"{SITES}/{site}/timeseries", headers=headers, params=params)
    names = {}
    for meter in world.get(f"{SITES}/{site}/meters", headers=headers).json():
        for index, each in enumerate(meter["measurements"]):
            name = f"{meter['usage']} {each['name']}" if index else meter["usage"]
            names[each["timeseries"]["key"]] = name
    found = defaultdict(dict)
    for series in answer.json():
        for each in series["values"]:
            found[names[series["key"]]][each["date"]] = (each["updatedAt"], each["value"])
    return found


def values(world, site="tower"):
    return {
        name: {date: value for date, (_, value) in series.items()}
        for name, series in came(world, site).items()
    }


def without_and_with_events(open_world, *added, days="P20D", **more):
    """The readings of the tower after some days, without events and with them."""
    worlds = open_world(events(**more)), open_world(events(*added, **more))
    for world in worlds:
        advance(world, days)
    return tuple(values(world) for world in worlds)


def between(series, since, until="9"):
    return [value for date, value in series.items() if since <= date < until]


def ratio(name, before, after, since, until="9"):
    """What the readings of a window are of those without events."""
    return sum(between(after[name], since, until)) / sum(between(before[name], since, until))
