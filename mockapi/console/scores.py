"""Shows the scores of a site, and how one of them came about."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from mockapi.console.page import NotShown, guarded, show
from mockapi.control.schemas.score_bodies import (
    BuildingProfileView,
    CalculationStepView,
    ExplanationView,
    MeterInputView,
    ScoreQuery,
)
from mockapi.control.score_routes import view_of
from mockapi.domain.catalog import catalog
from mockapi.domain.factors import Role, factors
from mockapi.domain.scores import ScoreNotFoundError
from mockapi.domain.validation import describe_error
from mockapi.http.context import world_of
from mockapi.oauth.pages.page import figure
from mockapi.scoring.explanation import explain
from mockapi.store.tables.sites import Site
from mockapi.world.sites import all_sites, site_with
from mockapi.world.world import World

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

    step: CalculationStepView
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
    known |= {
        each.letter: float(each.value) for each in parts(found.building_profile) if each.letter
    }
    for step in found.steps:
        yield Worked(step, _of_meters(step, found) or _in_figures(step.formula, known))
        known[step.name] = step.value


def parts(premises: BuildingProfileView) -> Iterator[Part]:
    """Yield what is known of the building."""
    for name, value in premises.model_dump().items():
        if value is not None:
            yield Part(name.replace("_", " "), LETTERS.get(name), value, _UNITS.get(name, ""))


_SUMMED = {"potable": Role.WATER, "generated": Role.GENERATED, "diverted": Role.DIVERTED}
"""The steps that add up what meters of one role read."""
_WEIGHED = {"E_src": "source energy a kWh", "E_ghg": "kg CO2 a kWh"}
"""The steps that add up energy, each kWh with a factor of its usage."""


def _of_meters(step: CalculationStepView, found: ExplanationView) -> str | None:
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


def _daily(read: MeterInputView) -> str:
    return f"{figure(read.total)} / {read.covered_days}"


def _in_figures(formula: str, known: Mapping[str, float]) -> str | None:
    letters = [each for each in _LETTER.findall(formula) if each not in _FUNCTIONS]
    if not letters or any(each not in known for each in letters):
        return None
    return _LETTER.sub(lambda each: _spelled(known, each[0]), formula)


def _spelled(known: Mapping[str, float], letter: str) -> str:
    return figure(known[letter]) if letter in known else letter


_MOST_LISTED = 50


@guarded
async def show_scores(request: Request) -> Response:
    world = world_of(request)
    registered = [site for site in all_sites(world) if site.registered_at is not None]
    wanted = request.query_params.get("site") or next((site.id for site in registered), None)
    if wanted is None:
        return show(request, "console/scores.html", "scores", site=None, listed=(), explained=None)
    try:
        site = site_with(world, wanted)
    except LookupError as error:
        raise NotShown(str(error), "scores") from error
    explained, why = await _explained(world, request)
    return show(
        request,
        "console/scores.html",
        "scores",
        site=site,
        listed=_listed(registered, site),
        most=_MOST_LISTED,
        more=max(0, len(registered) - _MOST_LISTED),
        categories=sorted(world.edition.partner_categories),
        explained=explained,
        worked=() if explained is None else tuple(worked(explained)),
        units={usage: each.published_unit for usage, each in catalog().by_usage().items()},
        parts=() if explained is None else tuple(parts(explained.building_profile)),
        why=why,
    )


def _listed(registered: Sequence[Site], chosen: Site) -> Sequence[Site]:
    """Return the sites to choose from: the first ones, and the one that is chosen."""
    first = registered[:_MOST_LISTED]
    return first if chosen in first else [chosen, *first]


async def _explained(world: World, request: Request) -> tuple[ExplanationView | None, str | None]:
    """Return the explanation of the score that the query names, or why there is none."""
    if request.query_params.keys().isdisjoint({"date", "category"}):
        return None, None
    try:
        choice = ScoreQuery.model_validate(dict(request.query_params))
    except ValidationError as error:
        return None, "; ".join(
            f"{each['loc'][-1]}: {describe_error(each)}" for each in error.errors()
        )

    def explained() -> ExplanationView:
        return view_of(explain(world, choice.site, choice.date, choice.type, choice.category))

    try:
        return await run_in_threadpool(explained), None
    except ScoreNotFoundError as error:
        return None, str(error)
