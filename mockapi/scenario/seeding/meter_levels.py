"""Levels of meters: the total of a year or of a period to which readings are scaled."""

from collections.abc import Mapping
from datetime import datetime

from mockapi.scenario.meters import PeriodTotalSpec
from mockapi.store.tables import Meter
from mockapi.timeseries.intervals import STEP, floor
from mockapi.timeseries.models.inputs import PeriodTotal


def yearly_columns(given: float | PeriodTotalSpec | None) -> Mapping[str, float | datetime | None]:
    """Return the columns of a meter for `yearly` of a scenario."""
    if isinstance(given, PeriodTotalSpec):
        period = {"yearly_since": given.since, "yearly_until": given.until}
        return {"yearly": given.total, **period}
    return {"yearly": given, "yearly_since": None, "yearly_until": None}


def meter_level(meter: Meter) -> float | PeriodTotal | None:
    """Return the total of *meter* to which its readings are scaled; None for the usual level."""
    if meter.yearly is None or meter.yearly_since is None or meter.yearly_until is None:
        return meter.yearly
    first, end = (floor(each) // STEP for each in (meter.yearly_since, meter.yearly_until))
    return PeriodTotal(meter.yearly, first, max(end, first + 1))
