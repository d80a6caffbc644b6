"""Client of the control API that the tools use."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from mcp.server.mcpserver.exceptions import ToolError

from mockapi.client import MockApi, MockApiError

DEFAULT_WORLD = "default"
_MOST_OF_URL = 8_000


class ToolClient(MockApi):
    """A client with the calls of tools that `MockApi` does not have."""

    def remove_fault(self, fault_id: str) -> None:
        """Remove the fault with that id. Raise `MockApiError` if it is unknown."""
        self._call("DELETE", f"faults/{quote(fault_id, safe='')}")

    def openapi(self, name: str) -> dict[str, Any]:
        """Return the OpenAPI document *name* of the server: `partner`, `user` or `control`."""
        _, text = self._send("GET", f"{self.url}/openapi/{name}.json", self._headers(None), None)
        document: dict[str, Any] = json.loads(text)
        return document

    def world_named(self, name: str | None) -> "ToolClient":
        """Return a client of a world of this server; None is the default world."""
        if name in (None, DEFAULT_WORLD):
            return self
        return self._at(f"{self.url}/w/{quote(str(name), safe='')}")

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], data: bytes | None
    ) -> tuple[int, bytes]:
        if len(url) > _MOST_OF_URL:
            raise MockApiError("An argument is too long for the URL of a request. Shorten it.")
        return super()._send(method, url, headers, data)

    def _at(self, url: str) -> "ToolClient":
        return ToolClient(url, admin_token=self._admin_token, ca_file=self.ca_file)


def with_more(
    arguments: Mapping[str, Any], name: str, more: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the given ones of a tool's *arguments*, and the keys of its argument *name*.

    Raise `ToolError` if *more* has a key that is an argument of the tool.
    """
    for key in more or {}:
        if key in arguments:
            raise ToolError(f"{name}: {key} is an argument of this tool. Do not put it in {name}.")
        if key == "self":
            raise ToolError(f"{name}: self is not known here. Remove it.")
    given = {key: value for key, value in arguments.items() if value is not None}
    return {**given, **(more or {})}


Connect = Callable[[str | None], ToolClient]
"""Returns a client of the world with a name; None for the default world."""
