"""Access to the readings of a world."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mockapi.domain.catalog import catalog
from mockapi.domain.scores import DailyAmount
from mockapi.domain.timestamps import Interval, to_nanoseconds
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.meter_models import MeterModels
from mockapi.scenario.seeding.meters import defect_from_row, defects_of
from mockapi.scenario.seeding.reading_inputs import (
    NO_EFFECTS,
    EventEffects,
    effects_of,
    events_at,
    pipeline_of,
    site_profile_of,
)
from mockapi.scenario.seeding.site_rows import history_of
from mockapi.store.store import Store
from mockapi.store.tables import Site
from mockapi.timeseries.causes import SiteCause, causes_of
from mockapi.timeseries.channel import MeterChannel, MeterStream
from mockapi.timeseries.daily_totals import daily_totals, given_daily_totals
from mockapi.timeseries.defects.incident import MeterIncident
from mockapi.timeseries.defects.stream_defects import site_incidents
from mockapi.timeseries.delivery.revisions import NEVER
from mockapi.timeseries.delivery.schedule import Pipeline
from mockapi.timeseries.intervals import ceiling, number_from
from mockapi.timeseries.missing_intervals import MissingIntervals
from mockapi.timeseries.models.registry import main_model
from mockapi.timeseries.pushed_daily_totals import totals_with_pushes
from mockapi.timeseries.pushes import (
    PushedRevisions,
    dates_with_pushes,
    merge_pushes,
    missing_with_pushes,
    pushed_revisions,
)
from mockapi.timeseries.readings import Readings
from mockapi.timeseries.sources import source_of

EARLIEST = datetime(1000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2250, 1, 1, tzinfo=UTC)
_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class TimeseriesReader:
    """Reader of the readings of a world's sites, as of *now*, in blocks."""

    store: Store
    scenario: Scenario
    seed: int
    now: datetime

    def channels(
        self, site: Site, *, always: bool = False, interval: Interval | None = None
    ) -> Iterator[MeterChannel]:
        """Yield every measurement of *site*, meter by meter; none before it is registered.

        Nothing arrives before a scoring provider registers the site
        (docs/contract/sites.md#registration). With *always*, read as if it had been registered long
        ago. *interval* replaces each meter's own.
        """
        registered_at = site.registered_at or (EARLIEST if always else None)
        if registered_at is None:
            return
        equipment = self.store.equipment(site)
        meters = [meter for meter, _ in equipment.meters]
        effects = self._effects(site)
        profile = site_profile_of(
            site, [meter.usage for meter in meters], self.seed, effects.changes
        )
        models = MeterModels(profile, equipment.meters)
        specs = [*map(defect_from_row, equipment.defects), *effects.defects]
        defects = defects_of(specs, models)
        pipelines: dict[Interval, Pipeline] = {}
        for meter, measurements in equipment.meters:
            own = Interval(meter.interval or site.interval or self.scenario.interval)
            read_at = interval or own
            if read_at not in pipelines:
                pipelines[read_at] = pipeline_of(
                    site,
                    registered_at,
                    self.scenario,
                    self.seed,
                    read_at,
                    silences=effects.silences,
                )
            for each in measurements:
                stream = None
                if each.generated and meter.usage in catalog().by_usage():
                    model = models.of(meter, each.name)
                    stream = MeterStream(model, pipelines[read_at], defects.get(meter.id, ()))
                yield MeterChannel(
                    site, meter, each, stream, read_at, read_at is own, registered_at
                )

    def channel(self, site: Site, key: str) -> MeterChannel:
        """Return the measurement of *site* with that *key*.

        Raise `LookupError` if there is none.
        """
        for channel in self.channels(site):
            if channel.key == key:
                return channel
        raise LookupError(f"The site has no series {key!r}.")

    def has_readings(self, channel: MeterChannel) -> bool:
        """Return True if *channel* can have readings."""
        given = channel.stream is not None or not channel.measurement.generated
        return given or channel.key in self.store.pushed_keys()

    def by_arrival(
        self, channel: MeterChannel, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Readings]:
        """Yield the readings of *channel* that arrived by now, and in [*since*, *until*)."""
        own = source_of(self.store, channel).by_arrival(self.now, since, until)
        if not self._is_pushed(channel):
            return own
        return merge_pushes(own, self._effective(channel, self.now), since, until)

    def timeseries(
        self, site: Site, since: datetime | None, until: datetime | None
    ) -> Iterator[tuple[str, Iterator[Readings]]]:
        """Yield each key of *site* with the readings that `by_arrival` yields."""
        for channel in self.channels(site):
            if self.has_readings(channel):
                yield channel.key, self.by_arrival(channel, since, until)

    def by_date(
        self, channel: MeterChannel, since: datetime, until: datetime
    ) -> Iterator[Readings]:
        """Yield the readings of *channel* whose intervals begin in [*since*, *until*).

        They have their final values, oldest first. The window may be outside the site's history.
        """
        own = source_of(self.store, channel).by_date(since, until)
        if not self._is_pushed(channel):
            return own
        return merge_pushes(own, self._effective_between(channel, _LATEST, since, until))

    def count(self, channel: MeterChannel, since: datetime, until: datetime) -> int:
        """Return the number of generated readings of a window without computing them."""
        if channel.stream is None:
            return 0
        first, end = (number_from(channel.interval, ceiling(each)) for each in (since, until))
        return max(0, end - first)

    def columns(
        self, channel: MeterChannel, since: datetime, until: datetime
    ) -> tuple[Readings, MissingIntervals]:
        """Return the readings of [*since*, *until*) by date, as of now, and the missing intervals.

        The readings have statuses. Readings given in the scenario have no missing intervals.
        """
        parts, missing_parts = [], []
        for readings, missing in source_of(self.store, channel).as_of(self.now, since, until):
            parts.append(readings)
            missing_parts.append(missing)
        joined = MissingIntervals.joined(missing_parts)
        if not self._is_pushed(channel):
            return Readings.joined(parts), joined
        effective = self._effective_between(channel, self.now, since, until)
        if channel.stream is not None:
            joined = missing_with_pushes(joined, effective, channel.interval)
        return Readings.joined(list(merge_pushes(parts, effective))), joined

    def dates(self, channel: MeterChannel, since: datetime, until: datetime) -> Sequence[datetime]:
        """Return the dates in [*since*, *until*) that have a reading now."""
        own = source_of(self.store, channel).dates(self.now, ceiling(since), ceiling(until))
        effective = self._effective_between(channel, self.now, since, until)
        dates = dates_with_pushes(own, effective)
        return [datetime.fromtimestamp(each, UTC) for each in dates.tolist()]

    def waiting_dates(self, key: str, since: datetime, until: datetime) -> Sequence[datetime]:
        """Return the dates in [*since*, *until*) pushed to a site that is not registered yet."""
        pushed = pushed_revisions(self.store, key, EARLIEST)
        waiting = pushed.between(ceiling(since), ceiling(until)).latest(NEVER)
        return [datetime.fromtimestamp(each, UTC) for each in waiting.readings().dates.tolist()]

    def daily_totals(self, channel: MeterChannel, since: int, until: int) -> Iterator[DailyAmount]:
        """Yield all amounts of the days [*since*, *until*), local ordinals, past and future.

        They are in the order of the times at which they become known.
        """
        if channel.stream is None:
            return given_daily_totals(self.store, channel, since, until)
        if channel.key in self.store.pushed_keys():
            return totals_with_pushes(self.store, channel, channel.stream, since, until)
        return daily_totals(channel.stream, since, until)

    def incidents(
        self, site: Site, kind: str | None, since: datetime | None, until: datetime | None
    ) -> Iterator[MeterIncident]:
        """Yield the incidents of defects at *site* that overlap [*since*, *until*), in order.

        The defaults are the start of the site's back-fill and now.
        """
        if site.registered_at is None:
            return
        if not self.store.has_defects(site) and not self._effects(site).defects:
            return
        begin = site.registered_at - history_of(site, self.scenario) if since is None else since
        end = self.now if until is None else until
        yield from site_incidents(self.channels(site), kind, begin, end)

    def causes(self, site: Site) -> Sequence[SiteCause]:
        """Return the causes at *site* of the last year or its longer history, in order.

        A site without generated readings has none. Events of the timeline are not included.
        """
        meters = self.store.meters(site.id)
        if not any(each.generated for _, measurements in meters for each in measurements):
            return ()
        begin = (site.registered_at or self.now) - history_of(site, self.scenario)
        profile = site_profile_of(site, (), self.seed)
        models = MeterModels(profile, meters)
        measured = (
            main_model(models.of(meter, each.name))
            for meter, measurements in meters
            for each in measurements
            if each.generated
        )
        return causes_of(profile, measured, min(begin, self.now - _YEAR), self.now)

    def _effects(self, site: Site) -> EventEffects:
        events = events_at(site, self.scenario.timeline)
        if not events:
            return NO_EFFECTS
        began_at = datetime.fromisoformat(self.store.metadata_value("began_at") or "")
        return effects_of(events, [meter for meter, _ in self.store.meters(site.id)], began_at)

    def _is_pushed(self, channel: MeterChannel) -> bool:
        return channel.is_as_metered and channel.key in self.store.pushed_keys()

    def _effective(self, channel: MeterChannel, now: datetime) -> PushedRevisions:
        """Return the pushes that no later revision of the meter's own replaced by *now*."""
        pushed = pushed_revisions(self.store, channel.key, channel.registered_at)
        return self._not_replaced(channel, pushed.latest(to_nanoseconds(now)), now)

    def _effective_between(
        self, channel: MeterChannel, now: datetime, since: datetime, until: datetime
    ) -> PushedRevisions:
        pushed = pushed_revisions(self.store, channel.key, channel.registered_at)
        within = pushed.between(ceiling(since), ceiling(until))
        return self._not_replaced(channel, within.latest(to_nanoseconds(now)), now)

    def _not_replaced(
        self, channel: MeterChannel, latest: PushedRevisions, now: datetime
    ) -> PushedRevisions:
        own = source_of(self.store, channel).arrivals_of(latest.dates, now)
        return latest.later_than(own)
