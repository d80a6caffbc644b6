"""Shows the scores of a site, and how one of them came about."""

from collections.abc import Sequence

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from mockapi.domain.catalog import catalog
from mockapi.domain.score import NotScored
from mockapi.domain.wording import reason
from mockapi.http.console.arithmetic import parts, worked
from mockapi.http.console.page import NotShown, guarded, show
from mockapi.http.request import world_of
from mockapi.store.tables.sites import Site
from mockapi.wire.admin_scores import ScoreChoice
from mockapi.wire.explain import ExplanationView
from mockapi.world.sites import all_sites, site_with
from mockapi.world.world import World

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
        units={usage: each.unit_on_the_wire for usage, each in catalog().by_usage().items()},
        parts=() if explained is None else tuple(parts(explained.premises)),
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
        choice = ScoreChoice.model_validate(dict(request.query_params))
    except ValidationError as error:
        return None, "; ".join(f"{each['loc'][-1]}: {reason(each)}" for each in error.errors())

    def explained() -> ExplanationView:
        # Late: the engine would make every start longer.
        from mockapi.http.admin.explanation import view_of
        from mockapi.world.explaining import explain

        return view_of(explain(world, choice.site, choice.date, choice.type, choice.category))

    try:
        return await run_in_threadpool(explained), None
    except NotScored as error:
        return None, str(error)
