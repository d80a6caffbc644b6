"""Checks of whole scenarios, including the registrations and the timelines of their worlds."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from mockapi.domain.buildings import places
from mockapi.domain.clock import SystemClock
from mockapi.domain.text_matching import suggestion
from mockapi.domain.timestamps import format_seconds
from mockapi.scenario.document import Document
from mockapi.scenario.errors import (
    FILE_LIMITS,
    MAX_ISSUES,
    Limits,
    NodePath,
    ScenarioError,
    ScenarioIssue,
)
from mockapi.scenario.field_types import LONGEST_HISTORY
from mockapi.scenario.lint import warnings_of
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.portfolios import Portfolios
from mockapi.scenario.seeding.world import build_rows
from mockapi.scenario.site_model import SiteSpec
from mockapi.scenario.timeline import AnyEvent, HeatWave, MeterReplaced, named_sites
from mockapi.scenario.validation import validate
from mockapi.store.tables import Meter, Site


def check_document(
    document: Document, limits: Limits = FILE_LIMITS
) -> tuple[Scenario, Sequence[ScenarioIssue]]:
    """Return the scenario in *document* and its warnings.

    Raise `ScenarioError` with all issues if it is invalid, those in its world included.
    """
    result = validate(document, limits)
    issues, scenario = list(result.issues), result.scenario
    if scenario is not None:
        found = _issues_in_world(scenario, scenario.seed, SystemClock().now())
        issues += [document.issue_at(*each) for each in found]
    if issues or scenario is None:
        raise ScenarioError(issues, result.more)
    return scenario, warnings_of(document, scenario)


def check_world(
    scenario: Scenario, seed: int, began_at: datetime, document: Callable[[], Document]
) -> None:
    """Raise `ScenarioError` for issues in the world of *seed* that *began_at* then.

    *document* returns the document of the scenario; it is called only if there are issues.
    """
    found = _issues_in_world(scenario, seed, began_at)
    if found:
        whole = document()
        raise ScenarioError([whole.issue_at(*each) for each in found])


def _issues_in_world(
    scenario: Scenario, seed: int, began_at: datetime
) -> Sequence[tuple[NodePath, str]]:
    """Return path and message of early registrations and of unresolved references."""
    # A setting may move the clock of a scenario, as the control API does: its sites stay valid.
    now = began_at if scenario.clock == "system" else scenario.clock
    early = islice(_all_early_registrations(scenario, now), MAX_ISSUES)
    return [*early, *_unresolved_references(scenario, seed)]


def early_registrations(site: SiteSpec, now: datetime) -> Iterator[tuple[NodePath, str]]:
    """Yield path and message of each registration of *site* more than ten years before *now*."""
    earliest = now - LONGEST_HISTORY
    # A whole day, because the clock may run.
    valid = (earliest + timedelta(days=1)).date()
    for number, project in enumerate(site.projects):
        at = project.registered_at
        if at is not None and at < earliest:
            message = (
                f"{format_seconds(at)} is more than ten years before the time of the world, "
                f"{format_seconds(now)}. Use {valid}T00:00:00Z or later."
            )
            yield ("projects", number, "registered_at"), message


def _all_early_registrations(scenario: Scenario, now: datetime) -> Iterator[tuple[NodePath, str]]:
    lists: list[tuple[NodePath, Sequence[SiteSpec]]] = [(("sites",), scenario.sites)]
    for index, customer in enumerate(scenario.customers):
        lists.append((("customers", index, "sites"), customer.sites))
    for place, sites in lists:
        for index, site in enumerate(sites):
            for path, message in early_registrations(site, now):
                yield (*place, index, *path), message


_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


def _unresolved_references(scenario: Scenario, seed: int) -> Sequence[tuple[NodePath, str]]:
    """Return path and message of references of the timeline that the world of *seed* lacks.

    The names of sites may be generated, so references are resolved in the world of the scenario.
    """
    if not scenario.timeline:
        return ()
    sites = list(_given_sites(scenario))
    if next(_unresolved(scenario.timeline, sites), None) is not None:
        sites = list(_generated_sites(scenario, seed))
    return list(islice(_unresolved(scenario.timeline, sites), MAX_ISSUES))


@dataclass(frozen=True)
class _KnownSite:
    """A site that events may refer to, and the usages of its meters."""

    id: str
    name: str | None
    city: str | None
    country: str | None
    usages: Callable[[], set[str]]


def _unresolved(
    events: Sequence[AnyEvent], sites: Sequence[_KnownSite]
) -> Iterator[tuple[NodePath, str]]:
    by_name: dict[str, list[_KnownSite]] = defaultdict(list)
    for site in sites:
        for name in {site.id, site.name}:
            by_name[name or ""].append(site)
    for index, event in enumerate(events):
        for path, message in _unresolved_of_event(event, sites, by_name):
            yield ("timeline", index, *path), message


def _unresolved_of_event(
    event: AnyEvent, sites: Sequence[_KnownSite], by_name: dict[str, list[_KnownSite]]
) -> Iterator[tuple[NodePath, str]]:
    for path, name in named_sites(event):
        found = by_name.get(name, [])
        if not found:
            advice = suggestion(name, by_name, _LIST_SITES)
            yield path, f"{name!r} is not the id or name of a site. {advice}"
        elif len(found) > 1:
            yield path, f"{name!r} is the name of {len(found)} sites. Use the id of one."
        elif isinstance(event, MeterReplaced) and event.usage not in found[0].usages():
            usages = ", ".join(sorted(found[0].usages())) or "the usage of a meter"
            yield ("usage",), f"{event.usage!r} is not metered at {name!r}. Use {usages}."
    if isinstance(event, HeatWave):
        if event.city is not None and event.city not in {each.city for each in sites}:
            yield ("city",), f"{event.city!r} is not the city of a site. {_LIST_SITES}"
        if event.country is not None and event.country not in {each.country for each in sites}:
            yield ("country",), f"{event.country!r} is not the country of a site. {_LIST_SITES}"


_LIST_SITES = "`mockapi describe` lists the sites."


def _given_sites(scenario: Scenario) -> Iterator[_KnownSite]:
    """Yield the listed sites with their given values, to which most events refer."""
    for customer in scenario.all_customers:
        for spec in customer.sites:
            place = places().get(spec.city or "")
            country = spec.country_iso_code or (place.country if place is not None else None)
            yield _KnownSite(
                spec.id or "",
                spec.name,
                spec.city,
                country,
                lambda spec=spec: {meter.usage for meter in spec.metered()},  # type: ignore[misc]
            )


def _generated_sites(scenario: Scenario, seed: int) -> Iterator[_KnownSite]:
    rows = build_rows(scenario.model_copy(update={"timeline": ()}), seed, _ANY_TIME)
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

        yield _KnownSite(site.id, site.name, site.city, site.country_iso_code, usages)
