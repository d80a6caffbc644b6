"""Reader of recordings: HAR, Postman collections, and plain JSON responses.

Plain JSON is one exchange, `{"request": {"method", "path"}, "response": {"status", "body"}}`, a
list of them, or responses by operation: `{"listSites": [...], "listMeters": {"SITE ID": [...]}}`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mockapi.domain.input_text import MOST_DEPTH
from mockapi.domain.text_matching import nearest, suggestion
from mockapi.domain.validation import quoted
from mockapi.replay.recorded_request import InvalidHarError, RecordedRequest
from mockapi.replay.recording import json_of, session_of

_REMEDY = "Use a HAR file, a Postman collection, or JSON responses by operation."
_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_PATH_VARIABLE = re.compile(r"(?<=/):([^/?]+)")
_BASE = "/ecostruxure/scoring/v1"
_USER_BASE = "/ecostruxure/user/scoring/v1"
_TARGETS = {
    "listMeters": f"{_BASE}/sites/%s/meters",
    "listMetrics": f"{_BASE}/sites/%s/timeseries",
    "listProjects": f"{_BASE}/sites/%s/projects",
    "listPerformanceScores": f"{_BASE}/sites/%s/performance-scores",
    "getScoringRequestStatus": f"{_USER_BASE}/sites/%s/scoring-requests",
}
"""Targets of the operations that plain JSON can have, by site."""

_LIST_SITES = "listSites"
_OPERATIONS = (_LIST_SITES, *_TARGETS)


def read_recording(path: Path) -> Sequence[RecordedRequest]:
    """Return the requests in the recording *path*, of any format, in their order.

    Raise `InvalidHarError` if the file is not a recording.
    """
    tree = json_of(path, _REMEDY)
    if isinstance(tree, dict) and "log" in tree:
        return session_of(tree, path)
    if isinstance(tree, dict) and isinstance(tree.get("item"), list):
        return list(_postman(tree))
    exchanges = tree if isinstance(tree, list) else [tree]
    if exchanges and all(isinstance(each, dict) and "response" in each for each in exchanges):
        return [_exchange(each, place) for place, each in enumerate(exchanges, 1)]
    if isinstance(tree, dict) and any(nearest(each, _OPERATIONS) for each in tree):
        return list(_by_operation(tree, path))
    raise InvalidHarError(f"{path}: is not a recording. {_REMEDY}")


def _recorded(
    place: int,
    method: object,
    target: str,
    status: object,
    body: str | None,
    *,
    request_body: bytes | None = None,
    headers: Sequence[tuple[str, str]] = (),
    customer: str | None = None,
    authorization: str | None = None,
) -> RecordedRequest:
    known = status if isinstance(status, int) and not isinstance(status, bool) else 0
    return RecordedRequest(
        place=place,
        method=method if isinstance(method, str) else "GET",
        target=target,
        headers=headers,
        body=request_body,
        status=known,
        response_body=body,
        credential=None,
        unsendable=None if known else "has no response to compare with",
        customer=customer,
        authorization=authorization,
    )


def _exchange(tree: Mapping[str, Any], place: int) -> RecordedRequest:
    request, response = _object(tree.get("request")), _object(tree.get("response"))
    sent, customer = request.get("body"), tree.get("customer")
    query = f"?{request['query']}" if isinstance(request.get("query"), str) else ""
    headers = [("Content-Type", "application/json")] if sent is not None else []
    return _recorded(
        place,
        request.get("method"),
        f"{request.get('path') or ''}{query}",
        response.get("status"),
        json.dumps(response["body"], ensure_ascii=False) if "body" in response else None,
        request_body=None if sent is None else json.dumps(sent).encode(),
        headers=headers,
        customer=customer if isinstance(customer, str) else None,
    )


def _by_operation(tree: Mapping[str, Any], path: Path) -> Iterator[RecordedRequest]:
    place = 0
    for operation, given in tree.items():
        if operation not in _OPERATIONS:
            advice = suggestion(operation, _OPERATIONS)
            raise InvalidHarError(f"{path}: {quoted(operation)} is not an operation. {advice}")
        bodies = [(f"{_BASE}/sites", given)]
        if operation != _LIST_SITES:
            if not isinstance(given, dict):
                raise InvalidHarError(
                    f"{path}: {operation}: is not an object. Use the ids of sites as keys."
                )
            bodies = [
                (_TARGETS[operation] % quote(site, safe="", errors="replace"), body)
                for site, body in given.items()
            ]
        for target, body in bodies:
            place += 1
            yield _recorded(place, "GET", target, HTTPStatus.OK, json.dumps(body))


def _postman(tree: Mapping[str, Any]) -> Iterator[RecordedRequest]:
    """Yield the saved responses of a collection, of format 2.0 or 2.1, with its variables."""
    variables = _values(tree.get("variable"))
    place = 0
    for item in _items(tree["item"], 0):
        listed = item.get("response")
        for saved in map(_object, listed if isinstance(listed, list) else ()):
            place += 1
            given = saved.get("originalRequest") or item.get("request")
            request = {"url": given} if isinstance(given, str) else _object(given)
            body = _object(request.get("body")).get("raw")
            text = saved.get("body")
            yield _recorded(
                place,
                request.get("method") or "GET",
                _postman_target(request.get("url"), variables),
                saved.get("code"),
                text if isinstance(text, str) else None,
                request_body=body.encode("utf-8", "replace") if isinstance(body, str) else None,
                headers=_postman_headers(request.get("header"), variables),
                authorization=_postman_credential(request, variables),
            )


def _items(listed: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    for item in listed if isinstance(listed, list) and depth < MOST_DEPTH else ():
        if isinstance(item, dict):
            yield item
            yield from _items(item.get("item"), depth + 1)


def _values(listed: Any) -> Mapping[str, str]:
    return {
        str(each.get("key") or each.get("id")): str(each.get("value") or "")
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict)
    }


def _filled(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: variables.get(found[1].strip()) or found[0], text)


def _postman_target(url: Any, variables: Mapping[str, str]) -> str:
    raw = url if isinstance(url, str) else _object(url).get("raw")
    if not isinstance(raw, str):
        segments = _object(url).get("path")
        raw = "/" + "/".join(map(str, segments if isinstance(segments, list) else ()))
    text = _filled(raw, variables)
    if not text.startswith("{{"):
        text = re.sub(r"^(?:[a-z]+://)?[^/]*", "", text)
    own = {} if isinstance(url, str) else _values(_object(url).get("variable"))
    return _PATH_VARIABLE.sub(lambda found: _filled(own.get(found[1]) or found[0], variables), text)


def _postman_headers(listed: Any, variables: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return [
        (str(each["key"]), _filled(str(each.get("value") or ""), variables))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and each.get("key") and not each.get("disabled")
    ]


def _postman_credential(request: Mapping[str, Any], variables: Mapping[str, str]) -> str | None:
    """Return the credential of a request; None if it is that of the collection, or a variable."""
    headers = _postman_headers(request.get("header"), variables)
    found = next((value for name, value in headers if name.lower() == "authorization"), None)
    return found if found and "{{" not in found else None


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
