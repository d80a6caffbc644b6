"""Tables of a world, one per entity."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from mockapi.domain.oauth import TokenKind
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.store.rows import InstantColumn, Row, SpaceSeparatedColumn


class WorldMetadata(Row, table=True):
    """One metadata value of the world, such as its scenario, seed or clock state."""

    __tablename__ = "world_fact"
    name: str = Field(primary_key=True)
    value: str


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


class Meter(Row, table=True):
    """A device at a site, for one commodity and usage.

    A submeter has a *parent* and measures a *share* of it. *yearly* is the total of a usual year,
    or that from *yearly_since* to *yearly_until*.
    """

    id: str = Field(primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    position: int
    name: str
    gateway_id: str
    commodity: str
    usage: str
    interval: str | None = None
    resolution: float | None = None
    yearly: float | None = None
    yearly_since: datetime | None = Field(default=None, sa_type=InstantColumn)
    yearly_until: datetime | None = Field(default=None, sa_type=InstantColumn)
    parent_id: str | None = None
    share: float | None = None


class Measurement(Row, table=True):
    """One named channel of a meter; *key* identifies its timeseries."""

    id: str = Field(primary_key=True)
    meter_id: str = Field(foreign_key="meter.id", index=True)
    position: int
    name: str
    unit: str | None = None
    key: str = Field(unique=True)
    generated: bool = True


class Reading(Row, table=True):
    """A reading given in the scenario. Generated readings are computed and never stored."""

    # Stored in the order of the key: half the size, and half the time to copy, of a table with a
    # separate index.
    __table_args__ = {"sqlite_with_rowid": False}
    key: str = Field(foreign_key="measurement.key", primary_key=True)
    at: datetime = Field(sa_type=InstantColumn, primary_key=True)
    updated_at: datetime = Field(sa_type=InstantColumn)
    value: float


class PushedReading(Row, table=True):
    """A reading that a test pushed, or withdrew if *value* is null.

    Every revision is stored, because earlier ones are still visible as of earlier instants.
    """

    # Stored as the readings above. Without a foreign key: meters of a portfolio are not stored.
    __tablename__ = "pushed_reading"
    __table_args__ = {"sqlite_with_rowid": False}
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=InstantColumn, primary_key=True)
    pushed_at: datetime = Field(sa_type=InstantColumn, primary_key=True)
    value: float | None = None


class Defect(Row, table=True):
    """A defect of the data of one meter, or of all meters of a site.

    It occurs once *at* an instant, or at a *rate* per year, or by the default of its kind.
    *settings* is the JSON of the settings of its kind.
    """

    number: int | None = Field(default=None, primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    meter_id: str | None = Field(default=None, foreign_key="meter.id")
    kind: str
    at: datetime | None = Field(default=None, sa_type=InstantColumn)
    rate: float | None = None
    lasting_seconds: float | None = None
    settings: str = "{}"


class Project(Row, table=True):
    """A LEED project that a scoring provider registered for a site."""

    __table_args__ = (UniqueConstraint("site_id", "leed_id"),)
    number: int | None = Field(default=None, primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    leed_id: int = Field(sa_type=BigInteger)
    leed_name: str
    registered_at: datetime = Field(sa_type=InstantColumn)


class PerformanceScore(Row, table=True):
    """A published score; *updated_at_ns* is in nanoseconds since 1970."""

    __tablename__ = "performance_score"
    __table_args__ = (UniqueConstraint("site_id", "date", "type", "category"),)
    number: int | None = Field(default=None, primary_key=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    date: str
    score: float
    type: ScoreType
    category: ScoreCategory
    updated_at_ns: int = Field(sa_type=BigInteger)


class ScoringRequest(Row, table=True):
    """A customer's request to score a site; *number* is its id in edition 2023-java.

    It is configured or rejected at an instant, which may be in the future. Until then it is pending
    and shows *detail*, from then on *verdict_detail*.
    """

    __tablename__ = "scoring_request"
    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    site_id: str = Field(foreign_key="site.id", index=True)
    customer_id: str = Field(foreign_key="customer.id")
    created_at: datetime = Field(sa_type=InstantColumn)
    configured_at: datetime | None = Field(default=None, sa_type=InstantColumn)
    rejected_at: datetime | None = Field(default=None, sa_type=InstantColumn)
    detail: str | None = None
    verdict_detail: str | None = None


class Consent(Row, table=True):
    """The consent of a customer to a client, or of one personal access token."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    sandbox: bool = False
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class Token(Row, table=True):
    """An access, refresh or personal access token. Only its hash is stored.

    Tokens of one *family* were issued from the same code. Replay of the code revokes all of them.
    """

    token_hash: str = Field(primary_key=True)
    kind: TokenKind
    family: str = Field(index=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    customer_id: str = Field(foreign_key="customer.id")
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    sandbox: bool = False
    issued_at: datetime = Field(sa_type=InstantColumn)
    expires_at: datetime = Field(sa_type=InstantColumn)
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class ConsentEvent(Row, table=True):
    """One event in the history of a consent."""

    __tablename__ = "consent_event"
    number: int | None = Field(default=None, primary_key=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    at: datetime = Field(sa_type=InstantColumn)
    granted: bool


class AuthorizationCode(Row, table=True):
    """An authorization code. Only its hash is stored."""

    __tablename__ = "authorization_code"
    code_hash: str = Field(primary_key=True)
    consent_id: str = Field(foreign_key="consent.id")
    client_id: str = Field(foreign_key="client.client_id")
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=SpaceSeparatedColumn)
    code_challenge: str | None = None
    sandbox: bool = False
    expires_at: datetime = Field(sa_type=InstantColumn)
    used_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class BrowserSession(Row, table=True):
    """A browser session: the signed-in customer and the CSRF token of its forms."""

    __tablename__ = "browser_session"
    session_hash: str = Field(primary_key=True)
    csrf_token: str
    customer_id: str | None = Field(default=None, foreign_key="customer.id")
    expires_at: datetime = Field(sa_type=InstantColumn)


METADATA = Row.metadata
"""The metadata of all tables, to create or fill a database."""
