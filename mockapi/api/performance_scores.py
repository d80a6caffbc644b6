"""Performance scores: create and list."""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from mockapi.api.schemas.score_bodies import ScoreBody, ScoreIn, encode_scores
from mockapi.domain.errors import InvalidParam, InvalidRequest
from mockapi.domain.scores import CLASSIC_CATEGORIES, ScoreCategory
from mockapi.http.body import encode, max_items
from mockapi.http.context import bearer_of, world_of
from mockapi.http.parameters import ScoreFilter, join_sorted
from mockapi.http.responses import json_response
from mockapi.world.sites import is_scored
from mockapi.world.world import World

# assumption: no limit of scores is published; here a request may hold 10,000 of them.
MAX_SCORES = 10_000
_MANY = 200
"""Number of scores above which a thread stores them."""
_MAX_ERRORS = 100


async def put_scores(
    request: Request, site_id: str, scores: Annotated[list[ScoreIn], max_items(MAX_SCORES)]
) -> Response:
    world = world_of(request)
    allowed = world.edition.partner_categories
    _check_categories(
        [(f"[{index}].category", each.category) for index, each in enumerate(scores)], allowed
    )
    site = world.store.site(site_id, bearer_of(request).customer_id)

    def stored() -> bytes:
        new = [score.to_store() for score in scores]
        stamps = world.store.put_scores(site.id, new, world.now(), world.seed)
        pairs = zip(new, stamps, strict=True)
        return encode([ScoreBody.stamped(score, stamp) for score, stamp in pairs])

    # In a thread, so that other requests are not blocked.
    body = stored() if len(scores) <= _MANY else await run_in_threadpool(stored)
    return json_response(body, HTTPStatus.CREATED)


async def list_scores(
    request: Request, site_id: str, filter_: Annotated[ScoreFilter, Query()]
) -> Response:
    world = world_of(request)
    return await _list(request, world, site_id, filter_, world.edition.partner_categories)


async def list_scores_for_user(
    request: Request, site_id: str, filter_: Annotated[ScoreFilter, Query()]
) -> Response:
    # assumption: the customers' page lists six categories; newer ones are hidden from their API,
    # because the published Java client throws on a category it does not know.
    world = world_of(request)
    shown = CLASSIC_CATEGORIES
    if world.settings.user_api_new_categories:
        shown = world.edition.partner_categories
    return await _list(request, world, site_id, filter_, shown)


async def _list(
    request: Request,
    world: World,
    site_id: str,
    filter_: ScoreFilter,
    shown: frozenset[ScoreCategory],
) -> Response:
    _check_categories([("category", each) for each in filter_.category], shown)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    categories = frozenset(ScoreCategory(each) for each in filter_.category) or shown
    if not is_scored(world, site):
        rows = world.store.scores(site.id, filter_.type, categories)
        return json_response(encode([ScoreBody.of(row) for row in rows]))

    def computed() -> bytes:
        # Imported lazily: numpy adds 90 ms to start-up.
        from mockapi.scoring.service import listed

        return encode_scores(listed(world, site, filter_.type, categories))

    # In a thread, because there may be years to compute.
    return json_response(await run_in_threadpool(computed))


def _check_categories(
    categories: Sequence[tuple[str, str]], allowed: frozenset[ScoreCategory]
) -> None:
    reason = f"must be one of {join_sorted(allowed)}"
    unknown = (
        InvalidParam(path, "category", reason)
        for path, category in categories
        if category not in allowed
    )
    if listed := list(islice(unknown, _MAX_ERRORS)):
        raise InvalidRequest(listed)
