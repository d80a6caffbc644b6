"""Sites, meters, projects and registrations (docs/contract/sites.md)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Self

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from mockapi.domain.edition import Edition
from mockapi.domain.validation import whole_number
from mockapi.http.context import bearer_of, world_of
from mockapi.http.json_bodies import ApiModel, encode
from mockapi.http.responses import JsonResponse
from mockapi.store.tables import Measurement, Meter, Project, Site


class SiteMetadata(ApiModel):
    """Use of a building; area in m2, duration of a visit in days."""

    gross_area: int | None = None
    building_occupants: int | None = None
    days_per_week_with_visitors: int | None = None
    number_of_visitors_per_day: int | None = None
    visit_duration: float | None = None
    weekly_operating_hours: int | None = None


class Coordinates(ApiModel):
    latitude: float | None = None
    longitude: float | None = None
    elevation: float | None = None


class PostalAddress(ApiModel):
    address: str | None = None
    city: str | None = None
    country_iso_code: str | None = None
    zip_code: str | None = None
    state_province: str | None = None
    timezone: str | None = None
    coordinates: Coordinates | None = None


class SiteBody(ApiModel):
    """A site as published."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "510affb6-69ec-4a7a-a510-acf99e641739",
                    "name": "Fouquet Office Lyon",
                    "type": "Office: Administrative/Professional",
                    "sourceSystemId": 832917,
                    "metadata": {"grossArea": 12000, "buildingOccupants": 600},
                    "postalAddress": {
                        "city": "Lyon",
                        "countryIsoCode": "FR",
                        "timezone": "Europe/Paris",
                        "coordinates": {"latitude": 45.7594, "longitude": 4.837},
                    },
                }
            ]
        }
    )

    id: str | None = None
    name: str | None = None
    type: str | None = None
    source_system_id: int | None = None
    metadata: SiteMetadata | None = None
    postal_address: PostalAddress | None = None

    @classmethod
    def of(cls, site: Site, edition: Edition) -> Self:
        located = site.latitude is not None or site.longitude is not None
        return cls(
            id=site.id,
            name=site.name,
            type=site.type,
            source_system_id=site.source_system_id if edition.shows_source_system_id else None,
            metadata=SiteMetadata(
                gross_area=site.gross_area,
                building_occupants=site.building_occupants,
                days_per_week_with_visitors=site.days_per_week_with_visitors,
                number_of_visitors_per_day=site.number_of_visitors_per_day,
                visit_duration=site.visit_duration,
                weekly_operating_hours=site.weekly_operating_hours,
            ),
            postal_address=PostalAddress(
                address=site.address,
                city=site.city,
                country_iso_code=site.country_iso_code,
                zip_code=site.zip_code,
                state_province=site.state_province,
                timezone=site.timezone,
                coordinates=Coordinates(
                    latitude=site.latitude, longitude=site.longitude, elevation=site.elevation
                )
                if located
                else None,
            ),
        )


class TimeseriesKey(ApiModel):
    key: str


class MeasurementBody(ApiModel):
    """A channel of a meter; `timeseries.key` is the key of its readings."""

    id: str | None = None
    name: str | None = None
    unit: str | None = None
    timeseries: TimeseriesKey | None = None


class MeterBody(ApiModel):
    """A meter as published."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "02d529a7-6430-4cd4-9317-b2156d17a263",
                    "name": "main_meter",
                    "gatewayId": "896",
                    "measurements": [
                        {
                            "id": "42447734",
                            "name": "Active Energy",
                            "unit": "kWh",
                            "timeseries": {"key": "0ae550bc-42e7-43cb-b6de-f8df87a1f4f0"},
                        }
                    ],
                }
            ]
        }
    )

    id: str | None = None
    name: str | None = None
    gateway_id: str | None = None
    commodity: str | None = None
    usage: str | None = None
    measurements: tuple[MeasurementBody, ...] = ()

    @classmethod
    def of(cls, meter: Meter, measurements: Sequence[Measurement], edition: Edition) -> Self:
        return cls(
            id=meter.id,
            name=meter.name,
            gateway_id=meter.gateway_id,
            commodity=meter.commodity,
            usage=meter.usage,
            measurements=tuple(
                MeasurementBody(
                    id=each.id,
                    name=each.name,
                    unit=each.unit if edition.shows_unit else None,
                    timeseries=TimeseriesKey(key=each.key),
                )
                for each in measurements
            ),
        )


LeedId = Annotated[
    StrictInt,
    BeforeValidator(whole_number),
    Field(ge=-(2**63), le=2**63 - 1),
    # The format implies the bounds; as numbers, JSON readers would round them to floats.
    WithJsonSchema({"type": "integer", "format": "int64"}),
]


_PROJECT: dict[str, JsonValue] = {"leedId": 8000015999, "leedName": "Lyon Office"}
"""An example of a project."""


class SiteAssociation(ApiModel):
    """The registration of a site with a scoring provider; returned exactly, to 64 bits."""

    # assumption: unknown members of a request body are ignored, as Spring does.
    model_config = ConfigDict(
        extra="ignore",
        # FastAPI wraps a body in its own field, for which pydantic warns about deferred building.
        defer_build=False,
        json_schema_extra={"examples": [_PROJECT]},
    )

    leed_id: LeedId
    leed_name: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ProjectBody(ApiModel):
    """A LEED project of a site."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PROJECT]})

    # assumption: path, schema and scope of projects are unpublished; a project is what
    # `POST scoring-providers` registers.
    leed_id: int = Field(json_schema_extra={"format": "int64"})
    leed_name: str

    @classmethod
    def of(cls, project: Project) -> Self:
        return cls(leed_id=project.leed_id, leed_name=project.leed_name)


async def associate_site(request: Request, site_id: str, association: SiteAssociation) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    world.store.register(site, association.leed_id, association.leed_name, world.now())
    return JsonResponse(encode(association), HTTPStatus.CREATED)


async def list_projects(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    return JsonResponse(
        encode([ProjectBody.of(project) for project in world.store.projects(site.id)])
    )


async def list_meters(request: Request, site_id: str) -> Response:
    world = world_of(request)
    site = world.store.site(site_id, bearer_of(request).customer_id)
    meters = world.store.meters(site.id)
    return JsonResponse(
        encode([MeterBody.of(meter, channels, world.edition) for meter, channels in meters])
    )


_MANY = 500
"""Number of sites above which a thread encodes them."""


async def list_sites(request: Request) -> Response:
    world = world_of(request)
    customer_id = bearer_of(request).customer_id

    def encoded() -> bytes:
        return encode([SiteBody.of(site, world.edition) for site in world.store.sites(customer_id)])

    def body() -> bytes:
        return world.store.cached("site", ("sites body", customer_id), encoded)

    # In a thread, so that other requests are not blocked.
    is_small = world.store.site_count() <= _MANY
    return JsonResponse(body() if is_small else await run_in_threadpool(body))
