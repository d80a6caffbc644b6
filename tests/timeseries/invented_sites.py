"""Random sites for tests of timeseries: any type, place and seed; and meters."""

from hypothesis import strategies as st

from mockapi.domain.buildings import building_types, places
from mockapi.store.sites import MeterWithChannels
from mockapi.store.tables import Measurement, Meter
from mockapi.timeseries.models.inputs import SiteProfile

LYON = SiteProfile(
    seed=7,
    site_id="lyon",
    building="office",
    area=5_000,
    latitude=45.76,
    longitude=4.84,
    elevation=173.0,
    timezone="Europe/Paris",
    country="FR",
    occupants=250,
    visitors_per_day=30,
    weekly_hours=60,
)
YEAR_2023 = 1_672_531_200 // 900
"""The step at which 2023 begins in UTC."""

A_YEAR = 365 * 96

steps = st.integers(YEAR_2023 - 3 * A_YEAR, YEAR_2023 + 3 * A_YEAR)


def location_of(city):
    """Return the fields of a `SiteProfile` that the city determines."""
    place = places()[city]
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "elevation": place.elevation,
        "timezone": place.timezone,
        "country": place.country,
        "state": place.state,
    }


def meter(identity, usage, *, generated=True, **columns) -> MeterWithChannels:
    """Return a meter with one measurement, whose readings are *generated* or given."""
    row = Meter(
        id=identity,
        site_id="lyon",
        position=0,
        name=identity,
        gateway_id="1",
        commodity="any",
        usage=usage,
        **columns,
    )
    channel = Measurement(
        id=identity, meter_id=identity, position=0, name="any", key=identity, generated=generated
    )
    return row, [channel]


@st.composite
def sites(draw, **given):
    city = draw(st.sampled_from(list(places())))
    profile = {
        "seed": draw(st.integers(0, 2**63 - 1)),
        "site_id": draw(st.uuids(version=4)).hex,
        "building": draw(st.sampled_from(list(building_types()))),
        "area": draw(st.integers(100, 100_000)),
        **location_of(city),
        "occupants": draw(st.integers(1, 5_000)),
        "visitors_per_day": draw(st.integers(0, 5_000)),
        "weekly_hours": draw(st.integers(1, 168)),
    }
    return SiteProfile(**(profile | given))
