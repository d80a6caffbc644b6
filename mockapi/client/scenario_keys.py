"""Types of the keyword arguments that take the keys of scenario files."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypedDict

Instant = datetime | str
Duration = timedelta | str
Part = Mapping[str, Any]
"""A nested part of a scenario, such as a defect, with the keys of scenario files."""


class SiteValueKeys(TypedDict, total=False):
    """Values of a site that can change later; None removes a value."""

    building: str | None
    city: str | None
    area: int | None
    name: str | None
    type: str
    source_system_id: int | None
    building_occupants: int | None
    days_per_week_with_visitors: int | None
    number_of_visitors_per_day: int | None
    visit_duration: float | None
    weekly_operating_hours: int | None
    roof_area: int | None
    address: str | None
    country_iso_code: str | None
    zip_code: str | None
    state_province: str | None
    timezone: str | None
    latitude: float | None
    longitude: float | None
    elevation: float | None
    interval: str | None
    arrival: Part | str | None
    history: Duration | None
    scoring: Literal["built-in", "none"] | None
    benchmark: str | None
    surveys: Part | None
    scoring_verdict: Part | None


class SiteKeys(SiteValueKeys, total=False):
    """Keys of a new site."""

    id: str
    customer: str
    meters: str | Sequence[Part]
    registered: bool
    projects: Sequence[Part]
    scores: Sequence[Part]
    scoring_requests: Sequence[Part]
    defects: Sequence[Part]


class SiteUpdateKeys(SiteValueKeys, total=False):
    """Keys of a changed site."""

    registered: Literal[True]


class MeterValueKeys(TypedDict, total=False):
    """Values of a meter that can change later; None removes a value."""

    name: str
    gateway_id: str
    interval: str | None
    resolution: float | None
    yearly: float | Part | None


class MeterKeys(MeterValueKeys, total=False):
    """Keys of a new meter."""

    commodity: str
    id: str
    measurements: Sequence[Part]
    submeters: Sequence[Part]
    defects: Sequence[Part]


class CustomerValueKeys(TypedDict, total=False):
    """Values of a customer that can change later; None removes a value."""

    email: str
    name: str
    password: str | None
    sandbox: bool
    sees: Sequence[str]


class CustomerKeys(CustomerValueKeys, total=False):
    """Keys of a new customer."""

    id: str
    personal_access_tokens: Sequence[Part]
    access_tokens: Sequence[Part]
    sites: Sequence[Part]


class ClientValueKeys(TypedDict, total=False):
    """Values of a client that can change later; None removes a value."""

    client_secret: str | None
    name: str
    redirect_uris: Sequence[str]
    scopes: Sequence[str]


class ClientKeys(ClientValueKeys, total=False):
    """Keys of a new client."""

    client_id: str


class ScoringRequestKeys(TypedDict, total=False):
    """Keys of a new scoring request."""

    customer: str
    id: str
    created_at: Instant
    status: Literal["PENDING", "CONFIGURED", "REJECTED"]
    detail: str


Day = date | str
