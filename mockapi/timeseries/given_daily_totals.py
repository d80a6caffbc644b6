"""Daily totals of readings that the scenario gives or that tests pushed, as each became known."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from mockapi.domain.daily_amounts import DailyAmount, micro
from mockapi.domain.factors import AIR, factors
from mockapi.store.store import Store
from mockapi.timeseries.channel import MeterChannel
from mockapi.timeseries.intervals import ceiling, floor


def given_daily_totals(
    store: Store, channel: MeterChannel, since: int, until: int
) -> Iterator[DailyAmount]:
    """Yield the amount of each of the days [*since*, *until*) with each revision of a reading."""
    zone = ZoneInfo(channel.site.timezone or "UTC")
    days = range(since, until)
    by_day: dict[int, dict[datetime, float]] = {}
    total: Callable[[Collection[float]], float] = sum
    if factors().usage[channel.meter.usage].role in AIR:
        total = _mean
    for known_at, at, value in sorted(_revisions(store, channel), key=lambda each: each[:2]):
        day = at.astimezone(zone).toordinal()
        if day not in days:
            continue
        readings = by_day.setdefault(day, {})
        if value is not None:
            readings[at] = value
        elif readings.pop(at, None) is None:
            continue
        values = readings.values()
        yield DailyAmount(known_at, day, micro(total(values)) if values else None)


def _revisions(store: Store, channel: MeterChannel) -> Iterator[tuple[int, datetime, float | None]]:
    """Yield when each reading is known, its date and its value; None where it is withdrawn."""
    for each in store.stated_readings(channel.key, None, None):
        yield ceiling(each.updated_at), each.at, each.value
    for push in store.pushed(channel.key, None, None, None):
        arrived = max(push.pushed_at, channel.registered_at)
        # A second later, as what is pushed over generated readings.
        yield floor(arrived) + 1, push.at, push.value


def _mean(values: Collection[float]) -> float:
    return sum(values) / len(values)
