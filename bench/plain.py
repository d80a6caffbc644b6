"""Serves readings in the plain ways, to compare with: bytes from memory, rows through SQLModel."""

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
    """One reading, as a service that keeps its readings would keep it."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    date: datetime
    updated_at: datetime
    value: float


class Value(BaseModel):
    """One reading as published."""

    date: datetime
    updatedAt: datetime  # noqa: N815 - as on the wire
    value: float


class Series(BaseModel):
    """The readings under one key as published."""

    key: str
    values: list[Value]


def plain_app(answer: Path, sample: Path, database: Path) -> FastAPI:
    """Return an app that serves the bytes of *answer* and, from a table, the rows of *sample*."""
    engine = create_engine(f"sqlite:///{database}")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        # At once: each row by itself would take as long again as the rest of the benchmark.
        rows = list(_rows(json.loads(sample.read_bytes())))
        for first in range(0, len(rows), BATCH):
            session.execute(insert(Row), rows[first : first + BATCH])
        session.commit()
    body = answer.read_bytes()
    app = FastAPI(openapi_url=None)

    @app.get("/bytes")
    async def stored() -> Response:
        return Response(body, media_type="application/json")

    @app.get("/rows")
    def kept() -> list[Series]:
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
    answer, sample = Path(sys.argv[2]), Path(sys.argv[3])
    with TemporaryDirectory() as folder:
        app = plain_app(answer, sample, Path(folder) / "rows.sqlite")
        serve(app, bind("127.0.0.1", int(sys.argv[1])), Shutdown())
