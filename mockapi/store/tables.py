"""Shapes the nouns as they are kept: one table each, flat and in snake_case."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from mockapi.domain.oauth.tokens import TokenKind
from mockapi.domain.score import ScoreCategory, ScoreType
from mockapi.store.columns import InstantColumn, WordsColumn
from mockapi.store.row import Row


class WorldFact(Row, table=True):
    """One thing the world knows of itself: its scenario's text, its seed, its time."""

    __tablename__ = "world_fact"
    name: str = Field(primary_key=True)
    value: str


class Customer(Row, table=True):
    """Whose sites they are; the person who signs in and consents."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    email: str = Field(unique=True)
    name: str
    password: str | None = None
    sandbox: bool = False


class Client(Row, table=True):
    """An application registered with the gateway, as RFC 6749 uses the word."""

    client_id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    client_secret: str | None = None
    name: str
    redirect_uris: tuple[str, ...] = Field(sa_type=WordsColumn)
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)


class Site(Row, table=True):
    """A building; areas in m2, durations of visits in days, elevation in m.

    A site of a *portfolio* keeps no meters and no defects: they are drawn anew when asked for.
    *scoring* is the JSON of what the scenario says of its scores.
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
    """A site that another customer than its owner may see too."""

    __tablename__ = "shared_site"
    customer_id: str = Field(foreign_key="customer.id", primary_key=True)
    site_id: str = Field(foreign_key="site.id", primary_key=True)


class HiddenSite(Row, table=True):
    """A site that nobody sees: it is not there yet, or no longer."""

    __tablename__ = "hidden_site"
    site_id: str = Field(foreign_key="site.id", primary_key=True)


class Meter(Row, table=True):
    """A device at a site, for one commodity and usage.

    A submeter has a *parent*, of which it measures a *share*.
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
    parent_id: str | None = None
    share: float | None = None


class Measurement(Row, table=True):
    """One named channel of a meter; *key* joins it to its timeseries."""

    id: str = Field(primary_key=True)
    meter_id: str = Field(foreign_key="meter.id", index=True)
    position: int
    name: str
    unit: str | None = None
    key: str = Field(unique=True)
    generated: bool = True


class Reading(Row, table=True):
    """A reading that a scenario states; generated ones are computed and never kept."""

    # Rows by the thousand, kept in the order of their key: half the size, and half the time to
    # copy, of a table with an index beside it.
    __table_args__ = {"sqlite_with_rowid": False}
    key: str = Field(foreign_key="measurement.key", primary_key=True)
    at: datetime = Field(sa_type=InstantColumn, primary_key=True)
    updated_at: datetime = Field(sa_type=InstantColumn)
    value: float


class PushedReading(Row, table=True):
    """A reading that a test pushed at an instant, or withdrew where *value* is null.

    Every push is kept: what stood before it is still to be known.
    """

    # As the readings above. No foreign key: the meters of a portfolio are not kept.
    __tablename__ = "pushed_reading"
    __table_args__ = {"sqlite_with_rowid": False}
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=InstantColumn, primary_key=True)
    pushed_at: datetime = Field(sa_type=InstantColumn, primary_key=True)
    value: float | None = None


class Defect(Row, table=True):
    """Something wrong with the data of one meter, or of all meters of a site.

    It comes once *at* an instant, or at a *rate* a year, or as often as its kind does;
    *settings* is the JSON of what else its kind has.
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
    """A published score; *updated_at_ns* counts nanoseconds since 1970."""

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
    """A customer's request that a site be scored; *number* is its id in edition 2023-java.

    It is configured, or rejected, from an instant on, which may lie ahead. Until then it is
    pending and tells its *detail*, and from then on its *verdict_detail*.
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
    """What a customer agreed to: for a client, or for the holder of one personal token."""

    id: str = Field(primary_key=True)
    position: int = Field(unique=True)
    customer_id: str = Field(foreign_key="customer.id", index=True)
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
    sandbox: bool = False
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class ConsentEvent(Row, table=True):
    """One line of a consent's history."""

    __tablename__ = "consent_event"
    number: int | None = Field(default=None, primary_key=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    at: datetime = Field(sa_type=InstantColumn)
    granted: bool


class AuthorizationCode(Row, table=True):
    """A code on its way from the redirect to the token endpoint; only its hash is kept."""

    __tablename__ = "authorization_code"
    code_hash: str = Field(primary_key=True)
    consent_id: str = Field(foreign_key="consent.id")
    client_id: str = Field(foreign_key="client.client_id")
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
    code_challenge: str | None = None
    sandbox: bool = False
    expires_at: datetime = Field(sa_type=InstantColumn)
    used_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class Token(Row, table=True):
    """An access, refresh or personal access token; only its hash is kept.

    Tokens of one *family* came from the same code and fall together when it is replayed.
    """

    token_hash: str = Field(primary_key=True)
    kind: TokenKind
    family: str = Field(index=True)
    consent_id: str = Field(foreign_key="consent.id", index=True)
    customer_id: str = Field(foreign_key="customer.id")
    client_id: str | None = Field(default=None, foreign_key="client.client_id")
    name: str | None = None
    scopes: tuple[str, ...] = Field(sa_type=WordsColumn)
    sandbox: bool = False
    issued_at: datetime = Field(sa_type=InstantColumn)
    expires_at: datetime = Field(sa_type=InstantColumn)
    revoked_at: datetime | None = Field(default=None, sa_type=InstantColumn)


class BrowserSession(Row, table=True):
    """A browser on our pages: who signed in, and the secret its forms must return."""

    __tablename__ = "browser_session"
    session_hash: str = Field(primary_key=True)
    csrf_token: str
    customer_id: str | None = Field(default=None, foreign_key="customer.id")
    expires_at: datetime = Field(sa_type=InstantColumn)
