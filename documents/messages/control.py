"""Messages of the control API."""

from collections.abc import Iterator

from documents.messages.requests import Messages, error_message

BODIES: tuple[tuple[str, str, object], ...] = (
    ("POST", "/nowhere", None),
    ("PATCH", "/clock", None),
    ("POST", "/tokens", b"{"),
    ("POST", "/tokens", []),
    ("POST", "/tokens", {"customer": "unknown@example.com"}),
    ("POST", "/tokens", {"client_id": "unknown"}),
    ("POST", "/tokens", {"scope": "read:everything"}),
    ("POST", "/tokens", {"expires_in": -1}),
    ("GET", "/tokens?kind=nope", None),
    ("DELETE", "/tokens/unknown", None),
    ("POST", "/pats", {"nmae": "x"}),
    ("POST", "/pats", {"expires_at": "2026-06-02T00:00:00"}),
    ("DELETE", "/consents/unknown", None),
    ("GET", "/scenarios/unknown", None),
    ("POST", "/scenarios/check", {}),
    ("POST", "/worlds", {"name": "not a name"}),
    ("POST", "/worlds", {"name": "default"}),
    ("POST", "/worlds", {"name": "a", "scenario": "unknown"}),
    ("POST", "/worlds", {"name": "a", "seed": "x"}),
    ("POST", "/worlds", {"name": "a", "sede": 1}),
    ("GET", "/worlds/unknown", None),
    ("DELETE", "/worlds/unknown", None),
    ("DELETE", "/worlds/default", None),
    ("PUT", "/clock", {}),
    ("PUT", "/clock", {"advance": "soon"}),
    ("PUT", "/clock", {"advance": "-PT1H"}),
    ("PUT", "/clock", {"freeze": "2026"}),
    ("PUT", "/clock", {"freeze": "9999-01-01T00:00:00Z"}),
    ("GET", "/changes?since=yesterday", None),
    ("POST", "/snapshots", {}),
    ("POST", "/snapshots", {"name": "not a name"}),
    ("POST", "/snapshots/unknown/restore", None),
    ("DELETE", "/snapshots/unknown", None),
    ("GET", "/snapshots/unknown/file", None),
    ("PUT", "/snapshots/mine/file", b"no database"),
    ("GET", "/sites/unknown", None),
    ("GET", "/series", None),
    ("GET", "/series?site=unknown&key=a&since=2026-05-01T00:00:00Z", None),
    ("GET", "/defects?kind=unknown", None),
    ("PUT", "/readings", {"readings": []}),
    ("PUT", "/readings", {"readings": [{"key": "unknown", "value": "x"}]}),
    ("DELETE", "/readings", None),
    ("GET", "/readings?since=yesterday", None),
    ("GET", "/scores?type=hourly", None),
    ("GET", "/scores/explain", None),
    ("POST", "/faults", {}),
    ("POST", "/faults", {"kind": "statsu"}),
    ("POST", "/faults", {"kind": "status", "status": 99}),
    ("POST", "/faults", {"kind": "status", "nope": 1}),
    ("POST", "/faults", {"kind": "status", "match": {"api": "other"}}),
    ("POST", "/faults", {"kind": "status", "when": {"probability": 2}}),
    ("GET", "/faults/unknown", None),
    ("DELETE", "/faults/unknown", None),
    ("GET", "/faults/kinds/unknown", None),
    ("POST", "/faults/presets/unknown", None),
    ("POST", "/journal/verify", {"operation": "unknown"}),
    ("POST", "/journal/verify", {"operation": "listSites", "times": -1}),
    ("POST", "/journal/verify", {"operation": "listSites", "nope": 1}),
    ("GET", "/journal?operation=unknown", None),
    ("GET", "/journal?limit=x", None),
    ("GET", "/journal/coverage?accept=x", None),
    ("GET", "/journal/99", None),
)
"""Wrong requests: method, path and body."""


def sections() -> Iterator[tuple[str, Messages]]:
    yield (
        "Control API",
        [error_message(method, f"/__admin{path}", body) for method, path, body in BODIES],
    )
    yield "Unknown world", [error_message("GET", "/w/unknown/__admin/world")]
