"""Sites, meters, projects and registrations."""

from http import HTTPStatus

from fastapi import Request, Response

from mockapi.api.schemas.site_bodies import MeterBody, ProjectBody, SiteAssociation, SiteBody
from mockapi.http.body import encode
from mockapi.http.context import bearer_of, world_of
from mockapi.http.responses import json_response


async def associate_site(request: Request, site_id: str, association: SiteAssociation) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    world.store.register(site, association.leed_id, association.leed_name, world.now())
    return json_response(encode(association), HTTPStatus.CREATED)


async def list_projects(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    return json_response(
        encode([ProjectBody.of(project) for project in world.store.projects(site.id)])
    )


async def list_meters(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    meters = world.store.meters(site.id)
    return json_response(
        encode([MeterBody.of(meter, channels, world.edition) for meter, channels in meters])
    )


async def list_sites(request: Request) -> Response:
    world = world_of(request)
    customer_id = bearer_of(request).customer_id

    def body() -> bytes:
        return encode([SiteBody.of(site, world.edition) for site in world.store.sites(customer_id)])

    return json_response(world.store.cached("site", ("sites body", customer_id), body))
