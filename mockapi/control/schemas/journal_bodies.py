"""Bodies and queries of journal entries."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from mockapi.control.schemas.world_bodies import AdminBody, AdminQuery
from mockapi.domain.edition import EditionName
from mockapi.domain.text_matching import STATUS
from mockapi.journal.entry import Body, Entry
from mockapi.journal.matching import Matcher
from mockapi.journal.redaction import Pairs

MAX_ENTRY_NUMBER = 2**63 - 1
"""Largest entry number."""
Status = Annotated[str, StringConstraints(pattern=STATUS)]
STATUS_TEXT = "A number, a class such as `4xx`, or `none` for requests without a response."
FAULT_TEXT = "Kind or id of a fault that was applied."
GLOB_TEXT = "`*` matches any text."


def _pairs(pairs: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)


class AppliedFaultView(AdminBody):
    """Applied fault. Faults of `X-Mock-Fault` have ids such as `header-1`."""

    id: str
    kind: str


class EntrySummary(AdminBody):
    """Summary of a request."""

    number: int
    at: str = Field(
        json_schema_extra={"format": "date-time"},
        description="Time of arrival by the clock of the world.",
    )
    real_at: str = Field(
        json_schema_extra={"format": "date-time"},
        description="Time of arrival by the system clock.",
    )
    duration_ms: float = Field(description="Real time from the request to the end of the response.")
    gap_ms: float | None = Field(
        description="Real time since the previous response; 0 if they overlap, null for the first."
    )
    world: str
    product: str | None
    operation: str | None
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    status: int | None
    client: str | None
    customer: str | None
    site: str | None
    error: str | None
    faults: tuple[AppliedFaultView, ...]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(**_summary(entry))


class BodyView(AdminBody):
    """Body, truncated and redacted. `note` says what is missing."""

    size: int
    media_type: str
    text: str | None
    note: str | None

    @classmethod
    def of(cls, body: Body) -> Self:
        return cls(size=body.size, media_type=body.media_type, text=body.text, note=body.note)


class EntryView(EntrySummary):
    """Request and response in full, with the decisions that were made."""

    edition: EditionName
    origin: str
    address: str | None
    request_headers: tuple[tuple[str, str], ...]
    request_body: BodyView
    response_headers: tuple[tuple[str, str], ...]
    response_body: BodyView
    scope: str | None
    token_kind: str | None
    older_paths: tuple[str, ...] = Field(
        description="Older base path and older name that the request used."
    )
    missing_scope: str | None = Field(
        description="Scope that the real API may require and the token does not have."
    )
    ignored_parameters: tuple[str, ...]
    unknown_members: tuple[str, ...]
    assumptions: tuple[str, ...] = Field(
        description="Subjects of the assumptions that the response depends on."
    )

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            **_summary(entry),
            edition=entry.edition,
            origin=entry.origin,
            address=entry.address,
            request_headers=_pairs(entry.request_headers),
            request_body=BodyView.of(entry.request_body),
            response_headers=_pairs(entry.response_headers),
            response_body=BodyView.of(entry.response_body),
            scope=entry.scope,
            token_kind=entry.token_kind,
            older_paths=tuple(entry.older_paths),
            missing_scope=entry.missing_scope,
            ignored_parameters=tuple(entry.ignored),
            unknown_members=tuple(entry.unknown_members),
            assumptions=tuple(entry.assumptions),
        )


def _milliseconds(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _summary(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": _milliseconds(entry.at),
        "real_at": _milliseconds(entry.real_at),
        "duration_ms": entry.duration_ms,
        "gap_ms": entry.gap_ms,
        "world": entry.world,
        "product": entry.product,
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": _pairs(entry.query),
        "status": entry.status,
        "client": entry.client,
        "customer": entry.customer,
        "site": entry.site,
        "error": entry.error,
        "faults": tuple(AppliedFaultView(id=each.id, kind=each.kind) for each in entry.faults),
    }


class JournalView(AdminBody):
    """Entries, oldest first. `newest` is the number of the newest entry, for `since`."""

    newest: int
    size: int
    entries: tuple[EntrySummary, ...]


class EntryQuery(AdminQuery):
    """Filter of entries. An entry must match all given fields."""

    # To avoid a warning: FastAPI sets aliases on the model before a deferred build.
    model_config = ConfigDict(defer_build=False)

    operation: str | None = None
    product: Literal["partner", "user", "oauth"] | None = None
    method: str | None = None
    path: str | None = Field(default=None, description=GLOB_TEXT)
    status: Status | None = Field(default=None, description=STATUS_TEXT)
    client: str | None = None
    customer: str | None = Field(default=None, description="Id or e-mail address.")
    site: str | None = None
    error: str | None = None
    fault: str | None = Field(default=None, description=FAULT_TEXT)
    since: int = Field(
        default=0, ge=0, le=MAX_ENTRY_NUMBER, description="Only entries with a higher number."
    )

    def matcher(self) -> Matcher:
        return Matcher(**{name: getattr(self, name) for name in MATCHER_FIELDS})


MATCHER_FIELDS = tuple(name for name in EntryQuery.model_fields if name != "since")


class JournalQuery(EntryQuery):
    """Filter and limit of entries: the newest ones, or with `since` the next ones."""

    limit: int = Field(default=100, ge=1, le=10_000)


class TailQuery(EntryQuery):
    """Filter of streamed entries."""

    clock: bool = Field(
        default=False, description="Send `clock` events, too: now and when the clock is set."
    )
