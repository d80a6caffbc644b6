"""The published operations and recordings in `fixtures/`."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures"


def read(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text("utf-8"))


def compact(body: Any) -> str:
    """Return *body* as the backend formats it: members in order, no spaces, no escapes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Recording:
    """A request that the vendor recorded, with its answer."""

    name: str
    customer: str
    method: str
    path: str
    query: str
    body: Any
    status: int
    text: str

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


def _recording(path: Path) -> Recording:
    given = json.loads(path.read_text("utf-8"))
    request = given["request"]
    return Recording(
        name=path.stem,
        customer=given["customer"],
        method=request["method"],
        path=request["path"],
        query=request.get("query", ""),
        body=request.get("body"),
        status=given["response"]["status"],
        text=compact(given["response"]["body"]),
    )


RECORDINGS = {
    path.stem: _recording(path) for path in sorted((FIXTURES / "recorded").glob("*.json"))
}

# Sent by the server and not by the app, so that they are seen only on a socket.
_SOCKET_ONLY = {"Date", "Transfer-Encoding"}
HEADER_LINES: Sequence[tuple[str, str | None]] = [
    (name.lower(), value) for name, value in read("headers.json")["lines"]
]
APP_HEADER_LINES = [
    (name.lower(), value)
    for name, value in read("headers.json")["lines"]
    if name not in _SOCKET_ONLY
]


@dataclass(frozen=True)
class Published:
    """A published operation with its newest name and older ones."""

    product: str
    bases: tuple[str, ...]
    method: str
    path: str
    aliases: tuple[str, ...]
    is_old: bool
    """Whether *path* is an older name without a newer one."""

    @property
    def label(self) -> str:
        return f"{self.product}-{self.method}-{self.path.rsplit('/', 1)[1]}"

    @property
    def targets(self) -> list[str]:
        """All published full paths of the operation, the canonical one first."""
        return [base + path for base in self.bases for path in (self.path, *self.aliases)]

    def in_edition(self, bases: Collection[str], *, old_names: bool) -> set[tuple[str, str]]:
        """Every method and path under strict paths, for an edition with these bases and names."""
        if self.is_old and not old_names:
            return set()
        path = self.aliases[0] if old_names and self.aliases else self.path
        return {(self.method, base + path) for base in self.bases if base in bases}

    def at(self, site_id: str) -> str:
        """The canonical path of the operation for one site."""
        return self.targets[0].replace("{site-id}", site_id)


OPERATIONS = [
    Published(
        product,
        tuple(each["base"] for each in given["bases"]),
        operation["method"],
        operation["path"],
        tuple(operation["aliases"]),
        operation.get("is_old", False),
    )
    for product, given in read("paths.json")["products"].items()
    for operation in given["operations"]
]
SITE_OPERATIONS = [each for each in OPERATIONS if "{site-id}" in each.path]
