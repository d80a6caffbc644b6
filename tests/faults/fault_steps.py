"""Requests by different HTTP clients, and what they return or raise."""

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

import httpx2
import requests

ADA = "mockAccessToken000000000Ada1"
BEARER = {"Authorization": f"Bearer {ADA}"}
CLIENT = ("mockScoringPartnerClient00000001", "mockSecret000001")
SITES = "/ecostruxure/scoring/v1/sites"
USER_SITES = "/ecostruxure/user/scoring/v1/sites"
TOKEN = "/ecostruxure/v1/oauth/token"


@dataclass
class Came:
    """The result of a request: a response, or the name of the client's exception."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    raised: str | None = None


def ask_by_hand(url: str, method: str = "GET", *, headers: Any = None, data: Any = None) -> Came:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    try:
        connection.request(method, target, data, headers or BEARER)
        response = connection.getresponse()
        text = response.read().decode()
    except (OSError, HTTPException) as error:
        return Came(raised=type(error).__name__)
    finally:
        connection.close()
    lines = {name.lower(): value for name, value in response.getheaders()}
    return Came(response.status, lines, text)


def ask_with_requests(
    url: str, method: str = "GET", *, headers: Any = None, data: Any = None
) -> Came:
    try:
        with requests.request(
            method, url, headers=headers or BEARER, data=data, timeout=10
        ) as response:
            lines = {name.lower(): value for name, value in response.headers.items()}
            return Came(response.status_code, lines, response.content.decode())
    except requests.RequestException as error:
        return Came(raised=type(error).__name__)


def ask_with_httpx(url: str, method: str = "GET", *, headers: Any = None, data: Any = None) -> Came:
    try:
        response = httpx2.request(method, url, headers=headers or BEARER, content=data, timeout=10)
    except httpx2.HTTPError as error:
        return Came(raised=type(error).__name__)
    return Came(response.status_code, dict(response.headers), response.text)


CLIENTS = {"http.client": ask_by_hand, "requests": ask_with_requests, "httpx2": ask_with_httpx}
