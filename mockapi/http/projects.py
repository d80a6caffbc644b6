"""Registers sites with a scoring provider and lists the projects that come of it."""

from http import HTTPStatus

from fastapi import Request, Response

from mockapi.http.answer import json_answer
from mockapi.http.request import bearer_of, world_of
from mockapi.wire.base import encode
from mockapi.wire.sites import ProjectBody, SiteAssociation


async def associate_site(request: Request, site_id: str, association: SiteAssociation) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    world.store.register(site, association.leed_id, association.leed_name, world.now())
    return json_answer(encode(association), HTTPStatus.CREATED)


async def list_projects(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    return json_answer(
        encode([ProjectBody.of(project) for project in world.store.projects(site.id)])
    )
