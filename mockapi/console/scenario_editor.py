"""Scenario pages: an editor for the text of a scenario, and the schema for its completion."""

import json
import re
from functools import cache

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.console.page import ConsoleNotFoundError, plural, render_console_page, requires_admin
from mockapi.control.scenario_routes import check_scenario, scenario_named, scenario_of_world
from mockapi.control.schemas.scenario_bodies import (
    CheckScenarioRequest,
    ScenarioCheckView,
    ScenarioView,
)
from mockapi.http.context import world_of
from mockapi.oauth.parameters import form_of
from mockapi.scenario.json_schema import json_schema


@requires_admin
async def show_scenario(request: Request) -> Response:
    try:
        scenario = scenario_named(request.path_params["name"])
    except LookupError as error:
        raise ConsoleNotFoundError(str(error), "worlds") from error
    return await _scenario_page(request, scenario)


@requires_admin
async def show_own_scenario(request: Request) -> Response:
    return await _scenario_page(request, scenario_of_world(world_of(request)))


async def _scenario_page(request: Request, scenario: ScenarioView) -> Response:
    """Return the editor. A posted text is checked, for browsers without scripts."""
    checked = None
    if request.method == "POST":
        text = ((await form_of(request)).get("text") or "").replace("\r\n", "\n")
        scenario = scenario.model_copy(update={"text": text})
        checked = await run_in_threadpool(check_scenario, CheckScenarioRequest(text=text))
    return render_console_page(
        request,
        "console/scenario.html",
        "worlds",
        scenario=scenario,
        findings=[*checked.errors, *checked.warnings] if checked else [],
        result=_result(checked),
        place_of=_place_of,
    )


def _place_of(path: str) -> str:
    """Return a path of keys and indexes with positions from 1; the same text as `placeOf` in JS."""
    found = re.sub(r"\.(\d+)(?=\.|$)", lambda each: f" {int(each[1]) + 1}", path)
    return found.replace(".", ", ")


def _result(checked: ScenarioCheckView | None) -> str:
    if checked is None:
        return ""
    if not checked.ok:
        count = len(checked.errors)
        return f"{count} {plural('error', count)}."
    return f"Valid: {checked.customers} customers, {checked.sites} sites."


@cache
def _schema_text() -> str:
    return json.dumps(json_schema(), separators=(",", ":"))


async def show_schema(request: Request) -> Response:
    """Return the JSON Schema of scenarios."""
    headers = {"Cache-Control": "max-age=3600"}
    return Response(_schema_text(), headers=headers, media_type="application/json")
