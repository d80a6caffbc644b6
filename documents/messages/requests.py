"""In-process requests to the demo."""

import asyncio
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI

from mockapi.app import create_app
from mockapi.client.asgi_client import fetch
from mockapi.settings import Settings

Messages = list[tuple[str, str]]
"""Causes with their messages."""


@cache
def _app() -> FastAPI:
    return create_app(Settings.model_construct())


def site() -> str:
    """Return the id of the first site of the demo."""
    store = _app().state.world.store
    return str(store.sites(store.customers()[0].id)[0].id)


def error_message(
    method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Send a request and return its description with the status and message of the response.

    *body* is sent as JSON, or unchanged if it is a `bytes` object.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    if body is None:
        content = b""
    typed = {} if body is None else {"content-type": "application/json"}
    sent = {**typed, **(headers or {})}
    response = asyncio.run(fetch(_app(), path, sent, method=method, body=content))
    shown = content.decode(errors="replace") if content else ""
    extra = [
        f"{name}: {value}"
        for name, value in (headers or {}).items()
        if name not in ("authorization", "content-type")
    ]
    cause = " ".join([method, path.replace(site(), "SITE"), *extra, shown]).rstrip()
    return cause, f"{response.status} {_text(response.body)}"


def _text(body: bytes) -> str:
    parsed: Any = json.loads(body) if body[:1] == b"{" else {}
    for member in ("detail", "error_description"):
        if member in parsed:
            invalid = parsed.get("invalid-params", ())
            reasons = [f"{each['path']}: {each['reason']}" for each in invalid if "path" in each]
            return "\n".join([str(parsed[member]), *reasons])
    return ""
