"""Arrow tables and Parquet files of readings, without a Python object per reading."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mockapi.domain.catalog import catalog
from mockapi.environment import MissingPackageError
from mockapi.export.writers import COLUMNS, CONSTANT
from mockapi.store.tables import Site
from mockapi.timeseries.models.noise import Floats, Steps
from mockapi.timeseries.readings import Readings

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise MissingPackageError("Parquet", "pyarrow", "parquet") from error

PREFIX = "mockapi."
"""Prefix of the metadata of mockapi in the schema of a table."""
_MILLISECONDS = 1_000
_INSTANT = pa.timestamp("ms", "UTC")
_LABEL = pa.dictionary(pa.int32(), pa.string())
_TYPES = {"date": _INSTANT, "value": pa.float64(), "updatedAt": _INSTANT}
_DESCRIPTIONS = {
    "date": "beginning of the interval",
    "value": "value in the unit of the column `unit`",
    "updatedAt": "time at which the value became visible in the API",
}
_ROW_GROUP = 1 << 20
"""Readings from which a row group is written. It contains complete blocks."""
_INSTANTS = ("date", "updatedAt")
_NO_SECONDS: Steps = np.empty(0, np.int64)
_NO_VALUES: Floats = np.empty(0, np.float64)


def schema_of(provenance: Mapping[str, str], *, without: str | None = None) -> pa.Schema:
    """Return the schema of readings with *provenance* as metadata, without one column if given."""
    fields = [
        pa.field(
            name,
            _TYPES.get(name, _LABEL),
            metadata={"description": _DESCRIPTIONS[name], **_units_of(name)}
            if name in _DESCRIPTIONS
            else None,
        )
        for name in COLUMNS
        if name != without
    ]
    return pa.schema(fields, _metadata(provenance))


def _metadata(provenance: Mapping[str, str]) -> Mapping[str, str]:
    return {f"{PREFIX}{name}": each for name, each in provenance.items()}


def _units_of(column: str) -> Mapping[str, str]:
    if column != "value":
        return {"unit": "ms since 1970-01-01T00:00:00Z"}
    units: dict[str, dict[str, str]] = {}
    for commodity in catalog().commodity:
        for each in (commodity, *commodity.secondary):
            units.setdefault(commodity.name, {})[each.measurement] = each.published_unit
    return {"units": json.dumps(units, ensure_ascii=False)}


@dataclass(frozen=True, eq=False)
class SeriesPart:
    """Readings of one series, given by the columns `CONSTANT`."""

    series: Mapping[str, str | None]
    readings: Readings


def table_of(parts: Sequence[SeriesPart], schema: pa.Schema) -> pa.Table:
    """Return the readings of *parts*, in their order, as one chunk per column."""
    readings = [each.readings for each in parts]
    lengths = [len(each) for each in readings]
    columns = {
        "date": _instants(each.dates for each in readings),
        "value": pa.array(np.concatenate([_NO_VALUES, *(each.values for each in readings)])),
        "updatedAt": _instants(each.arrivals for each in readings),
    }
    for name in CONSTANT:
        if name in schema.names:
            columns[name] = _labels([each.series[name] for each in parts], lengths)
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _instants(parts: Iterable[Steps]) -> pa.Array:
    seconds = np.concatenate([_NO_SECONDS, *parts])
    return pa.array(seconds * _MILLISECONDS).view(_INSTANT)


def _labels(texts: Sequence[str | None], lengths: Sequence[int]) -> pa.DictionaryArray:
    """Return each of *texts* repeated, with a dictionary in the order of first use."""
    words = list(dict.fromkeys(each for each in texts if each is not None))
    code_of = {word: code for code, word in enumerate(words)}
    codes = np.array([-1 if each is None else code_of[each] for each in texts], np.int32)
    repeated = np.repeat(codes, lengths)
    missing = repeated < 0
    indices = pa.array(repeated, mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


_SITE_COLUMNS = {
    "site": ("id", pa.string()),
    "siteName": ("name", pa.string()),
    "building": ("building", pa.string()),
    "area": ("gross_area", pa.int64()),
    "latitude": ("latitude", pa.float64()),
    "longitude": ("longitude", pa.float64()),
    "timezone": ("timezone", pa.string()),
    "city": ("city", pa.string()),
    "country": ("country_iso_code", pa.string()),
    "registeredAt": ("registered_at", pa.timestamp("us", "UTC")),
}
"""Attribute and type of each column."""
_SITE_UNITS = {"area": "m2", "latitude": "degrees", "longitude": "degrees"}


def site_table(sites: Sequence[Site], provenance: Mapping[str, str]) -> pa.Table:
    """Return *sites* with the names of columns of `index.csv`, and *provenance* as metadata."""
    fields = [
        pa.field(name, kind, metadata={"unit": _SITE_UNITS[name]} if name in _SITE_UNITS else None)
        for name, (_, kind) in _SITE_COLUMNS.items()
    ]
    return pa.table(
        [
            pa.array([getattr(each, attribute) for each in sites], kind)
            for attribute, kind in _SITE_COLUMNS.values()
        ],
        schema=pa.schema(fields, _metadata(provenance)),
    )


class ParquetWriter:
    """A Parquet file of readings, with *provenance* in its metadata.

    Equal readings give equal bytes with the same version of pyarrow. *without* is the column that
    the name of a partition's folder contains.
    """

    def __init__(
        self, path: Path, provenance: Mapping[str, str], *, without: str | None = None
    ) -> None:
        self._schema = schema_of(provenance, without=without)
        self._file = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=3,
            # Values are multiples of the resolution of a meter, so that they repeat.
            use_dictionary=[name for name in (*CONSTANT, "value") if name != without],
            # Measured: a sixth of the size, and faster to write than the plain encoding.
            column_encoding=dict.fromkeys(_INSTANTS, "DELTA_BINARY_PACKED"),
        )
        self._parts: list[SeriesPart] = []
        self._series: Mapping[str, str | None] = {}
        self.buffered = 0
        """Number of readings that are not written yet."""

    def begin(self, series: Mapping[str, str | None]) -> None:
        self._series = series

    def write(self, readings: Readings, timezone: str | None) -> None:
        self._parts.append(SeriesPart(self._series, readings))
        self.buffered += len(readings)
        if self.buffered >= _ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write the buffered readings as a row group."""
        if self._parts:
            self._file.write_table(table_of(self._parts, self._schema), self.buffered)
        self._parts, self.buffered = [], 0

    def close(self, *, complete: bool) -> None:
        try:
            if complete:
                self.flush()
        finally:
            self._file.close()
