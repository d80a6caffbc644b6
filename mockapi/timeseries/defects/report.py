"""Report of all incidents, without computing readings."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from mockapi.timeseries.channel import MeterChannel, MeterStream
from mockapi.timeseries.defects.incident import Incident, MeterIncident, second_of
from mockapi.timeseries.defects.incidents import list_incidents
from mockapi.timeseries.defects.pipeline import applicable_defects, grid_of
from mockapi.timeseries.intervals import number_at


def site_incidents(
    channels: Iterable[MeterChannel], kind: str | None, since: datetime, until: datetime
) -> Iterator[MeterIncident]:
    """Yield the incidents at the meters of a site that overlap [*since*, *until*), in order.

    Incidents of several measurements of a meter are merged, with all their keys.
    """
    found: dict[MeterIncident, list[str]] = {}
    for channel in channels:
        if channel.stream is not None:
            for each in _of_channel(channel, channel.stream, kind, since, until):
                found.setdefault(each, []).append(channel.key)
    for each, keys in sorted(found.items(), key=lambda item: item[0].begin):
        yield replace(each, keys=tuple(keys))


def _of_channel(
    channel: MeterChannel,
    stream: MeterStream,
    kind: str | None,
    since: datetime,
    until: datetime,
) -> Iterator[MeterIncident]:
    if not stream.defects or since >= until:
        return
    defects = tuple(each for each in applicable_defects(stream) if kind in (None, each.spec.kind))
    interval = stream.pipeline.interval
    first, end = number_at(interval, second_of(since)), number_at(interval, second_of(until)) + 1
    for defect, incident in list_incidents(defects, grid_of(stream), first, end):
        begins, ends = _span(stream, incident)
        if begins < until and (ends is None or ends > since):
            yield MeterIncident(
                site=channel.site.id,
                meter=channel.meter.id,
                keys=(),
                unit=channel.measurement.unit or "",
                incident=incident,
                begin=begins,
                end=ends,
                gap_seconds=_gap(stream, incident),
                other=defect.other_meter,
            )


def _span(stream: MeterStream, incident: Incident) -> tuple[datetime, datetime | None]:
    begin, end = incident.span(stream.pipeline.interval)
    return _at(begin), None if end is None else _at(end)


def _gap(stream: MeterStream, incident: Incident) -> float:
    if not incident.gap:
        return 0.0
    gap = replace(incident, end=incident.first + incident.gap)
    begin, end = gap.span(stream.pipeline.interval)
    return float(end - begin) if end is not None else 0.0


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
