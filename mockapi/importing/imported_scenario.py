"""Scenario of a real portfolio, from what recordings show."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from mockapi.domain import timestamps
from mockapi.domain.catalog import catalog
from mockapi.domain.text_matching import printable
from mockapi.domain.timestamps import Interval
from mockapi.importing.anonymisation import Anonymiser
from mockapi.importing.levels import RecordedReading, level_of, recorded_readings
from mockapi.importing.observations import (
    Body,
    CustomerObservation,
    Observations,
    SiteObservation,
    Unused,
)
from mockapi.importing.pruning import prune_site, remove, without_removed
from mockapi.importing.scenario_yaml import yaml_text
from mockapi.importing.site_specs import Report, Spec, site_spec, with_building
from mockapi.scenario.consistency import find_duplicates

SEED = 1
_INVENTED_LEED_ID = 8_900_000_000
_MOST_READINGS = 100_000
"""Most readings that are given one by one, for meters whose usage has no model."""

_CONCENTRATION = "ppm"
"""Unit of usages whose readings have no total."""
_REDIRECT = "http://127.0.0.1:8765/callback"


@dataclass(frozen=True)
class ImportedScenario:
    """The text of a scenario file, the numbers of its parts, and what could not be used."""

    text: str
    counts: Mapping[str, int]
    unused: Sequence[Unused]


def import_scenario(
    observed: Observations, *, anonymise: bool = False, title: str = ""
) -> ImportedScenario:
    """Return the scenario that serves what was *observed*.

    With *anonymise*, names, addresses, ids and coordinates are replaced. *title* is the first line
    of the file, a comment.
    """
    return _Importer(observed, anonymise=anonymise).result(title)


def _updated_at(reading: RecordedReading) -> datetime:
    with suppress(ValueError):
        return timestamps.parse(reading.updated_at)
    return reading.date


class _Importer:
    def __init__(self, observed: Observations, *, anonymise: bool) -> None:
        self._observed = observed
        self._unused = list(observed.unused)
        self._readings = 0
        owners = self._owners()
        originals = {
            site_id: spec
            for owned in owners
            for site_id in owned
            if (spec := self._original(observed.sites[site_id])) is not None
        }
        self._anonymiser = Anonymiser.of(list(originals.values()), SEED) if anonymise else None
        self._invented = count(_INVENTED_LEED_ID)
        self._customers = [
            self._customer(
                index, customer, [originals[each] for each in owned if each in originals], owners
            )
            for index, (customer, owned) in enumerate(zip(observed.customers, owners, strict=True))
        ]

    def result(self, title: str) -> ImportedScenario:
        scenario: Spec = {
            "version": 1,
            "description": "Imported from recorded responses.",
            "seed": SEED,
        }
        ended_at = self._ended_at()
        if ended_at is not None:
            scenario["clock"] = ended_at
        # The scores are those that were recorded.
        scenario["scoring"] = "none"
        scenario["clients"] = [
            {
                "client_id": "mockImportedClient00000000000001",
                "client_secret": "mockSecret000001",
                "name": "Imported Partner",
                "redirect_uris": [_REDIRECT],
            }
        ]
        kept = {site["id"] for customer in self._customers for site in customer["sites"]}
        for customer in self._customers:
            if "sees" in customer:
                customer["sees"] = [each for each in customer["sees"] if each in kept]
        scenario["customers"] = self._customers
        for path, message in list(find_duplicates(scenario)):
            remove(scenario, path)
            self._unused.append(Unused(".".join(map(str, path)), message))
        scenario = without_removed(scenario)
        heading = "# yaml-language-server: $schema=scenario.schema.json\n"
        return ImportedScenario(
            f"{heading}# {printable(title)}\n{yaml_text(scenario)}", self._numbers(), self._unused
        )

    def _numbers(self) -> Mapping[str, int]:
        sites = [each for customer in self._customers for each in customer.get("sites", ())]
        found = {"customers": len(self._customers), "sites": len(sites)}
        for name in ("meters", "projects", "scores", "scoring_requests"):
            found[name] = sum(len(each.get(name, ())) for each in sites)
        return {**found, "readings": self._readings}

    def _ended_at(self) -> str | None:
        with suppress(ValueError):
            return timestamps.format_seconds(timestamps.parse(self._observed.ended_at or ""))
        return None

    def _reporter(self, site_id: str) -> Report:
        return lambda reason: self._unused.append(Unused(f"site {site_id}", reason))

    def _owners(self) -> Sequence[Sequence[str]]:
        """Return the sites that each customer owns; the others that list them share them.

        The owner is the customer who could read the scoring requests, or else the first one.
        """
        observed = self._observed
        listed = {each for customer in observed.customers for each in customer.sites}
        # A site with a body was listed before and is withdrawn, so it is left out.
        unlisted = [
            each.id for each in observed.sites.values() if each.id not in listed and not each.body
        ]
        if unlisted and not observed.customers:
            observed.customers.append(CustomerObservation({""}))
        if unlisted:
            observed.customers[0].sites += unlisted
        taken: set[str] = set()
        owned: list[list[str]] = []
        for customer in observed.customers:
            own = [
                each
                for each in customer.sites
                if each not in taken and self._is_owner(customer, observed.sites[each])
            ]
            taken.update(own)
            owned.append(own)
        return owned

    def _is_owner(self, customer: CustomerObservation, site: SiteObservation) -> bool:
        candidates = [each for each in self._observed.customers if site.id in each.sites]
        named = [each for each in candidates if site.requested_by in each.names]
        return customer is (named or candidates)[0]

    def _customer(
        self,
        index: int,
        customer: CustomerObservation,
        originals: Sequence[Spec],
        owners: Sequence[Sequence[str]],
    ) -> Spec:
        number = index + 1
        spec: Spec = {
            "email": f"customer-{number}@example.com",
            "name": f"Customer {number}",
        }
        if index == 0:
            spec["sandbox"] = True
        spec["access_tokens"] = [{"token": f"mockAccessToken{number:013}"}]
        spec["personal_access_tokens"] = [{"token": f"mockPAT{number:021}"}]
        spec["sites"] = list(map(self._site, originals))
        own = set(owners[index])
        seen = [each for each in customer.sites if each not in own]
        if seen:
            spec["sees"] = [self._site_id(each) for each in seen]
        return spec

    def _site_id(self, original: str) -> str:
        return original if self._anonymiser is None else self._anonymiser.site_id(original)

    def _original(self, site: SiteObservation) -> Spec | None:
        """Return the valid part of *site*, before anything is replaced; None if there is none."""
        report = self._reporter(site.id)
        spec = prune_site(site_spec(site, report), report)
        if spec is None:
            return None
        if "id" not in spec:
            report("is left out: its id cannot be in a scenario")
            return None
        return with_building(spec)

    def _site(self, original: Spec) -> Spec:
        site = self._observed.sites[original["id"]]
        spec = original if self._anonymiser is None else self._anonymiser.site(original)
        readings = {
            key if self._anonymiser is None else self._anonymiser.key(key): found
            for key, bodies in site.readings.items()
            if (found := self._valid_readings(site, key, bodies))
        }
        if readings:
            self._add_readings(spec, site, readings)
        return spec

    def _valid_readings(
        self, site: SiteObservation, key: str, bodies: Mapping[str, Body]
    ) -> Sequence[RecordedReading]:
        found = recorded_readings(bodies)
        if len(found) < len(bodies):
            self._reporter(site.id)(
                f"{len(bodies) - len(found):,} of {len(bodies):,} readings of {key!r} are left "
                "out: a date is twice or not in the years 1900 to 2199, or a value is not a number"
            )
        return found

    def _add_readings(
        self, spec: Spec, site: SiteObservation, readings: Mapping[str, Sequence[RecordedReading]]
    ) -> None:
        """Add the level of each meter of *spec*, or its *readings* if its usage has no model."""
        starts = [found[0].date for found in readings.values()]
        known = set()
        for meter in spec.get("meters", ()):
            for index, measurement in enumerate(meter["measurements"]):
                found = readings.get(measurement.get("key"), ())
                known.add(measurement.get("key"))
                if found and meter["usage"] not in catalog().by_usage():
                    self._add_given(measurement, found, site)
                elif found and index == 0:
                    self._readings += len(found)
                    self._add_level(meter, found)
        for _ in readings.keys() - known:
            self._reporter(site.id)("has readings whose meter was not recorded")
        spec["history"] = "PT0S"
        registered_at = timestamps.format_seconds(min(starts))
        if "projects" not in spec:
            self._reporter(site.id)("has readings but no recorded project; one is added")
            name = spec.get("name") or spec["type"]
            spec["projects"] = [{"leed_id": next(self._invented), "leed_name": name}]
        spec["projects"] = [{**each, "registered_at": registered_at} for each in spec["projects"]]

    def _add_given(
        self, measurement: Spec, found: Sequence[RecordedReading], site: SiteObservation
    ) -> None:
        room = _MOST_READINGS - self._readings
        if len(found) > room:
            self._reporter(site.id)(
                f"only the newest {room:,} of {len(found):,} readings of {measurement['name']!r} "
                "are used"
            )
        found = found[max(0, len(found) - room) :]
        self._readings += len(found)
        measurement["readings"] = [
            {
                "date": timestamps.format_seconds(each.date),
                "updated_at": timestamps.format_seconds(_updated_at(each)),
                "value": int(each.value) if each.value.is_integer() else each.value,
            }
            for each in found
        ]

    def _add_level(self, meter: Spec, found: Sequence[RecordedReading]) -> None:
        level = level_of(found, Interval.HOUR)
        meter["interval"] = level.interval.value
        if level.resolution is not None:
            meter["resolution"] = level.resolution
        if (
            level.total is not None
            and catalog().by_usage()[meter["usage"]].symbol != _CONCENTRATION
        ):
            meter["yearly"] = {
                "total": level.total.total,
                "since": timestamps.format_seconds(level.total.since),
                "until": timestamps.format_seconds(level.total.until),
            }
