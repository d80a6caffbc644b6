"""Measurements of meters, and the streams that generate their readings."""

from dataclasses import dataclass
from datetime import datetime

from mockapi.domain.timestamps import Interval
from mockapi.store.tables import Measurement, Meter, Site
from mockapi.timeseries.defects.incident import MeterDefect
from mockapi.timeseries.delivery.schedule import Pipeline
from mockapi.timeseries.models.inputs import MeterModel, SubmeterModel
from mockapi.timeseries.models.registry import is_averaged


@dataclass(frozen=True)
class MeterStream:
    """Generator of the readings of a measurement: model, delivery and defects.

    A value object: equal streams have equal readings.
    """

    model: MeterModel | SubmeterModel
    pipeline: Pipeline
    defects: tuple[MeterDefect, ...]


@dataclass(frozen=True, eq=False)
class MeterChannel:
    """One measurement of one meter of a site.

    Without a *stream*, the scenario gives its readings or it has none. *interval* is that of its
    readings. If it is not the meter's own interval, pushed readings are not included.
    """

    site: Site
    meter: Meter
    measurement: Measurement
    stream: MeterStream | None
    interval: Interval
    is_as_metered: bool
    registered_at: datetime

    @property
    def key(self) -> str:
        return self.measurement.key

    @property
    def is_averaged(self) -> bool:
        """Return True if coarser readings are means, not sums."""
        return self.stream is not None and is_averaged(self.stream.model)
