"""Serves one FastAPI endpoint with the server settings of `mockapi serve`, as a reference."""

import sys

from fastapi import FastAPI
from pydantic import BaseModel

from mockapi.http.shutdown import Shutdown
from mockapi.server import bind, serve


class Item(BaseModel):
    """A small body."""

    id: int
    name: str


def bare_app() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/item")
    async def item() -> Item:
        return {"id": 1, "name": "bare"}  # type: ignore[return-value]

    return app


if __name__ == "__main__":
    serve(bare_app(), bind("127.0.0.1", int(sys.argv[1])), Shutdown(lambda: None))
