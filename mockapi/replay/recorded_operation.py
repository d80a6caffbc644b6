"""Operations and sites of recorded requests."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from mockapi.api.operations import match_operation
from mockapi.api.products import PARTNER, USER
from mockapi.domain.operations import OperationMatch
from mockapi.replay.recorded_request import RecordedRequest


def operation_of(method: str, target: str) -> OperationMatch | None:
    """Return the operation of a request below any base path; None if there is none.

    A path without a known base, such as `{{baseUrl}}/sites`, is looked up in both APIs.
    """
    path = target.partition("?")[0].rstrip("/")
    start = 0
    while (start := path.find("/", start)) >= 0:
        found = match_operation(method, path[start:])
        if found is not None:
            return found
        start += 1
    _, sites, rest = path.rpartition("/sites")
    for product in (PARTNER, USER) if sites else ():
        found = match_operation(method, product.bases[0] + sites + rest)
        if found is not None:
            return found
    return None


class SiteIds:
    """The ids of a server's sites in place of the recorded ones, by their places in the list."""

    def __init__(self) -> None:
        self._current: dict[str, str] = {}

    def replace(self, target: str) -> str:
        """Return *target* with the site id of the server, if its site is in a list so far."""
        path, mark, query = target.partition("?")
        segments = path.split("/")
        for place, segment in enumerate(segments):
            if place and segments[place - 1] == "sites" and unquote(segment) in self._current:
                segments[place] = quote(self._current[unquote(segment)], safe="", errors="replace")
        return "/".join(segments) + mark + query

    def learn(self, recorded: RecordedRequest, body: bytes) -> None:
        """Add the sites of *recorded*, if it lists some, and of *body*, the server's response.

        An id that only the recording has is replaced by one of the server: the first by that of
        the server's first site, the second by that of its second, and so on.
        """
        operation = operation_of(recorded.method, recorded.target)
        if operation is None or operation.operation != "listSites":
            return
        before, now = _ids(recorded.response_body or ""), _ids(body.decode("utf-8", "replace"))
        for place, each in enumerate(before if now else ()):
            self._current[each] = each if each in now else now[place % len(now)]


def _ids(text: str) -> Sequence[str]:
    try:
        tree: Any = json.loads(text)
    except (ValueError, RecursionError):
        return []
    sites = tree if isinstance(tree, list) else ()
    return [
        each["id"] for each in sites if isinstance(each, dict) and isinstance(each.get("id"), str)
    ]
