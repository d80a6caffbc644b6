"""Bodies of sites and of their readings."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Self

from pydantic import Field

from mockapi.control.schemas.world_bodies import AdminBody, format_optional
from mockapi.domain import timestamps
from mockapi.domain.scores import ScoringRequestStatus, status_at
from mockapi.domain.timestamps import Interval
from mockapi.store.tables import Customer, Measurement, Meter, Project, ScoringRequest, Site


class SeriesView(AdminBody):
    """Readings by date, as four columns of equal length."""

    key: str
    site: str
    meter: str
    measurement: str
    unit: str | None
    timezone: str = Field(description="Time zone of days and months in coarser intervals.")
    interval: Interval = Field(description="Interval of each reading.")
    is_averaged: bool = Field(description="True if coarser readings are means, false if sums.")
    offsets: tuple[tuple[int, int], ...] = Field(
        description="Pairs of an instant and the UTC offset from then on, in seconds."
    )
    dates: tuple[int, ...] = Field(description="`date`, in seconds since 1970.")
    values: tuple[float, ...]
    updated_at: tuple[int, ...] = Field(description="`updatedAt`, in seconds since 1970.")
    statuses: tuple[int, ...] = Field(
        description=("0: on time; 1: late; 2: revised; 3: preliminary estimate; 4: pushed.")
    )
    lows: tuple[float, ...] = Field(
        default=(),
        description="Lowest reading of each coarser interval. Empty for single readings.",
    )
    highs: tuple[float, ...] = Field(default=(), description="Highest reading, in the same way.")
    counts: tuple[int, ...] = Field(default=(), description="Number of readings, in the same way.")
    gaps: tuple[tuple[int, int, int, int | None], ...] = Field(
        description=(
            "Elapsed intervals without a reading: begin and end in seconds since 1970, their "
            "number, and when the last reading arrives (null if never)."
        )
    )

    def in_differences(self) -> Self:
        """Return a copy whose instants are differences to the previous one, the first to 0."""
        shorter = {"dates": _steps(self.dates), "updated_at": _steps(self.updated_at)}
        return self.model_copy(update=shorter)


def _steps(instants: Sequence[int]) -> tuple[int, ...]:
    return tuple(after - before for before, after in pairwise((0, *instants)))


class SiteSummary(AdminBody):
    """Summary of a site."""

    id: str
    name: str | None
    type: str
    building: str | None = Field(description="The scenario's word for its type.")
    customer: str = Field(description="E-mail address of the owner.")
    city: str | None
    state_province: str | None
    country_iso_code: str | None
    latitude: float | None
    longitude: float | None
    gross_area: int | None = Field(description="In m².")
    registered_at: str | None = Field(
        description="Time from which the site delivers readings.",
        json_schema_extra={"format": "date-time"},
    )

    @classmethod
    def of(cls, site: Site, owner: Customer) -> Self:
        return cls(
            id=site.id,
            name=site.name,
            type=site.type,
            building=site.building,
            customer=owner.email,
            city=site.city,
            state_province=site.state_province,
            country_iso_code=site.country_iso_code,
            latitude=site.latitude,
            longitude=site.longitude,
            gross_area=site.gross_area,
            registered_at=format_optional(site.registered_at),
        )


class MeasurementView(AdminBody):
    id: str
    name: str
    unit: str | None
    key: str

    @classmethod
    def of(cls, measurement: Measurement) -> Self:
        return cls(
            id=measurement.id,
            name=measurement.name,
            unit=measurement.unit,
            key=measurement.key,
        )


class MeterView(AdminBody):
    """Meter. A submeter measures a share of its parent."""

    id: str
    name: str
    gateway_id: str
    commodity: str
    usage: str
    interval: str
    parent_id: str | None
    share: float | None
    measurements: tuple[MeasurementView, ...]

    @classmethod
    def of(cls, meter: Meter, measurements: Sequence[Measurement], interval: str) -> Self:
        return cls(
            id=meter.id,
            name=meter.name,
            gateway_id=meter.gateway_id,
            commodity=meter.commodity,
            usage=meter.usage,
            interval=interval,
            parent_id=meter.parent_id,
            share=meter.share,
            measurements=tuple(MeasurementView.of(each) for each in measurements),
        )


class ProjectView(AdminBody):
    leed_id: int
    leed_name: str
    registered_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, project: Project) -> Self:
        return cls(
            leed_id=project.leed_id,
            leed_name=project.leed_name,
            registered_at=timestamps.format_seconds(project.registered_at),
        )


class ScoringRequestView(AdminBody):
    id: str
    customer: str = Field(description="Id of the customer.")
    status: ScoringRequestStatus
    created_at: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, request: ScoringRequest, now: datetime) -> Self:
        return cls(
            id=request.id,
            customer=request.customer_id,
            status=status_at(now, request.configured_at, request.rejected_at),
            created_at=timestamps.format_seconds(request.created_at),
        )


class LevelChangeView(AdminBody):
    """Cause of a change of the readings of a site."""

    kind: str
    description: str
    begins_at: str = Field(json_schema_extra={"format": "date-time"})
    ends_at: str | None = Field(
        description="null for a change that lasts.", json_schema_extra={"format": "date-time"}
    )
    factors: dict[str, float] = Field(
        description="Factor per quantity: `electricity`, `fuel`, `cooling`, `water`, `waste` or "
        "`people`. `people` affects electricity, hot water, water, waste and air. `hours` is not a "
        "factor but the hours per day by which the site closes later. During vacations, "
        "`electricity` is the approximate total effect."
    )


class SiteView(SiteSummary):
    """Site in full. Areas are in m², visit duration in days, elevation in m."""

    address: str | None
    zip_code: str | None
    timezone: str | None
    elevation: float | None
    building_occupants: int | None
    weekly_operating_hours: int | None
    days_per_week_with_visitors: int | None
    number_of_visitors_per_day: int | None
    visit_duration: float | None
    history_begins_at: str | None = Field(
        description="Start of the first reading.", json_schema_extra={"format": "date-time"}
    )
    meters: tuple[MeterView, ...]
    causes: tuple[LevelChangeView, ...] = Field(
        description="Changes of its level in the last year or since its history begins, without "
        "timeline events."
    )
    projects: tuple[ProjectView, ...]
    scoring_requests: tuple[ScoringRequestView, ...]
