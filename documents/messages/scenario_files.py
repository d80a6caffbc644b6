"""Messages about scenario files."""

from collections.abc import Iterator

from documents.messages.requests import Messages
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse

_SITE = "sites:\n  - {{building: office, city: Lyon, {}}}\n"
_DEFECT = "sites:\n  - building: office\n    city: Lyon\n    defects: [{{{}}}]\n"
SCENARIOS = (
    "colour: blue\n",
    "seed: 1\nseed: 2\n",
    "seed: -1\n",
    "seed: many\n",
    "version: 2\n",
    "edition: '1999'\n",
    "clock: yesterday\n",
    "extends: unknown\n",
    "customers:\n  - name: Ada\n",
    "customers: Ada\n",
    "clients:\n  - client_id: a\n    name: A\n    redirect_uris: [not a uri]\n",
    "sites:\n  - building: castle\n    city: Lyon\n",
    "sites:\n  - building: office\n    city: Atlantis\n",
    "sites:\n  - building: office\n",
    _SITE.format("area: 3"),
    _SITE.format("area: large"),
    _SITE.format("country: XX"),
    _SITE.format("timezone: Mars/Olympus"),
    _DEFECT.format("kind: unknown"),
    _DEFECT.format("kind: gap"),
    "timeline:\n  - {event: unknown, at: 2026-05-01T00:00:00Z}\n",
    "timeline:\n  - {at: 2026-05-01T00:00:00Z}\n",
    "faults:\n  - {kind: unknown}\n",
    "faults:\n  - {kind: status, nope: 1}\n",
    "portfolio: {sites: 0}\n",
    "seed: [1\nclock: x\n",
    "seed: 'x\n",
    "\tseed: 1\n",
    "a: b: c\n",
    "- 1\n",
)
"""Texts that are not valid scenarios."""


def sections() -> Iterator[tuple[str, Messages]]:
    yield "Scenario files", [(repr(text), _mistakes(text)) for text in SCENARIOS]


def _mistakes(text: str) -> str:
    try:
        parse(text, "my.yaml")
    except ScenarioError as error:
        return str(error)
    return "valid"
