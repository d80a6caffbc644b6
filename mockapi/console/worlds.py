"""Worlds page and scenario pages, with highlighting of YAML."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.page import ConsoleNotFoundError, render_console_page, requires_admin
from mockapi.control.named_world_routes import named_world_view
from mockapi.control.scenario_routes import scenario_named, scenario_of_world, scenario_summaries
from mockapi.control.schemas.scenario_bodies import ScenarioView
from mockapi.control.schemas.world_bodies import SnapshotView
from mockapi.http.context import url_of, world_of, worlds_of
from mockapi.scenario.errors import ScenarioError
from mockapi.world.reload import NotReloadableError, scenario_file_of
from mockapi.world.snapshots import MOST
from mockapi.world.world import World

_KEY = re.compile(r"^(\s*(?:- )*)([A-Za-z_][\w-]*)(:)(?=\s|$)")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""")

_MAX_LINE = 2_000
"""Longest line that is searched for a comment, in characters."""


class YamlToken(NamedTuple):
    """Part of a line. *kind* is "key", "comment" or "" for other text."""

    kind: str
    text: str


def yaml_tokens(text: str) -> Sequence[Sequence[YamlToken]]:
    """Return the tokens of each line of *text*. Joined, they are the text."""
    return [list(_tokens(line)) for line in text.splitlines()]


def _tokens(line: str) -> Iterator[YamlToken]:
    comment = _comment_start(line)
    code, rest = line[:comment], line[comment:]
    key = _KEY.match(code)
    if key is not None:
        yield YamlToken("", key[1])
        yield YamlToken("key", key[2])
        code = code[key.end(2) :]
    yield YamlToken("", code)
    yield YamlToken("comment", rest)


def _comment_start(line: str) -> int:
    """Return the index of the comment of *line*, or its length if it has none."""
    # The pattern takes quadratic time for some lines.
    if len(line) > _MAX_LINE:
        return len(line)
    # Replace quoted text by text of the same length, because # in quotes starts no comment.
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), line)
    found = re.search(r"(?:^|(?<=\s))#", plain)
    return len(line) if found is None else found.start()


@requires_admin
async def show_worlds(request: Request) -> Response:
    world = world_of(request)
    worlds = worlds_of(request)
    snapshots = world.snapshots.list()
    return render_console_page(
        request,
        "console/worlds.html",
        "worlds",
        world=named_world_view(world),
        url=url_of(request),
        worlds=[named_world_view(each) for each in (worlds.first, *worlds)],
        snapshots=[SnapshotView.of(each.name, each.at, len(each.content)) for each in snapshots],
        limit=MOST,
        scenarios=scenario_summaries(),
        file=_scenario_file(world),
        watched=None if world.name else worlds.watched,
        idle=round(world.settings.world_idle.total_seconds() / 60),
    )


def _scenario_file(world: World) -> Path | None:
    """Return the file that the world can be loaded from again; None if there is none."""
    try:
        return scenario_file_of(world.settings, is_text=world.is_from_text)
    except (NotReloadableError, ScenarioError):
        return None


@requires_admin
async def show_scenario(request: Request) -> Response:
    try:
        return _scenario_page(request, scenario_named(request.path_params["name"]))
    except LookupError as error:
        raise ConsoleNotFoundError(str(error), "worlds") from error


@requires_admin
async def show_own_scenario(request: Request) -> Response:
    return _scenario_page(request, scenario_of_world(world_of(request)))


def _scenario_page(request: Request, scenario: ScenarioView) -> Response:
    return render_console_page(
        request,
        "console/scenario.html",
        "worlds",
        scenario=scenario,
        lines=yaml_tokens(scenario.text),
    )
