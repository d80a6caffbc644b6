"""Client of the control API that the tools use."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from mockapi.client import MockApi

DEFAULT_WORLD = "default"


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

    def _at(self, url: str) -> "ToolClient":
        return ToolClient(url, admin_token=self._admin_token, ca_file=self.ca_file)


Connect = Callable[[str | None], ToolClient]
"""Returns a client of the world with a name; None for the default world."""
