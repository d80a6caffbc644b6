"""Tables of meters, measurements, readings and defects."""

from datetime import datetime

from sqlmodel import Field

from mockapi.store.tables.base import InstantColumn, Row


class Meter(Row, table=True):
    """A device at a site, for one commodity and usage.

    A submeter has a *parent* and measures a *share* of it.
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
