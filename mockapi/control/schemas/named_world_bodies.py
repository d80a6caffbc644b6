"""Bodies of named worlds."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.edition import EditionName
from mockapi.domain.text_matching import SCENARIO
from mockapi.domain.urls import DEFAULT_WORLD, WORLD_NAME, WORLD_PATH_PREFIX
from mockapi.settings import ClockInstant, DateHeader, ErrorStyle

_MAX_TEXT_LENGTH = 10_000_000


def _valid_name(name: object) -> object:
    if isinstance(name, str) and not re.fullmatch(WORLD_NAME, name):
        raise ValueError(
            "must be 1 to 100 letters, digits, dots, dashes and underscores that start and end "
            f"with a letter or digit, not {name!r}"
        )
    if isinstance(name, str) and name.lower() == DEFAULT_WORLD:
        raise ValueError(f"must not be {name!r}, the name of the default world")
    return name


class CreateWorldRequest(AdminRequest):
    """Settings of a new world. Settings of the default world apply to unset ones."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "blue", "scenario": "dst", "seed": 7}]}
    )

    name: (
        Annotated[str, StringConstraints(pattern=WORLD_NAME), BeforeValidator(_valid_name)] | None
    ) = Field(default=None, description="Generated if unset.")
    scenario: Annotated[str, StringConstraints(pattern=SCENARIO)] | None = Field(
        default=None, description="Name of a shipped scenario, or of a file in `/scenarios`."
    )
    scenario_text: str | None = Field(
        default=None,
        max_length=_MAX_TEXT_LENGTH,
        description="A scenario as YAML, instead of `scenario`.",
    )
    scenario_name: Annotated[str, StringConstraints(pattern=WORLD_NAME)] | None = Field(
        default=None, description="Name of the scenario in `scenario_text`. `inline` if unset."
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
