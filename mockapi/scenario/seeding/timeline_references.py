"""Finds events of a timeline that name sites, places and meters that there are none of.

A site may be named as it is drawn, so what is not stated is looked for among what the scenario
becomes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from mockapi.domain.buildings import places
from mockapi.domain.suggestions import nearest
from mockapi.scenario.consistency import Steps
from mockapi.scenario.document import Document
from mockapi.scenario.errors import MOST_MISTAKES, ScenarioError
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.portfolios import Portfolios
from mockapi.scenario.seeding.world import build
from mockapi.scenario.timeline import AnyEvent, HeatWave, MeterReplaced, named_sites
from mockapi.store.tables.meters import Meter
from mockapi.store.tables.sites import Site

_FEW = 1_000
"""How many sites are compared with a misspelt name; each takes some microseconds."""
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Known:
    """A site as events may name it, and what it meters."""

    id: str
    name: str | None
    city: str | None
    country: str | None
    usages: Callable[[], set[str]]


def refuse_strangers(scenario: Scenario, seed: int, document: Callable[[], Document]) -> None:
    """Raise `ScenarioError` where the timeline names what is not there in a world of *seed*.

    *document* is asked for the places of the mistakes.
    """
    wrong = list(islice(strangers(scenario, seed), MOST_MISTAKES))
    if wrong:
        read = document()
        raise ScenarioError([read.mistake(*each) for each in wrong])


def strangers(scenario: Scenario, seed: int) -> Iterator[tuple[Steps, str]]:
    """Yield the place and the wording of each such mistake."""
    if not scenario.timeline:
        return
    known = list(_stated(scenario))
    if next(_of_all(scenario.timeline, known), None) is not None:
        known = list(_drawn(scenario, seed))
    yield from _of_all(scenario.timeline, known)


def _of_all(events: Sequence[AnyEvent], known: Sequence[_Known]) -> Iterator[tuple[Steps, str]]:
    called: dict[str, list[_Known]] = defaultdict(list)
    for site in known:
        for name in {site.id, site.name}:
            called[name or ""].append(site)
    for index, event in enumerate(events):
        for steps, message in _of_one(event, known, called):
            yield ("timeline", index, *steps), message


def _of_one(
    event: AnyEvent, known: Sequence[_Known], called: dict[str, list[_Known]]
) -> Iterator[tuple[Steps, str]]:
    for steps, name in named_sites(event):
        found = called.get(name, [])
        if not found:
            near = nearest(name, called, 2, cutoff=0.75) if len(called) <= _FEW else []
            asked = f"; did you mean {' or '.join(near)}?" if near else ""
            yield steps, f"no site has the id or the name {name!r}{asked}"
        elif len(found) > 1:
            yield steps, f"{len(found)} sites have the name {name!r}; name one by its id"
        elif isinstance(event, MeterReplaced) and event.usage not in found[0].usages():
            yield ("usage",), f"{name!r} has no meter of usage {event.usage!r}"
    if isinstance(event, HeatWave):
        if event.city is not None and event.city not in {each.city for each in known}:
            yield ("city",), f"no site stands in {event.city!r}"
        if event.country is not None and event.country not in {each.country for each in known}:
            yield ("country",), f"no site stands in {event.country!r}"


def _stated(scenario: Scenario) -> Iterator[_Known]:
    """Yield the stated sites with what is stated of them: most events name no other."""
    for customer in scenario.everyone:
        for spec in customer.sites:
            place = places().get(spec.city or "")
            country = spec.country_iso_code or (place.country if place is not None else None)
            yield _Known(
                spec.id or "",
                spec.name,
                spec.city,
                country,
                lambda spec=spec: {meter.usage for meter in spec.metered()},  # type: ignore[misc]
            )


def _drawn(scenario: Scenario, seed: int) -> Iterator[_Known]:
    rows = build(scenario.model_copy(update={"timeline": ()}), seed, _ANY_TIME)
    metered: dict[str, set[str]] = defaultdict(set)
    for meter in rows.get(Meter, ()):
        if isinstance(meter, Meter):
            metered[meter.site_id].add(meter.usage)
    portfolios = Portfolios(scenario, seed)
    for row in rows.get(Site, ()):
        site = Site(**row) if isinstance(row, Mapping) else Site(**vars(row))

        def usages(site: Site = site) -> set[str]:
            if site.portfolio is None:
                return metered[site.id]
            return {meter.usage for meter, _ in portfolios.equipment(site).meters}

        yield _Known(site.id, site.name, site.city, site.country_iso_code, usages)
