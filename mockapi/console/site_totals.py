"""Totals of the measurements that the chart of a site shows."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from fastapi import Request, Response

from mockapi.console.amounts import amounts_of, compare
from mockapi.console.comparison import Comparison
from mockapi.console.page import (
    ConsoleNotFoundError,
    plural,
    render_console_page,
    requires_admin,
    threaded,
)
from mockapi.control.schemas.site_bodies import MeasurementView, MeterView
from mockapi.control.site_routes import MAX_READINGS
from mockapi.domain import timestamps
from mockapi.domain.timestamps import Interval
from mockapi.http.context import world_of
from mockapi.oauth.pages.page import format_number
from mockapi.scenario.seeding.site_rows import history_of
from mockapi.settings import check_clock_range
from mockapi.store.tables import Site
from mockapi.world.sites import interval_of, site_with
from mockapi.world.world import World

YEAR = timedelta(weeks=52)
"""Whole weeks, so that weekdays are compared with the same weekdays."""
_PERIODS = {
    Interval.QUARTER_HOUR: "quarter-hour",
    Interval.HOUR: "hour",
    Interval.DAY: "day",
}
_NEARLY_ALL = 0.99
"""Share of the intervals of a window; the last ones arrive later."""


def measurement_name(meter: MeterView, measurement: MeasurementView) -> str:
    """Return the name of a measurement of *meter*, as in the chart and the table of its values."""
    name = meter.usage
    if measurement is not meter.measurements[0]:
        name += f", {measurement.name}"
    return f"{name} ({meter.name})" if meter.parent_id else name


@requires_admin
@threaded
def show_totals(request: Request) -> Response:
    """Return the amounts of the selected keys in the window of the query."""
    world, query = world_of(request), request.query_params
    try:
        site = site_with(world, request.path_params["site_id"])
        since, until = (
            check_clock_range(timestamps.parse(query.get(name, ""))) for name in ("since", "until")
        )
    except (LookupError, ValueError) as error:
        raise ConsoleNotFoundError(str(error), "sites") from error
    keys, compared = frozenset(query.getlist("key")), "compared" in query
    totals = list(_totals(world, site, keys, (since, until), compared=compared))
    begins_at = _history_begins_at(world, site)
    # Less than half of the window can be compared.
    if (
        totals
        and compared
        and begins_at is not None
        and since + (until - since) / 2 < begins_at + YEAR
    ):
        totals.append(
            "totals are compared if readings of a year earlier cover half of the days; "
            f"they begin on {begins_at:%Y-%m-%d}"
        )
    return render_console_page(request, "console/site_totals.html", "sites", totals=totals)


def _history_begins_at(world: World, site: Site) -> datetime | None:
    """Return when the readings of *site* begin, or None if it is not registered."""
    if site.registered_at is None:
        return None
    return site.registered_at - history_of(site, world.scenario)


def _totals(
    world: World,
    site: Site,
    keys: frozenset[str],
    window: tuple[datetime, datetime],
    *,
    compared: bool,
) -> Iterator[str]:
    """Yield the amount of each of *keys* in words. Means such as temperatures have none."""
    reader, (since, until) = world.reader, window
    names = {
        each.key: measurement_name(view, each)
        for meter, measurements in world.store.meters(site.id)
        for view in [MeterView.of(meter, measurements, interval_of(world, site, meter))]
        for each in view.measurements
    }
    for channel in reader.channels(site):
        if channel.key not in keys or channel.is_averaged:
            continue
        if reader.count(channel, since, until) > MAX_READINGS:
            continue
        found = amounts_of(world, channel, since, until)
        if not len(found):
            continue
        total = f"{format_number(float(found.values.sum()))} {channel.measurement.unit or ''}"
        comparison = ""
        if compared:
            earlier = amounts_of(world, channel, since - YEAR, until - YEAR)
            # The reading of a month is replaced by shares of its days.
            is_monthly = channel.interval is Interval.MONTH
            interval = Interval.DAY if is_monthly else channel.interval
            expected = (until - since) / interval.length
            comparison = _in_words(compare(found, earlier, YEAR), _PERIODS[interval], expected)
        yield f"{names[channel.key]}: {total.strip()}{comparison}"


def _in_words(found: Comparison, period: str, expected: float) -> str:
    """Return *found* in words; empty if less than half of the window can be compared."""
    if found.change is None or found.intervals < expected / 2:
        return ""
    percent = round(found.change, 1)
    words = (
        f"{format_number(abs(percent))} % {'more' if percent > 0 else 'less'} than a year earlier"
        if percent
        else "as a year earlier"
    )
    if found.intervals >= _NEARLY_ALL * expected:
        return f", {words}"
    periods = plural(period, found.intervals)
    return f", {words} in the {found.intervals:,} {periods} that both years have"
