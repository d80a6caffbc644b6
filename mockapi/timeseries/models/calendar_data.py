"""Calendars of countries and states (mockapi/data/calendars.toml)."""

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from mockapi.resources import DATA

Rules = tuple[str, ...]
Shares = Mapping[str, float]


class Calendars(BaseModel):
    """Weekend days by country, and rules for vacations, terms, shutdowns and public holidays.

    The data file explains each table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    fasting: frozenset[str]
    friday_prayer: frozenset[str]
    heat_days: frozenset[str]
    weekend: Mapping[str, tuple[int, int]]
    states: Mapping[str, Mapping[str, str]]
    more_holidays: Mapping[str, str]
    closing: Mapping[str, str]
    closed_on: Mapping[str, Mapping[str, Shares]]
    sundays: Mapping[str, Mapping[str, tuple[float, ...]]]
    closing_day: Mapping[str, Shares]
    vacations: Mapping[str, Rules]
    vacations_of_states: Mapping[str, Rules]
    university: Mapping[str, Rules]
    exams: Mapping[str, Rules]
    shutdowns: Mapping[str, Shares]


@cache
def calendars() -> Calendars:
    """Return the calendars, read once."""
    return Calendars.model_validate(tomllib.loads((DATA / "calendars.toml").read_text("utf-8")))
