"""Scores page: scores of a site, and the explanation of one of them."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from mockapi.console.page import ConsoleNotFoundError, render_console_page, requires_admin
from mockapi.console.score_summary import is_mean_of_days, summarize
from mockapi.console.score_words import CATEGORY_WORDS, score_title
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
from mockapi.domain.text_matching import join_messages
from mockapi.domain.validation import describe_error
from mockapi.http.context import world_of
from mockapi.oauth.pages.page import format_number
from mockapi.scoring.engine.rolling_year import VALIDITY_TESTS
from mockapi.scoring.explanation import explain
from mockapi.scoring.service import MOST_COMPARED
from mockapi.store.tables import Site
from mockapi.world.sites import all_sites, site_with
from mockapi.world.world import World

SYMBOLS: Mapping[str, str] = {
    "gross_area": "A",
    "building_occupants": "N",
    "number_of_visitors_per_day": "V",
    "days_per_week_with_visitors": "D",
    "visit_duration": "d",
    "weekly_operating_hours": "H",
}
"""Symbols of building properties in formulas."""

_UNITS: Mapping[str, str] = {"gross_area": "m²", "visit_duration": "days"}
_SYMBOL = re.compile(r"[A-Za-z]\w*")
_FUNCTIONS = frozenset({"sqrt", "max", "between", "and"})


class EvaluatedStep(NamedTuple):
    """Step with its formula in numbers, None if a symbol is unknown."""

    step: CalculationStepView
    numbers: str | None


class MeanPart(NamedTuple):
    """Score that is part of a mean: its date, or the name of its site with the *site* id."""

    name: str
    site: str | None
    score: float


class ProfileRow(NamedTuple):
    """Property of a building: name, symbol in formulas, value and unit."""

    name: str
    symbol: str | None
    value: float | str
    unit: str


def evaluate_steps(found: ExplanationView) -> Iterator[EvaluatedStep]:
    """Yield the steps in order. Formulas can refer to the values of earlier steps."""
    known = {factor.name: factor.value for factor in found.factors}
    known |= {
        each.symbol: float(each.value)
        for each in profile_rows(found.building_profile)
        if each.symbol
    }
    for step in found.steps:
        yield EvaluatedStep(step, _meter_formula(step, found) or _substitute(step.formula, known))
        known[step.name] = step.value


def profile_rows(profile: BuildingProfileView) -> Iterator[ProfileRow]:
    """Yield the known properties of the building."""
    for name, value in profile.model_dump().items():
        if value is not None:
            yield ProfileRow(name.replace("_", " "), SYMBOLS.get(name), value, _UNITS.get(name, ""))


_METER_SUMS = {"potable": Role.WATER, "generated": Role.GENERATED, "diverted": Role.DIVERTED}
"""Steps that sum the readings of meters with one role."""
_WEIGHTS = {"E_src": "source energy per kWh", "E_ghg": "kg CO2 per kWh"}
"""Steps that sum energy, weighted by a factor of the usage."""


def _meter_formula(step: CalculationStepView, found: ExplanationView) -> str | None:
    """Return the formula in numbers of a step whose formula describes meter readings in words."""
    known = {factor.name: factor.value for factor in found.factors}
    if step.name in _METER_SUMS:
        role = _METER_SUMS[step.name]
        days = step.formula.removeprefix("sum of total / covered days")
        inputs = [each for each in found.inputs if factors().usage[each.usage].role is role]
        return " + ".join(_daily(each) + days for each in inputs)
    if step.name in _WEIGHTS:
        weights = [
            (each.value, known[name])
            for each in found.steps
            if (name := f"{each.name}: {_WEIGHTS[step.name]}") in known
        ]
        return " + ".join(f"{format_number(a)} * {format_number(b)}" for a, b in weights)
    if step.name == "reference_src":
        share = known.get("share of the category", 1.0)
        return f"{format_number(known['m'])} * {format_number(share)}"
    # Two meters with one usage have a step each, identified by its value.
    for each in found.inputs:
        if each.usage == step.name:
            per_unit = next(
                (known[name] for name in known if f"{each.usage}: kWh per " in name), 1.0
            )
            if math.isclose(each.annual * per_unit, step.value):
                return f"{_daily(each)} * 365 * {format_number(per_unit)}"
    return None


def _daily(usage: MeterInputView) -> str:
    return f"{format_number(usage.total)} / {usage.covered_days}"


def _substitute(formula: str, known: Mapping[str, float]) -> str | None:
    symbols = [each for each in _SYMBOL.findall(formula) if each not in _FUNCTIONS]
    if not symbols or any(each not in known for each in symbols):
        return None
    return _SYMBOL.sub(lambda each: _number_or_symbol(known, each[0]), formula)


def _number_or_symbol(known: Mapping[str, float], symbol: str) -> str:
    return format_number(known[symbol]) if symbol in known else symbol


_MAX_CHOICES = 50


@requires_admin
async def show_scores(request: Request) -> Response:
    world = world_of(request)
    registered = [site for site in all_sites(world) if site.registered_at is not None]
    site_id = request.query_params.get("site") or next((site.id for site in registered), None)
    if site_id is None:
        return render_console_page(
            request, "console/scores.html", "scores", site=None, site_choices=(), explanation=None
        )
    try:
        site = site_with(world, site_id)
    except LookupError as error:
        raise ConsoleNotFoundError(str(error), "scores") from error
    query = {**request.query_params, "site": site.id}
    explanation, problem = await _explain(world, query)
    return render_console_page(
        request,
        "console/scores.html",
        "scores",
        site=site,
        site_choices=_site_choices(registered, site),
        limit=_MAX_CHOICES,
        more=max(0, len(registered) - _MAX_CHOICES),
        categories=sorted(world.edition.partner_categories),
        category_words=CATEGORY_WORDS,
        average_days=world.scenario.average_meaning != "global",
        most_compared=MOST_COMPARED,
        explanation=explanation,
        title="" if explanation is None else score_title(explanation.type, explanation.category),
        summary=None if explanation is None else summarize(explanation),
        mean_parts=() if explanation is None else _mean_parts(world, explanation),
        posted=posted_scores(world, site),
        steps=() if explanation is None else tuple(evaluate_steps(explanation)),
        units={usage: each.published_unit for usage, each in catalog().by_usage().items()},
        profile_rows=()
        if explanation is None
        else tuple(profile_rows(explanation.building_profile)),
        validity_tests=VALIDITY_TESTS,
        error=problem,
    )


def _mean_parts(world: World, found: ExplanationView) -> Sequence[MeanPart]:
    if is_mean_of_days(found):
        return [MeanPart(each.name, None, each.score) for each in found.components]
    names = {each.id: each.name or each.id for each in all_sites(world)}
    return [
        MeanPart(names.get(each.name, each.name), each.name, each.score)
        for each in found.components
    ]


_MOST_POSTED = 400
"""Posted scores that a page marks, the latest ones."""


def posted_scores(world: World, site: Site) -> str:
    """Return the posted scores as JSON, each as category, type and date, for the scripts."""
    scores = world.store.scores(site.id, (), world.edition.partner_categories)
    latest = sorted(scores, key=lambda each: each.date)[-_MOST_POSTED:]
    return json.dumps([f"{each.category} {each.type} {each.date}" for each in latest])


def _site_choices(registered: Sequence[Site], selected: Site) -> Sequence[Site]:
    """Return the first sites and the selected one."""
    first = registered[:_MAX_CHOICES]
    return first if selected in first else [selected, *first]


async def _explain(
    world: World, query: Mapping[str, str]
) -> tuple[ExplanationView | None, str | None]:
    """Return the explanation of the score in the query, or an error."""
    if query.keys().isdisjoint({"date", "category"}):
        return None, None
    try:
        choice = ScoreQuery.model_validate(query)
    except ValidationError as error:
        return None, join_messages(
            f"{each['loc'][-1]}: {describe_error(each)}" for each in error.errors()
        )

    def explanation() -> ExplanationView:
        return view_of(explain(world, choice.site, choice.date, choice.type, choice.category))

    try:
        return await run_in_threadpool(explanation), None
    except ScoreNotFoundError as error:
        return None, str(error)
