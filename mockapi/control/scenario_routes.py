"""Routes of scenarios."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from fastapi import APIRouter, Request

from mockapi.control.route import AdminRoute, error_responses, not_found_errors
from mockapi.control.schemas.scenario_bodies import (
    CheckScenarioRequest,
    ScenarioCheckView,
    ScenarioIssueView,
    ScenarioSummary,
    ScenarioView,
    Source,
)
from mockapi.domain.text_matching import suggestion
from mockapi.http.context import world_of
from mockapi.scenario.discovery import MOUNT, available_scenarios
from mockapi.scenario.document import Document, compose, value_of
from mockapi.scenario.errors import REQUEST_LIMITS, ScenarioError
from mockapi.scenario.extension import EXTENDS
from mockapi.scenario.loading import document_in, text_of
from mockapi.scenario.seeding.scenario_checks import check_document
from mockapi.world.world import World

router = APIRouter(route_class=AdminRoute)

_DRAFT = "draft"


@router.get(
    "/scenarios",
    summary="List the scenarios",
    operation_id="listScenarios",
    responses=error_responses(),
)
async def list_scenarios(request: Request) -> list[ScenarioSummary]:
    return list(scenario_summaries())


@router.get(
    "/scenarios/{name}",
    summary="Return a scenario with its text",
    operation_id="getScenario",
    responses=error_responses(404),
)
async def get_scenario(request: Request, name: str) -> ScenarioView:
    with not_found_errors():
        return scenario_named(name)


@router.get(
    "/scenario",
    summary="Return the scenario of this world",
    operation_id="getScenarioOfWorld",
    responses=error_responses(),
)
async def get_scenario_of_world(request: Request) -> ScenarioView:
    return scenario_of_world(world_of(request))


# Not async: a large scenario is slow and runs in a thread.
@router.post(
    "/scenarios/check",
    summary="Check a scenario",
    operation_id="checkScenario",
    responses=error_responses(400, 413),
)
def check_scenario(draft: CheckScenarioRequest) -> ScenarioCheckView:
    try:
        document = document_in(draft.text, _DRAFT)
        scenario, found = check_document(document, REQUEST_LIMITS)
    except ScenarioError as error:
        errors = tuple(ScenarioIssueView.of(each, _DRAFT) for each in error.issues)
        return ScenarioCheckView(ok=False, customers=None, sites=None, errors=errors, warnings=())
    customers, sites = scenario.count()
    warnings = tuple(ScenarioIssueView.of(each, _DRAFT) for each in found)
    return ScenarioCheckView(
        ok=True, customers=customers, sites=sites, errors=(), warnings=warnings
    )


def scenario_summaries() -> Sequence[ScenarioSummary]:
    """Return the summaries of all shipped and mounted scenarios, by name."""
    return [_summary(name, path) for name, path in available_scenarios().items()]


def scenario_named(name: str) -> ScenarioView:
    """Return the shipped or mounted scenario with that name. Raise `LookupError` if missing."""
    files = available_scenarios()
    if name not in files:
        raise LookupError(f"{name!r} is not a scenario. {suggestion(name, files)}")
    path = files[name]
    try:
        text = text_of(path)
    except ScenarioError as error:
        raise LookupError(str(error)) from error
    return ScenarioView(**_metadata(name, _source(path), text), text=text)


def scenario_of_world(world: World) -> ScenarioView:
    """Return the scenario of *world*. A scenario with `extends` is returned merged."""
    text = world.store.metadata_value("text") or ""
    return ScenarioView(**_metadata(world.scenario_name, "world", text), text=text)


def _summary(name: str, path: Path) -> ScenarioSummary:
    try:
        text = text_of(path)
    except ScenarioError:
        text = ""
    return ScenarioSummary(**_metadata(name, _source(path), text))


def _source(path: Path) -> Source:
    return "mounted" if path.parent == MOUNT else "shipped"


def _metadata(name: str, source: Source, text: str) -> dict[str, str | None]:
    """Return name, source, description and `extends`, also of an invalid scenario."""
    try:
        document = compose(text, name)
    except ScenarioError:
        document = Document(name, None)
    values = {
        key: node.value
        for key in ("description", EXTENDS)
        if isinstance(node := value_of(document.root, key), yaml.ScalarNode)
    }
    return {
        "name": name,
        "source": source,
        "description": values.get("description", ""),
        "extends": values.get(EXTENDS),
    }
