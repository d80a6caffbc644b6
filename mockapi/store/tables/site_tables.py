"""Tables of customers, clients and sites."""

from datetime import datetime

from sqlmodel import Field

from mockapi.store.tables.base import InstantColumn, Row, SpaceSeparatedColumn


class Customer(Row, table=True):
    """The owner of sites, who signs in and consents."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    email: str = Field(unique=True)
    name: str
    password: str | None = None
    sandbox: bool = False


class Client(Row, table=True):
    """An OAuth client as in RFC 6749, registered with the gateway."""

    client_id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    client_secret: str | None = None
    name: str
    redirect_uris: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)


class Site(Row, table=True):
    """A building. Areas are in m2, *visit_duration* in days, *elevation* in m.

    The equipment of a site of a *portfolio* is not stored but generated on request. *scoring* is
    the JSON of the scenario's scoring settings of the site.
    """

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    name: str | None = None
    type: str
    building: str | None = None
    source_system_id: int | None = None
    gross_area: int | None = None
    building_occupants: int | None = None
    days_per_week_with_visitors: int | None = None
    number_of_visitors_per_day: int | None = None
    visit_duration: float | None = None
    weekly_operating_hours: int | None = None
    address: str | None = None
    city: str | None = None
    country_iso_code: str | None = None
    zip_code: str | None = None
    state_province: str | None = None
    timezone: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    elevation: float | None = None
    roof_area: int | None = None
    interval: str | None = None
    history_seconds: float | None = None
    arrival: str | None = None
    portfolio: int | None = None
    scoring: str | None = None
    registered_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class SharedSite(Row, table=True):
    """A site that is shared with another customer than its owner."""

    __tablename__ = "shared_site"
    customer_id: str = Field(foreign_key="customer.id", primary_key=True)
    site_id: str = Field(foreign_key="site.id", primary_key=True)


class HiddenSite(Row, table=True):
    """A site that no customer sees: not yet added, or withdrawn."""

    __tablename__ = "hidden_site"
    site_id: str = Field(foreign_key="site.id", primary_key=True)
