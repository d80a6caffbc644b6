"""Rows that are added to a running world, changed and removed."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, delete, or_, select, update

from mockapi.store.database_access import EQUIPMENT, Repository
from mockapi.store.row_writer import Rows, write_rows
from mockapi.store.rows import Row
from mockapi.store.tables import (
    AuthorizationCode,
    BrowserSession,
    Client,
    Consent,
    ConsentEvent,
    Customer,
    Defect,
    HiddenSite,
    Measurement,
    Meter,
    PerformanceScore,
    Project,
    PushedReading,
    Reading,
    ScoringRequest,
    SharedSite,
    Site,
    Token,
    WorldMetadata,
)

Placed = type[Customer] | type[Client] | type[Site] | type[Consent]
"""Tables whose rows have positions."""


class _Unique(NamedTuple):
    """A column whose values must differ, and the query for a value, but not in the row of an id."""

    kind: type[Row]
    column: str
    query: str


# Plain SQL, here and below: with SQLAlchemy, adding a site took three times as long.
_UNIQUE = (
    _Unique(Customer, "id", "SELECT 1 FROM customer WHERE id = ? AND id <> ?"),
    _Unique(Customer, "email", "SELECT 1 FROM customer WHERE lower(email) = ? AND id <> ?"),
    _Unique(Client, "client_id", "SELECT 1 FROM client WHERE client_id = ? AND client_id <> ?"),
    _Unique(Site, "id", "SELECT 1 FROM site WHERE id = ? AND id <> ?"),
    _Unique(Meter, "id", "SELECT 1 FROM meter WHERE id = ? AND id <> ?"),
    _Unique(Measurement, "id", "SELECT 1 FROM measurement WHERE id = ? AND id <> ?"),
    _Unique(Measurement, "key", "SELECT 1 FROM measurement WHERE key = ? AND id <> ?"),
    _Unique(ScoringRequest, "id", "SELECT 1 FROM scoring_request WHERE id = ? AND id <> ?"),
    _Unique(Token, "token_hash", "SELECT 1 FROM token WHERE token_hash = ? AND token_hash <> ?"),
)
_PLACED: tuple[Placed, ...] = (Customer, Client, Site, Consent)
_NUMBERED = (Project, PerformanceScore, ScoringRequest)
_HIGHEST = """
    SELECT (SELECT max(position) FROM customer), (SELECT max(position) FROM client),
    (SELECT max(position) FROM site), (SELECT max(position) FROM consent),
    (SELECT max(number) FROM project), (SELECT max(number) FROM performance_score),
    (SELECT max(number) FROM scoring_request)
"""
_FREED = "SELECT value FROM world_fact WHERE name = ?"
_FREED_POSITIONS = "freed_positions"
"""Name of the metadata with the first free position by table, after removals, as JSON.

