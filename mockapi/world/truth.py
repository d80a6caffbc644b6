"""Tells every incident of every defect: the ground truth, without computing a reading."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from mockapi.scenario.seeding.site_profile import history_of
from mockapi.store.tables.sites import Site
from mockapi.timeseries.defects.incident import Finding, Incident, Stream, second_of
from mockapi.timeseries.delivery.arrival import number_at
from mockapi.world.readings import Outlet
from mockapi.world.stories import story
from mockapi.world.world import World


def findings(
    world: World,
    sites: Sequence[Site],
    kind: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[Finding]:
    """Yield the incidents that touch [*since*, *until*), site by site, as they begin.

    Left out, these are the beginning of a site's back-fill and now. Nothing is computed of a
    site before its turn.
    """
    for site in sites:
        if site.registered_at is None or not _is_defective(world, site):
            continue
        begin = site.registered_at - history_of(site, world.scenario) if since is None else since
        end = world.now() if until is None else until
        found: dict[Finding, list[str]] = {}
        for outlet in world.outlets(site):
            for each in _of_outlet(site, outlet, kind, begin, end):
                found.setdefault(each, []).append(outlet.measurement.key)
        for each, keys in sorted(found.items(), key=lambda found: found[0].begin):
            yield replace(each, keys=tuple(keys))


def _is_defective(world: World, site: Site) -> bool:
    told = story(world.store, world.scenario, site)
    return bool(world.store.defects(site.id) or told.defects)


def _of_outlet(
    site: Site, outlet: Outlet, kind: str | None, since: datetime, until: datetime
) -> Iterator[Finding]:
    stream = outlet.stream
    if stream is None or not stream.defects or since >= until:
        return
    # Late: numpy costs the start a fifth, and few ask for the truth.
    from mockapi.timeseries.defects.incidents import truth
    from mockapi.timeseries.defects.pipeline import grid_of, striking

    defects = tuple(each for each in striking(stream) if kind in (None, each.spec.kind))
    interval = stream.pipeline.interval
    first, end = number_at(interval, second_of(since)), number_at(interval, second_of(until)) + 1
    for defect, incident in truth(defects, grid_of(stream), first, end):
        begins, ends = _span(stream, incident)
        if begins < until and (ends is None or ends > since):
            gap = _gap(stream, incident)
            unit = outlet.measurement.unit or ""
            yield Finding(
                site.id, outlet.meter.id, (), unit, incident, begins, ends, gap, defect.other_meter
            )


def _span(stream: Stream, incident: Incident) -> tuple[datetime, datetime | None]:
    begin, end = incident.span(stream.pipeline.interval)
    return _at(begin), None if end is None else _at(end)


def _gap(stream: Stream, incident: Incident) -> float:
    if not incident.gap:
        return 0.0
    dry = Incident(incident.kind, incident.first, incident.first + incident.gap)
    begin, end = dry.span(stream.pipeline.interval)
    return float(end - begin) if end is not None else 0.0


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
