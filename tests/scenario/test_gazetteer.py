"""Places of the gazetteer."""

from datetime import datetime, timedelta
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import pytest

from mockapi.domain.buildings import places
from mockapi.scenario.seeding.fake_names import fake_address, fake_address_from_pool

PLACES = list(places().values())
LOCALES = {place.locale: place for place in PLACES}


def test_gazetteer_has_many_cities_on_both_hemispheres():
    assert len(PLACES) >= 150
    assert len({place.country for place in PLACES}) >= 60
    assert sum(place.latitude < 0 for place in PLACES) >= 30


def test_time_zones_match_the_longitudes():
    def hours_off(place) -> float:
        january = datetime(2026, 1, 1, tzinfo=ZoneInfo(place.timezone))
        july = datetime(2026, 7, 1, tzinfo=ZoneInfo(place.timezone))
        standard = min(january.utcoffset(), july.utcoffset()) / timedelta(hours=1)
        return abs(standard - place.longitude / 15)

    assert {place.city: hours_off(place) for place in PLACES if hours_off(place) > 1.75} == {}


def test_coordinates_are_rounded_and_elevations_plausible():
    assert [
        place.city
        for place in PLACES
        if round(place.latitude, 2) != place.latitude
        or round(place.longitude, 2) != place.longitude
        or not -5 <= place.elevation <= 4000
        or not (len(place.country) == 2 and place.country.isupper() and place.state)
    ] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_faker_supports_the_locale(locale):
    assert any(find_spec(f"faker.providers.{kind}.{locale}") for kind in ("address", "person"))
    place = LOCALES[locale]
    for draw in range(100):
        for invented in (
            fake_address(1, place, draw),
            fake_address_from_pool(1, place, draw * 7919**4),
        ):
            assert all((invented.owner, invented.street, invented.zip_code))


def test_addresses_of_the_pool_have_different_digits():
    place = places()["Munich"]
    invented = [fake_address_from_pool(1, place, draw * 7919**4) for draw in range(500)]
    assert len({each.zip_code for each in invented}) > 450
    assert {len(each.zip_code) for each in invented} == {5}