Ids are drawn by position, so the position of a removed row is not used again.
"""
_CHANGED = (EQUIPMENT, "fact", "people", "push", "score", "scoring_request", "site", "token")
"""Topics of cached results that may change."""
_OF_SITE = (Defect, Project, PerformanceScore, ScoringRequest, SharedSite, HiddenSite)
_OF_CONSENT = (Token, AuthorizationCode, ConsentEvent)
_OF_CUSTOMER = (SharedSite, ScoringRequest, BrowserSession)


class DuplicateRowError(ValueError):
    """A *value* of a *column* that must be unique, which another row of the world has."""

    def __init__(self, kind: type[Row], column: str, value: str) -> None:
        super().__init__(f"Another {kind.__name__} has the {column} {value!r}.")
        self.kind = kind
        self.column = column
        self.value = value


class StateRepository(Repository):
    """Additions, changes and removals of the rows that a scenario describes."""

    def row_counts(self) -> Mapping[type[Row], int]:
        """Return the next position, or the highest number, by table."""
        with self._read_cursor() as cursor:
            values = cursor.execute(_HIGHEST).fetchone()
            stored = cursor.execute(_FREED, (_FREED_POSITIONS,)).fetchone()
        freed = {} if stored is None else json.loads(stored[0])
        found = dict(zip((*_PLACED, *_NUMBERED), values, strict=True))
        counts: dict[type[Row], int] = {each: found[each] or 0 for each in _NUMBERED}
        for kind in _PLACED:
            last = found[kind]
            following = 0 if last is None else last + 1
            counts[kind] = max(following, freed.get(kind.__name__, 0))
        return counts

    def has_source_system(self, value: str) -> bool:
        """Return True if a site has that source system id."""
        return self._finds("SELECT 1 FROM site WHERE source_system_id = ?", int(value))

    def has_leed_id(self, value: str) -> bool:
        """Return True if a project has that LEED id."""
        return self._finds("SELECT 1 FROM project WHERE leed_id = ?", int(value))

    def has_measurement(self, value: str) -> bool:
        """Return True if a stored measurement has that id."""
        return self._finds("SELECT 1 FROM measurement WHERE id = ?", value)

    def has_site(self, site_id: str) -> bool:
        """Return True if a site has that id, also if it is hidden."""
        return self._finds("SELECT 1 FROM site WHERE id = ?", site_id)

    def _finds(self, query: str, value: str | int) -> bool:
        with self._read_cursor() as cursor:
            return cursor.execute(query, (value,)).fetchone() is not None

    def meter(self, meter_id: str) -> Meter:
        """Return the stored meter with that id. Raise `LookupError` if there is none.

        The meters of portfolios are not stored.
        """
        with self._read_session() as session:
            found = session.get(Meter, meter_id)
        if found is None:
            raise LookupError(f"Meter {meter_id!r} does not exist.")
        return found

    def portfolio_sites(self) -> Sequence[Site]:
        """Return the sites of portfolios, whose equipment is not stored."""
        with self._read_session() as session:
            return session.exec(select(Site).where(col(Site.portfolio).is_not(None))).all()

    def site_ids_of(self, customer_id: str) -> Sequence[str]:
        """Return the ids of the sites that a customer owns, including hidden ones."""
        with self._read_session() as session:
            return session.exec(select(Site.id).where(Site.customer_id == customer_id)).all()

    def add_rows(self, rows: Rows, reserved: Collection[str] = ()) -> None:
        """Add *rows*, all or none. *reserved* are ids of equipment that is not stored.

        Raise `DuplicateRowError` if a value that must be unique is in use.
        """
        with self._write_session() as session:
            for unique in _UNIQUE:
                values = [_value(each, unique.column) for each in rows.get(unique.kind, ())]
                _check_unique(session, unique, values, reserved)
            write_rows(session.connection(), rows)
        self._cache.forget(*_CHANGED)

    def change_row(
        self, kind: type[Row], row: tuple[str, str], columns: Mapping[str, Any], rows: Rows
    ) -> None:
        """Set *columns* of the *row* of *kind*, given by a column and its value, and add *rows*.

        All or nothing. Raise `DuplicateRowError` as `add_rows` does.
        """
        name, value = row
        with self._write_session() as session:
            for unique in _UNIQUE:
                if unique.kind is kind and unique.column in columns:
                    _check_unique(session, unique, [columns[unique.column]], but=value)
            write_rows(session.connection(), rows)
            if columns:
                session.exec(update(kind).where(getattr(kind, name) == value).values(**columns))
        self._cache.forget(*_CHANGED)

    def set_shared_sites(self, customer_id: str, site_ids: Sequence[str]) -> None:
        """Let a customer see *site_ids* in addition to own sites, and no other ones."""
        with self._write_session() as session:
            session.exec(delete(SharedSite).where(col(SharedSite.customer_id) == customer_id))
            for each in site_ids:
                session.add(SharedSite(customer_id=customer_id, site_id=each))
        self._cache.forget(*_CHANGED)

    def remove_site(self, site_id: str, keys: Collection[str]) -> None:
        """Remove a site with all that belongs to it. *keys* are those of its readings."""
        with self._write_session() as session:
            _remove_pushes(session, keys)
            _remove_sites(session, col(Site.id) == site_id)
        self._cache.forget(*_CHANGED)

    def remove_meter(self, meter_id: str, keys: Collection[str]) -> None:
        """Remove a meter with its submeters, measurements, readings and defects."""
        with self._write_session() as session:
            _remove_pushes(session, keys)
            _remove_meters(
                session, or_(col(Meter.id) == meter_id, col(Meter.parent_id) == meter_id)
            )
        self._cache.forget(*_CHANGED)

    def remove_customer(self, customer_id: str, keys: Collection[str]) -> None:
        """Remove a customer with all sites, consents, tokens and requests.

        *keys* are those of the readings of the sites.
        """
        with self._write_session() as session:
            _remove_pushes(session, keys)
            _remove_sites(session, col(Site.customer_id) == customer_id)
            _remove_consents(session, col(Consent.customer_id) == customer_id)
            for kind in _OF_CUSTOMER:
                session.exec(delete(kind).where(col(kind.customer_id) == customer_id))
            _remove_placed(session, Customer, col(Customer.id) == customer_id)
        self._cache.forget(*_CHANGED)

    def remove_client(self, client_id: str) -> None:
        """Remove a client with its consents and tokens."""
        with self._write_session() as session:
            _remove_consents(session, col(Consent.client_id) == client_id)
            _remove_placed(session, Client, col(Client.client_id) == client_id)
        self._cache.forget(*_CHANGED)


def _remove_pushes(session: Session, keys: Collection[str]) -> None:
    for key in keys:
        session.exec(delete(PushedReading).where(col(PushedReading.key) == key))


def _remove_meters(session: Session, which: ColumnElement[bool]) -> None:
    meters = select(Meter.id).where(which)
    keys = select(Measurement.key).where(col(Measurement.meter_id).in_(meters))
    session.exec(delete(Reading).where(col(Reading.key).in_(keys)))
    session.exec(delete(Measurement).where(col(Measurement.meter_id).in_(meters)))
    session.exec(delete(Defect).where(col(Defect.meter_id).in_(meters)))
    session.exec(delete(Meter).where(which))


def _remove_sites(session: Session, which: ColumnElement[bool]) -> None:
    sites = select(Site.id).where(which)
    _remove_meters(session, col(Meter.site_id).in_(sites))
    for kind in _OF_SITE:
        session.exec(delete(kind).where(col(kind.site_id).in_(sites)))
    _remove_placed(session, Site, which)


def _remove_consents(session: Session, which: ColumnElement[bool]) -> None:
    consents = select(Consent.id).where(which)
    for kind in _OF_CONSENT:
        session.exec(delete(kind).where(col(kind.consent_id).in_(consents)))
    _remove_placed(session, Consent, which)


def _remove_placed(session: Session, kind: Placed, which: ColumnElement[bool]) -> None:
    """Remove rows of *kind*, whose positions later rows do not get."""
    last = session.exec(select(func.max(kind.position)).where(which)).one()
    if last is None:
        return
    freed = dict(_freed_positions(session))
    freed[kind.__name__] = max(last + 1, freed.get(kind.__name__, 0))
    session.merge(WorldMetadata(name=_FREED_POSITIONS, value=json.dumps(freed)))
    session.exec(delete(kind).where(which))


def _freed_positions(session: Session) -> Mapping[str, int]:
    stored = session.get(WorldMetadata, _FREED_POSITIONS)
    found: Mapping[str, int] = {} if stored is None else json.loads(stored.value)
    return found


def _value(row: Row | Mapping[str, Any], column: str) -> str:
    value: str = row[column] if isinstance(row, Mapping) else getattr(row, column)
    return value


def _check_unique(
    session: Session,
    unique: _Unique,
    values: Sequence[str],
    reserved: Collection[str] = (),
    but: str = "",
) -> None:
    """Raise `DuplicateRowError` if one of *values* is used twice, reserved, or in use.

    The row whose id is *but* is ignored.
    """
    seen: set[str] = set()
    cursor = session.connection().connection.cursor()
    for value in values:
        # E-mail addresses are compared without regard to case.
        plain = value.lower() if unique.column == "email" else value
        cursor.execute(unique.query, (plain, but))
        if plain in seen or value in reserved or cursor.fetchone() is not None:
            raise DuplicateRowError(unique.kind, unique.column, value)
        seen.add(plain)
