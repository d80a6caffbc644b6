"""Shapes how readings come to the platform, and what goes wrong on the way."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from mockapi.scenario.field_types import Spec

Chance = Annotated[float, Field(ge=0, le=1)]
_AT_ONCE = timedelta(0)


class ArrivalSpec(Spec):
    """How a gateway brings readings; what is left out is as usual.

    inferred: gateways upload by the quarter of an hour, the hour or the day, as measured elsewhere
    they are late, silent, estimate and restate.
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
