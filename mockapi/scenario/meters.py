"""Meters and delivery of readings, as a scenario states them."""

from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from mockapi.domain.catalog import catalog
from mockapi.domain.timestamps import Interval
from mockapi.scenario.defects import DefectSpec
from mockapi.scenario.field_types import Preset, Quantity, Share, Spec, Text, Usage, Word, each_once
from mockapi.settings import ClockInstant

Chance = Annotated[float, Field(ge=0, le=1)]
_AT_ONCE = timedelta(0)


class ArrivalSpec(Spec):
    """How a gateway brings readings; what is left out is as usual.

    assumption: gateways upload by the quarter of an hour, the hour or the day, as measured
    elsewhere they are late, silent, estimate and restate.
    """

    every: timedelta | None = Field(
        default=None,
        ge=_AT_ONCE,
        le=timedelta(days=7),
        description="Time between two uploads, PT0S for each reading by itself; drawn if unset.",
    )
    delay: timedelta = Field(
        default=timedelta(minutes=10),
        ge=_AT_ONCE,
        le=timedelta(days=31),
        description="Time from an upload until its readings show.",
    )
    late: Chance = Field(
        default=0.03, description="Share of a meter's days that come up to two weeks late."
    )
    silent: Chance = Field(
        default=0.02, description="Share of weeks in which the gateway is silent for days."
    )
    estimated: Chance = Field(
        default=0.015, description="Share of a meter's days that are estimated for some days."
    )
    restated: Chance = Field(
        default=0.06, description="Share of a meter's months that are put right on the tenth."
    )
    backfill: timedelta = Field(
        default=timedelta(days=30),
        ge=_AT_ONCE,
        le=timedelta(days=36_525),
        description="History that a minute brings after a registration; all at once if PT0S.",
    )


_WAYS: dict[object, object] = {
    "realistic": {},
    "punctual": {
        "every": "PT0S",
        "late": 0,
        "silent": 0,
        "estimated": 0,
        "restated": 0,
        "backfill": "PT0S",
    },
}


def _spelled_out(value: object) -> object:
    if isinstance(value, str) and value not in _WAYS:
        raise ValueError(f"{value!r} is not known; known are {', '.join(map(str, _WAYS))}")
    return _WAYS[value] if isinstance(value, str) else value


Arrival = Annotated[
    ArrivalSpec,
    BeforeValidator(
        _spelled_out, json_schema_input_type=Literal["realistic", "punctual"] | ArrivalSpec
    ),
]


_ROUNDING = 1e-9


class ReadingSpec(Spec):
    """One stated reading."""

    date: ClockInstant
    updated_at: ClockInstant
    value: Quantity


class MeasurementSpec(Spec):
    """A channel of a meter; with *readings* it has these and no generated ones."""

    name: Text
    id: Word | None = None
    key: Word | None = None
    unit: Text | None = None
    readings: Annotated[tuple[ReadingSpec, ...], each_once("date")] | None = None


class SubmeterSpec(Spec):
    """A meter behind another, which measures a share of what that one does."""

    name: Text
    share: Share
    id: Word | None = None
    gateway_id: Word | None = None


def _at_most_all(submeters: tuple[SubmeterSpec, ...]) -> tuple[SubmeterSpec, ...]:
    total = sum(each.share for each in submeters)
    if total > 1 + _ROUNDING:
        raise ValueError(f"the shares of submeters sum to {total:g}, which is more than 1")
    return submeters


def _of_one_meter(defects: tuple[DefectSpec, ...]) -> tuple[DefectSpec, ...]:
    for each in defects:
        if each.usage is not None:
            raise ValueError("a defect of one meter has no `usage`: it is the meter's")
    return of_one_site(defects)


def of_one_site(defects: tuple[DefectSpec, ...]) -> tuple[DefectSpec, ...]:
    """Return *defects* if none of them is shared out over sites."""
    for each in defects:
        if "share" in each.model_fields_set:
            raise ValueError("`share` is for the defects of a portfolio, of whose sites it speaks")
    return defects


class MeterSpec(Spec):
    """A meter, for one usage of the catalog unless *commodity* is stated too."""

    usage: Usage
    commodity: Text | None = None
    id: Word | None = None
    name: Text | None = None
    gateway_id: Word | None = Field(default=None, description="Drawn for the site if unset.")
    interval: Interval | None = Field(default=None, description="The site's if unset.")
    resolution: float | None = Field(
        default=None,
        gt=0,
        le=1e6,
        description="Smallest step of the first measurement, in its unit; drawn if unset.",
    )
    measurements: tuple[MeasurementSpec, ...] | None = None
    submeters: Annotated[tuple[SubmeterSpec, ...], AfterValidator(_at_most_all)] = ()
    defects: Annotated[tuple[DefectSpec, ...], AfterValidator(_of_one_meter)] = ()

    @model_validator(mode="after")
    def _know_the_usage(self) -> Self:
        usages = catalog().by_usage()
        if self.commodity is None and self.usage not in usages:
            raise ValueError(
                f"usage {self.usage!r} is not in the catalog ({', '.join(usages)}); "
                "state `commodity` and `measurements` to meter something else"
            )
        if self.submeters and self.measurements is not None:
            raise ValueError("a meter has `measurements` or `submeters`, not both")
        return self


def _spelling(meters: Any) -> str:
    return "preset" if isinstance(meters, str) else "list"


MetersSpec = Annotated[
    Annotated[Preset, Tag("preset")] | Annotated[tuple[MeterSpec, ...], Tag("list")],
    Discriminator(_spelling),
]
"""The name of a preset, or the meters themselves."""
