"""Base classes of bodies and queries, and the bodies of worlds and their snapshots."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from mockapi.domain import timestamps
from mockapi.domain.edition import EditionName
from mockapi.domain.json_values import is_scenario_text, scenario_text_of
from mockapi.domain.text_matching import MEANINGS, SCENARIO, SNAPSHOT
from mockapi.domain.urls import DEFAULT_WORLD, WORLD_NAME, WORLD_PATH_PREFIX
from mockapi.domain.validation import StrictModel, must_be
from mockapi.settings import ClockInstant, DateHeader, ErrorStyle
from mockapi.store.tables import Client, Customer, Site


class AdminBody(StrictModel):
    """Base of bodies: snake_case, frozen, unknown members are rejected."""


class AdminQuery(BaseModel):
    """Base of queries. Texts have at most 1,000 characters."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, str_max_length=1_000)


class AdminRequest(AdminBody):
    """Base of request bodies. Texts have at most 1,000 characters."""

    model_config = ConfigDict(str_max_length=1_000)


def format_optional(at: datetime | None) -> str | None:
    """Return *at* as text, to the second; None stays None."""
    return None if at is None else timestamps.format_seconds(at)


class CustomerView(AdminBody):
    id: str
    email: str
    name: str
    sites: tuple[str, ...]

    @classmethod
    def of(cls, customer: Customer, sites: Sequence[Site]) -> Self:
        return cls(
            id=customer.id,
            email=customer.email,
            name=customer.name,
            sites=tuple(site.id for site in sites),
        )


class ClientView(AdminBody):
    client_id: str
    client_secret: str | None
    name: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]

    @classmethod
    def of(cls, client: Client) -> Self:
        return cls(
            client_id=client.client_id,
            client_secret=client.client_secret,
            name=client.name,
            redirect_uris=client.redirect_uris,
            scopes=client.scopes,
        )


class WorldView(AdminBody):
    """World with its customers and clients."""

    scenario: str
    seed: int
    edition: EditionName
    now: str = Field(json_schema_extra={"format": "date-time"})
    customers: tuple[CustomerView, ...]
    clients: tuple[ClientView, ...]


_MAX_TEXT_LENGTH = 10_000_000


def _valid_name(name: object) -> object:
    if isinstance(name, str) and name.lower() == DEFAULT_WORLD:
        raise ValueError(f"must not be {name!r}, the name of the default world")
    return name


NewWorldName = Annotated[str, StringConstraints(pattern=WORLD_NAME), BeforeValidator(_valid_name)]


def _scenario_as_text(scenario: object) -> object:
    if isinstance(scenario, dict):
        return scenario_text_of(scenario)
    if not isinstance(scenario, str | None):
        raise ValueError(must_be("the name of a scenario, or a scenario as an object", scenario))  # noqa: TRY004 - pydantic reports ValueError only
    return scenario


def _valid_scenario(scenario: str) -> str:
    if not is_scenario_text(scenario) and not re.fullmatch(SCENARIO, scenario):
        raise ValueError(must_be(f"{MEANINGS[SCENARIO]}, or a scenario as an object", scenario))
    return scenario


NamedOrWholeScenario = Annotated[
    str,
    StringConstraints(max_length=_MAX_TEXT_LENGTH),
    AfterValidator(_valid_scenario),
    BeforeValidator(_scenario_as_text),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": SCENARIO}, {"type": "object"}]}),
]
"""The name of a scenario, or the JSON of one that is given as an object."""


class ResetRequest(AdminRequest):
    """What a reset restores."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reload": False}]})

    reload: bool = Field(
        default=False,
        description="Whether the scenario file is read again. Otherwise the world gets the state "
        "that it began with. Snapshots of the previous scenario are deleted.",
    )


class CreateWorldRequest(AdminRequest):
    """Settings of a new world. Settings of the default world apply to unset ones."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "blue", "scenario": "dst", "seed": 7}]}
    )

    name: NewWorldName | None = Field(default=None, description="Generated if unset.")
    scenario: NamedOrWholeScenario | None = Field(
        default=None,
        description="Name of a shipped scenario, or of a file in `/scenarios`; or the scenario "
        "itself as an object.",
    )
    scenario_text: str | None = Field(
        default=None,
        max_length=_MAX_TEXT_LENGTH,
        description="A scenario as YAML or JSON, instead of `scenario`.",
    )
    scenario_name: Annotated[str, StringConstraints(pattern=WORLD_NAME)] | None = Field(
        default=None, description="Name of a scenario that is given itself. `inline` if unset."
    )
    seed: int | None = Field(default=None, ge=0, lt=2**63)
    edition: EditionName | None = None
    clock: Literal["system"] | ClockInstant | None = None
    strict_paths: bool | None = None
    date_header: DateHeader | None = None
    error_style: ErrorStyle | None = None
    user_api_oauth: bool | None = None
    user_api_new_categories: bool | None = None
    accept_any_token: bool | None = None
    auto_consent: bool | None = None
    rotate_refresh_tokens: bool | None = None
    offline_access_rule: bool | None = None
    loopback_any_port: bool | None = None
    internal_grants: bool | None = None


class NamedWorldView(AdminBody):
    """Named world. All its URLs start with `path`."""

    name: str
    path: str
    scenario: str
    seed: int
    edition: EditionName
    now: str = Field(json_schema_extra={"format": "date-time"})

    @classmethod
    def of(cls, name: str, scenario: str, seed: int, edition: EditionName, now: datetime) -> Self:
        return cls(
            name=name,
            path=WORLD_PATH_PREFIX + name,
            scenario=scenario,
            seed=seed,
            edition=edition,
            now=timestamps.format_seconds(now),
        )


SnapshotName = Annotated[
    str,
    StringConstraints(pattern=SNAPSHOT),
    Field(description="Letters, digits, dots, hyphens and underscores."),
]


class SaveSnapshotRequest(AdminRequest):
    """Name of a new snapshot."""

    # To avoid a warning: FastAPI wraps a body in a field, and pydantic needs its schema then.
    model_config = ConfigDict(
        defer_build=False, json_schema_extra={"examples": [{"name": "configured"}]}
    )

    name: SnapshotName


class SnapshotView(AdminBody):
    """Saved state of a world."""

    name: str
    at: str = Field(
        description="Time of the world in the snapshot.", json_schema_extra={"format": "date-time"}
    )
    size: int = Field(description="Size of its file in bytes.")

    @classmethod
    def of(cls, name: str, at: datetime, size: int) -> Self:
        text = timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))
        return cls(name=name, at=text, size=size)
