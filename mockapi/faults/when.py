"""Says which of the matching requests a fault strikes: counted, drawn or scripted."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from mockapi.faults.part import Part
from mockapi.settings import Instant

OK: Literal["ok"] = "ok"
STRIKE: Literal["fault"] = "fault"
Outcome = Literal["ok", "fault"] | int
"""What becomes of one request: let through, struck, or answered with a status."""

_A_STATUS = re.compile("[0-9]{1,9}")
_MOST_OUTCOMES = 1_000
_FIRST_STATUS, _LAST_STATUS = 400, 599


def _outcomes(value: object) -> object:
    words = [each.strip() for each in value.split(",")] if isinstance(value, str) else value
    if not isinstance(words, list | tuple):
        return words
    if len(words) > _MOST_OUTCOMES:
        raise ValueError(f"holds {len(words):,} outcomes. State at most {_MOST_OUTCOMES:,}")
    return tuple(
        int(each) if isinstance(each, str) and _A_STATUS.fullmatch(each) else each for each in words
    )


def _outcome(value: Any) -> Any:
    if value in (OK, STRIKE):
        return value
    if isinstance(value, int) and _FIRST_STATUS <= value <= _LAST_STATUS:
        return value
    raise ValueError("must be `ok`, `fault` or a status from 400 to 599")


_OneOutcome = Annotated[
    Any,
    AfterValidator(_outcome),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [OK, STRIKE]},
                {"type": "integer", "minimum": _FIRST_STATUS, "maximum": _LAST_STATUS},
            ]
        }
    ),
]


class When(Part):
    """Which of the requests that match are struck; until lifted, all of them if nothing is stated.

    Read in this order: the window, then the count (`after`, `every`, `sequence`), then the
    draw (`probability`), then the number of strikes (`times`).
    """

    times: int | None = Field(default=None, ge=1, description="So many strikes and no more.")
    after: int = Field(default=0, ge=0, description="Requests that are let through first.")
    every: int = Field(default=1, ge=1, description="Every so-manieth request: 3 is the third.")
    sequence: Annotated[
        tuple[_OneOutcome, ...], BeforeValidator(_outcomes, json_schema_input_type=Any)
    ] = Field(
        default=(),
        description="Outcome of each request in turn: `ok`, `fault`, or of kind `status` a status.",
    )
    repeat: bool = Field(
        default=False, description="Begins the sequence anew; else all is `ok` after its end."
    )
    probability: float = Field(default=1.0, gt=0, le=1, description="Chance of each strike.")
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="Of the draws; the world's seed if unset."
    )
    since: Instant | None = Field(default=None, description="Not before, by the world's clock.")
    until: Instant | None = Field(default=None, description="Before this instant only.")
    per: Literal["client", "customer", "site", "operation"] | None = Field(
        default=None, description="Counts and draws for each of these apart."
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.sequence and self.every != 1:
            raise ValueError("state `sequence` or `every`, not both")
        if self.repeat and not self.sequence:
            raise ValueError("`repeat` needs a `sequence`")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("`until` must be later than `since`")
        return self

    def is_open(self, now: datetime) -> bool:
        """Tell whether *now* lies in the window; requests outside of it are not even counted."""
        return (self.since is None or self.since <= now) and (
            self.until is None or now < self.until
        )

    def outcome(self, number: int, strikes: int, draw: Callable[[], float]) -> Outcome:
        """Return what becomes of the *number*th matching request, after so many *strikes*.

        *number* counts from 1; *draw* gives a number from [0, 1) that is this request's own.
        """
        counted = number - self.after
        if counted < 1 or counted % self.every:
            return OK
        scripted: Outcome = STRIKE
        if self.sequence:
            index = counted - 1
            if index >= len(self.sequence) and not self.repeat:
                return OK
            scripted = self.sequence[index % len(self.sequence)]
        if scripted == OK or (self.times is not None and strikes >= self.times):
            return OK
        if self.probability < 1 and draw() >= self.probability:
            return OK
        return scripted
