from hypothesis import given, settings
from hypothesis import strategies as st

from mockapi.api.sites import MeterBody, SiteBody
from mockapi.domain.buildings import building_types, places
from mockapi.domain.edition import EDITIONS
from mockapi.domain.timestamps import parse
from mockapi.http.json_bodies import encode
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.world import build_rows
from mockapi.store.tables import Customer, Measurement, Meter, Site

NOW = parse("2026-06-01T09:00:00Z")
seeds = st.integers(0, 2**63 - 1)
sites = st.fixed_dictionaries(
    {
        "building": st.sampled_from(list(building_types())),
        "city": st.sampled_from(list(places())),
    }
)
scenarios = st.lists(sites, min_size=1, max_size=4).map(
    lambda drawn: Scenario.model_validate(
        {"customers": [{"email": "owner@example.com", "sites": drawn}]}
    )
)


def bodies(scenario, seed):
    """The sites and meters of the world that *scenario* becomes, as published."""
    rows = build_rows(scenario, seed, NOW)
    edition = EDITIONS["latest"]
    measurements = rows[Measurement]
    return encode([SiteBody.of(site, edition) for site in rows[Site]]), encode(
        [
            MeterBody.of(
                meter, [each for each in measurements if each.meter_id == meter.id], edition
            )
            for meter in rows[Meter]
        ]
    )


def identities(scenario, seed):
    """Every id of the world that *scenario* becomes, of sites, meters, channels and people."""
    rows = build_rows(scenario, seed, NOW)
    return {
        *(each.id for kind in (Customer, Site, Meter) for each in rows[kind]),
        *(each.key for each in rows[Measurement]),
    }


@settings(max_examples=15)
@given(scenarios, seeds)
def test_the_same_seed_gives_the_same_bytes(scenario, seed):
    assert bodies(scenario, seed) == bodies(scenario, seed)


@settings(max_examples=15)
@given(scenarios, seeds, seeds)
def test_another_seed_gives_other_ids(scenario, seed, other):
    if seed != other:
        assert identities(scenario, seed).isdisjoint(identities(scenario, other))


@settings(max_examples=15)
@given(scenarios, sites, seeds)
def test_a_site_added_at_the_end_changes_none_before_it(scenario, added, seed):
    (customer,) = scenario.customers
    drawn = [each.model_dump(exclude_unset=True) for each in customer.sites]
    longer = Scenario.model_validate(
        {"customers": [{"email": "owner@example.com", "sites": [*drawn, added]}]}
    )
    for shorter_body, longer_body in zip(bodies(scenario, seed), bodies(longer, seed), strict=True):
        assert longer_body.startswith(shorter_body[:-1])
