"""Serves readings as bytes from memory and as rows through SQLModel, as references."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI, Response
from pydantic import BaseModel
from sqlmodel import Field, Session, SQLModel, create_engine, insert, select

from mockapi.http.shutdown import Shutdown
from mockapi.server import bind, serve

BATCH = 10_000


class Row(SQLModel, table=True):
    """A reading in a table."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    date: datetime
    updated_at: datetime
    value: float


class Value(BaseModel):
    """A reading in a response."""

    date: datetime
    updatedAt: datetime  # noqa: N815 - the name in the response
    value: float


class Series(BaseModel):
    """The readings of one key in a response."""

    key: str
    values: list[Value]


def reference_app(response: Path, sample: Path, database: Path) -> FastAPI:
    """Return an app that serves the bytes of *response* and, from a table, the rows of *sample*."""
    engine = create_engine(f"sqlite:///{database}")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        # In batches, because single rows would double the time of the benchmark.
        rows = list(_rows(json.loads(sample.read_bytes())))
        for first in range(0, len(rows), BATCH):
            session.execute(insert(Row), rows[first : first + BATCH])
        session.commit()
    body = response.read_bytes()
    app = FastAPI(openapi_url=None)

    @app.get("/bytes")
    async def from_memory() -> Response:
        return Response(body, media_type="application/json")

    @app.get("/rows")
    def from_table() -> list[Series]:
        with Session(engine) as session:
            found = session.exec(select(Row).order_by(Row.id)).all()  # type: ignore[arg-type]
        return [
            Series(
                key=key,
                values=[
                    Value(date=each.date, updatedAt=each.updated_at, value=each.value)
                    for each in group
                ],
            )
            for key, group in groupby(found, key=lambda row: row.key)
        ]

    return app


def _rows(series: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for each in series:
        for value in each["values"]:  # type: ignore[attr-defined]
            yield {
                "key": each["key"],
                "date": datetime.fromisoformat(value["date"]),
                "updated_at": datetime.fromisoformat(value["updatedAt"]),
                "value": value["value"],
            }


if __name__ == "__main__":
    response, sample = Path(sys.argv[2]), Path(sys.argv[3])
    with TemporaryDirectory() as folder:
        app = reference_app(response, sample, Path(folder) / "rows.sqlite")
        serve(app, bind("127.0.0.1", int(sys.argv[1])), Shutdown())
