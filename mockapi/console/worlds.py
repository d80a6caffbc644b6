"""Shows worlds, their snapshots, and the scenarios that they are made of."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fastapi import Request, Response

from mockapi.console.page import NotShown, guarded, show
from mockapi.control.scenario_routes import scenario_named, scenario_of_world, scenario_summaries
from mockapi.control.schemas.named_world_bodies import NamedWorldView
from mockapi.control.schemas.scenario_bodies import ScenarioView
from mockapi.control.schemas.snapshot_bodies import SnapshotView
from mockapi.http.context import url_of, world_of, worlds_of
from mockapi.world.snapshots import MOST
from mockapi.world.world import World

_KEY = re.compile(r"^(\s*(?:- )*)([A-Za-z_][\w-]*)(:)(?=\s|$)")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""")

_LONGEST = 2_000
"""Characters up to which a comment is sought in a line."""


class Part(NamedTuple):
    """A piece of a line, and what it is: a key, a comment, or plain."""

    kind: str
    text: str


def lines_of(text: str) -> Sequence[Sequence[Part]]:
    """Return the lines of *text*, each as its parts; joined again they are the text."""
    return [list(_parts(line)) for line in text.splitlines()]


def _parts(line: str) -> Iterator[Part]:
    comment = _comment_in(line)
    code, said = line[:comment], line[comment:]
    key = _KEY.match(code)
    if key is not None:
        yield Part("", key[1])
        yield Part("key", key[2])
        code = code[key.end(2) :]
    yield Part("", code)
    yield Part("comment", said)


def _comment_in(line: str) -> int:
    """Return where the comment of *line* begins; its end where there is none."""
    # The pattern takes quadratic time for some lines.
    if len(line) > _LONGEST:
        return len(line)
    # Quoted text of the same length in its place: a # in it begins no comment.
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), line)
    found = re.search(r"(?:^|(?<=\s))#", plain)
    return len(line) if found is None else found.start()


@guarded
async def show_worlds(request: Request) -> Response:
    world = world_of(request)
    worlds = worlds_of(request)
    kept = world.snapshots.list()
    return show(
        request,
        "console/worlds.html",
        "worlds",
        own=_seen(world),
        url=url_of(request),
        worlds=[_seen(each) for each in (worlds.first, *worlds)],
        snapshots=[SnapshotView.of(each.name, each.at, len(each.content)) for each in kept],
        most=MOST,
        scenarios=scenario_summaries(),
        idle=round(world.settings.world_idle.total_seconds() / 60),
    )


@guarded
async def show_scenario(request: Request) -> Response:
    try:
        return _shown(request, scenario_named(request.path_params["name"]))
    except LookupError as error:
        raise NotShown(str(error), "worlds") from error


@guarded
async def show_own_scenario(request: Request) -> Response:
    return _shown(request, scenario_of_world(world_of(request)))


def _seen(world: World) -> NamedWorldView:
    return NamedWorldView.of(
        world.name, world.scenario_name, world.seed, world.edition.name, world.now()
    )


def _shown(request: Request, scenario: ScenarioView) -> Response:
    return show(
        request,
        "console/scenario.html",
        "worlds",
        scenario=scenario,
        lines=lines_of(scenario.text),
    )
