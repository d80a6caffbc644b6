"""Writes the formulae of a score once more, with the figures in the place of the letters."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mockapi.domain.factors import Role, factors
from mockapi.http.pages.page import figure
from mockapi.wire.explain import ExplanationView, InputView, PremisesView, StepView

LETTERS: Mapping[str, str] = {
    "gross_area": "A",
    "building_occupants": "N",
    "number_of_visitors_per_day": "V",
    "days_per_week_with_visitors": "D",
    "visit_duration": "d",
    "weekly_operating_hours": "H",
}
"""What the formulae call the parts of a building."""

_UNITS: Mapping[str, str] = {"gross_area": "m²", "visit_duration": "days"}
_LETTER = re.compile(r"[A-Za-z]\w*")
_FUNCTIONS = frozenset({"sqrt", "max", "between", "and"})


class Worked(NamedTuple):
    """A step, and its formula in figures where every letter of it is a known number."""

    step: StepView
    figures: str | None


class Part(NamedTuple):
    """What of the building counts: its name, its letter in the formulae, its value and unit."""

    name: str
    letter: str | None
    value: float | str
    unit: str


def worked(found: ExplanationView) -> Iterator[Worked]:
    """Yield the steps in order; what a later one names is what an earlier one came to."""
    known = {factor.name: factor.value for factor in found.factors}
    known |= {each.letter: float(each.value) for each in parts(found.premises) if each.letter}
    for step in found.steps:
        yield Worked(step, _of_meters(step, found) or _in_figures(step.formula, known))
        known[step.name] = step.value


def parts(premises: PremisesView) -> Iterator[Part]:
    """Yield what is known of the building."""
    for name, value in premises.model_dump().items():
        if value is not None:
            yield Part(name.replace("_", " "), LETTERS.get(name), value, _UNITS.get(name, ""))


_SUMMED = {"potable": Role.WATER, "generated": Role.GENERATED, "diverted": Role.DIVERTED}
"""The steps that add up what meters of one role read."""
_WEIGHED = {"E_src": "source energy a kWh", "E_ghg": "kg CO2 a kWh"}
"""The steps that add up energy, each kWh with a factor of its usage."""


def _of_meters(step: StepView, found: ExplanationView) -> str | None:
    """Return the figures of a step whose formula has words for what meters read, or None."""
    stated = {factor.name: factor.value for factor in found.factors}
    if step.name in _SUMMED:
        role, days = _SUMMED[step.name], step.formula.removeprefix("sum of total / covered days")
        own = [each for each in found.inputs if factors().usage[each.usage].role is role]
        return " + ".join(_daily(each) + days for each in own)
    if step.name in _WEIGHED:
        used = [each for each in found.steps if f"{each.name}: {_WEIGHED[step.name]}" in stated]
        return " + ".join(
            f"{figure(each.value)} * {figure(stated[f'{each.name}: {_WEIGHED[step.name]}'])}"
            for each in used
        )
    if step.name == "reference_src":
        return f"{figure(stated['m'])} * {figure(stated.get('share of the category', 1.0))}"
    # Two meters of one usage have a step each, of which the value tells.
    for each in found.inputs:
        if each.usage == step.name:
            a_unit = next((stated[name] for name in stated if f"{each.usage}: kWh a " in name), 1.0)
            if math.isclose(each.annual * a_unit, step.value):
                return f"{_daily(each)} * 365 * {figure(a_unit)}"
    return None


def _daily(read: InputView) -> str:
    return f"{figure(read.total)} / {read.covered_days}"


def _in_figures(formula: str, known: Mapping[str, float]) -> str | None:
    letters = [each for each in _LETTER.findall(formula) if each not in _FUNCTIONS]
    if not letters or any(each not in known for each in letters):
        return None
    return _LETTER.sub(lambda each: _spelled(known, each[0]), formula)


def _spelled(known: Mapping[str, float], letter: str) -> str:
    return figure(known[letter]) if letter in known else letter
