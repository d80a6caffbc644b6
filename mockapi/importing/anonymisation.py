"""Replacement of names, addresses, ids and coordinates in imported sites."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mockapi.domain import ids
from mockapi.domain.buildings import Climate, Place, building_types, climate_at, places
from mockapi.domain.catalog import catalog
from mockapi.importing.site_specs import Spec
from mockapi.scenario.seeding.fake_names import fake_address

_FIRST_SOURCE_SYSTEM = 900_000
_FIRST_LEED_ID = 8_500_000_000
_FIRST_MEASUREMENT = 20_000_000
_FIRST_GATEWAY = 1_000
_MOST_ATTEMPTS = 50
_ADDRESS = ("name", "address", "zip_code", "city", "state_province")
_SHORTEST = 3
"""Shortest original text that is searched in the replacements."""

_PLACE_COLUMNS = {
    "city": "city",
    "country_iso_code": "country",
    "state_province": "state",
    "timezone": "timezone",
    "elevation": "elevation",
}


@dataclass
class Anonymiser:
    """Replacements for one scenario: the same original always has the same replacement.

    No replacement depends on an original name or id, so that none can be found by trying.
    """

    seed: int
    originals: frozenset[str]
    """Names, cities and other texts, in lower case, that must not appear."""
    _numbers: dict[str, dict[object, int]] = field(default_factory=dict)
    _places: dict[tuple[object, ...], Place] = field(default_factory=dict)

    @classmethod
    def of(cls, sites: Sequence[Spec], seed: int) -> "Anonymiser":
        """Return the anonymiser of *sites*."""
        return cls(seed, frozenset(_texts(sites)))

    def site_id(self, original: str) -> str:
        return ids.uuid4(self.seed, "anonymised site", self._number("site", original))

    def key(self, original: str) -> str:
        """Return the replacement of the key of a timeseries."""
        return ids.uuid4(self.seed, "anonymised key", self._number("key", original))

    def site(self, spec: Spec) -> Spec:
        """Return *spec* with other names, ids, address and coordinates, of the same members."""
        number = self._number("site", spec["id"])
        place = self._place(spec)
        found = dict(spec)
        found["id"] = self.site_id(spec["id"])
        if "source_system_id" in spec:
            found["source_system_id"] = _FIRST_SOURCE_SYSTEM + self._number(
                "source system", spec["source_system_id"]
            )
        for name, column in _PLACE_COLUMNS.items():
            if name in spec:
                found[name] = getattr(place, column)
        found |= self._fake_texts(spec, place, number)
        for name in ("latitude", "longitude"):
            if name in spec:
                offset = ids.seeded_int(self.seed, name, number, below=600) / 10_000 - 0.03
                found[name] = round(getattr(place, name) + offset, 4)
        if "meters" in spec:
            found["meters"] = [
                self._meter(meter, index) for index, meter in enumerate(spec["meters"])
            ]
        if "projects" in spec:
            found["projects"] = [
                {
                    **each,
                    "leed_id": _FIRST_LEED_ID + self._number("project", each["leed_id"]),
                    "leed_name": found.get("name") or f"Project {number + 1}",
                }
                for each in spec["projects"]
            ]
        if "scoring_requests" in spec:
            found["scoring_requests"] = [self._request(each) for each in spec["scoring_requests"]]
        return found

    def _number(self, kind: str, original: object) -> int:
        """Return how many others of its *kind* came before *original*."""
        known = self._numbers.setdefault(kind, {})
        return known.setdefault(original, len(known))

    def _meter(self, spec: Spec, index: int) -> Spec:
        number = self._number("meter", spec.get("id") or (index, id(spec)))
        found = {
            **spec,
            "id": ids.uuid4(self.seed, "anonymised meter", number),
            "name": f"anonymous meter {index + 1}",
        }
        if "gateway_id" in spec:
            gateway = self._number("gateway", spec["gateway_id"])
            found["gateway_id"] = str(_FIRST_GATEWAY + gateway)
        found["measurements"] = [
            self._measurement(each, place) for place, each in enumerate(spec["measurements"])
        ]
        return found

    def _measurement(self, spec: Spec, index: int) -> Spec:
        found = dict(spec)
        if spec["name"] not in _measurement_names():
            found["name"] = f"anonymous measurement {index + 1}"
        if "id" in spec:
            found["id"] = str(_FIRST_MEASUREMENT + self._number("measurement", spec["id"]))
        if "key" in spec:
            found["key"] = self.key(spec["key"])
        return found

    def _request(self, spec: Spec) -> Spec:
        """Return a scoring request without its text, in which a name can be."""
        number = self._number("scoring request", spec.get("id") or id(spec))
        found = {name: value for name, value in spec.items() if name != "detail"}
        return {**found, "id": ids.uuid4(self.seed, "anonymised request", number)}

    def _fake_texts(self, spec: Spec, place: Place, number: int) -> Mapping[str, str]:
        found: Mapping[str, str] = {}
        for attempt in range(_MOST_ATTEMPTS):
            fake = fake_address(self.seed, place, "anonymised site", number, attempt)
            texts = {
                "name": f"{fake.owner} {_label(spec)} {place.city}",
                "address": fake.street,
                "zip_code": fake.zip_code,
            }
            found = {name: text for name, text in texts.items() if name in spec}
            shown = (fake.owner, fake.street, fake.zip_code)
            if not any(map(self._has_original, shown)):
                break
        return found

    def _has_original(self, text: str) -> bool:
        """Return True if *text*, or a word of it, is an original text."""
        lower = text.lower()
        return not self.originals.isdisjoint({lower, *re.findall(r"\w+", lower)})

    def _place(self, spec: Spec) -> Place:
        """Return a city of the same climate, of the same country if there is another one."""
        original = (spec.get("city"), spec.get("state_province"), spec.get("country_iso_code"))
        if original not in self._places:
            self._places[original] = self._drawn_place(spec, len(self._places))
        return self._places[original]

    def _drawn_place(self, spec: Spec, number: int) -> Place:
        latitude, longitude, elevation = _location(spec)
        climate, mean, _ = climate_at(latitude, longitude, elevation)
        country = spec.get("country_iso_code")
        taken = {each.city for each in self._places.values()}

        def rank(place: Place) -> tuple[object, ...]:
            own, own_mean = _climate_of(place.city)
            return (
                own != climate or (place.latitude < 0) != (latitude < 0),
                place.city in taken,
                place.country != country,
                abs(own_mean - mean) > 3,  # noqa: PLR2004 - K, as within one climate
                ids.seeded_int(self.seed, "anonymised place", number, place.city, below=2**32),
            )

        others = [
            each
            for each in places().values()
            # Some time zones have the name of a city.
            if not any(map(self._has_original, (each.city, each.state, each.timezone)))
        ]
        return min(others or places().values(), key=rank)


def _label(spec: Spec) -> str:
    building = building_types().get(spec.get("building") or "")
    return building.label if building is not None else "Site"


def _location(spec: Spec) -> tuple[float, float, float]:
    """Return where *spec* is: its coordinates, or those of its city, country or any city."""
    given = (spec.get("latitude"), spec.get("longitude"))
    if all(isinstance(each, int | float) for each in given):
        elevation = spec.get("elevation")
        height = float(elevation) if isinstance(elevation, int | float) else 0.0
        return float(given[0] or 0), float(given[1] or 0), height
    known = places()
    country = spec.get("country_iso_code")
    place = known.get(str(spec.get("city"))) or next(
        (each for each in known.values() if each.country == country), next(iter(known.values()))
    )
    return place.latitude, place.longitude, place.elevation


@cache
def _climate_of(city: str) -> tuple[Climate, float]:
    """Return the climate of a city and its annual mean in degC."""
    place = places()[city]
    climate, mean, _ = climate_at(place.latitude, place.longitude, place.elevation)
    return climate, mean


@cache
def _measurement_names() -> frozenset[str]:
    return frozenset(
        name
        for each in catalog().commodity
        for name in (each.measurement, *(other.measurement for other in each.secondary))
    )


def _texts(sites: Sequence[Spec]) -> Iterator[str]:
    """Yield the original texts and ids of *sites* in lower case, texts also word by word."""
    for spec in sites:
        for name in _ADDRESS:
            text = spec.get(name)
            if isinstance(text, str) and len(text) >= _SHORTEST:
                yield text.lower()
        yield from _words(spec.get("name"))
        for project in spec.get("projects", ()):
            yield str(project["leed_name"]).lower()
        for meter in spec.get("meters", ()):
            if "gateway_id" in meter:
                yield str(meter["gateway_id"]).lower()


def _words(text: Any) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]{4,}", text if isinstance(text, str) else ""):
        yield word.lower()
