"""Bodies of worlds, snapshots and scenarios."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from mockapi.control.schemas.world import AdminBody, AdminRequest
from mockapi.domain import timestamps
from mockapi.domain.edition import EditionName
from mockapi.domain.patterns import SCENARIO, SNAPSHOT
from mockapi.domain.urls import DEFAULT_WORLD, WORLD_NAME, WORLD_PATH_PREFIX
from mockapi.scenario.errors import Mistake
from mockapi.scenario.json_schema import remedy
from mockapi.settings import ClockInstant, DateHeader, ErrorStyle

Source = Literal["shipped", "mounted", "world"]


class ScenarioSummary(AdminBody):
    """A scenario that worlds can be made of."""

    name: str
    source: Source = Field(
        description="Comes with mockapi, lies in `/scenarios`, or is this world's own."
    )
    description: str
    extends: str | None = Field(description="What it is laid over.")


class ScenarioView(ScenarioSummary):
    """A scenario as it is written, comments and all."""

    text: str


class ScenarioDraft(AdminBody):
    """A scenario that nobody serves yet."""

    # FastAPI wraps a body in a field of its own, which pydantic warns of when it builds late.
    model_config = ConfigDict(
        defer_build=False,
        json_schema_extra={"examples": [{"text": "sites:\n  - {building: office, city: Lyon}\n"}]},
    )

    text: str = Field(description="YAML.")


class MistakeView(AdminBody):
    """Something to say of a scenario, and where; lines and columns count from 1.

    Line 0 means a file as a whole, of which nothing could be read.
    """

    file: str | None = Field(description="The scenario that is extended, if it stands there.")
    line: int
    column: int
    path: str = Field(description="Keys and numbers that lead there, such as `sites.0.city`.")
    message: str
    remedy: str | None = Field(description="What to do, where the message does not say it.")

    @classmethod
    def of(cls, mistake: Mistake, file: str) -> Self:
        return cls(
            file=None if mistake.file == file else mistake.file,
            line=mistake.line,
            column=mistake.column,
            path=mistake.path,
            message=mistake.message,
            remedy=remedy(mistake),
        )


class CheckView(AdminBody):
    """What is wrong with a scenario, and what is suspicious in it though legal."""

    ok: bool = Field(description="Whether a world can be made of it.")
    customers: int | None = Field(description="How many there will be; none of a wrong one.")
    sites: int | None
    errors: tuple[MistakeView, ...]
    warnings: tuple[MistakeView, ...]


SnapshotName = Annotated[
    str,
    StringConstraints(pattern=SNAPSHOT),
    Field(description="Letters, digits, points, hyphens and underscores."),
]


class SnapshotWish(AdminRequest):
    """What the present state is to be called."""

    # FastAPI wraps a body in a field of its own, which pydantic warns of when it builds late.
    model_config = ConfigDict(
        defer_build=False, json_schema_extra={"examples": [{"name": "configured"}]}
    )

    name: SnapshotName


class SnapshotView(AdminBody):
    """A state that the world can be put back to."""

    name: str
    at: str = Field(description="What time it is in it.", json_schema_extra={"format": "date-time"})
    size: int = Field(description="Bytes of its file.")

    @classmethod
    def of(cls, name: str, at: datetime, size: int) -> Self:
        told = timestamps.format_nanoseconds(timestamps.to_nanoseconds(at))
        return cls(name=name, at=told, size=size)


_LONGEST_TEXT = 10_000_000


def _a_name(name: object) -> object:
    if isinstance(name, str) and not re.fullmatch(WORLD_NAME, name):
        raise ValueError(
            "must be 1 to 100 letters, digits, dots, dashes and underscores, the first and the "
            f"last of them a letter or a digit, not {name!r}"
        )
    if isinstance(name, str) and name.lower() == DEFAULT_WORLD:
        raise ValueError(f"must not be {name!r}: so the server's first world is called")
    return name


class WorldWish(AdminRequest):
    """How a new world is wanted; what is left out is as in the server's first world."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "blue", "scenario": "dst", "seed": 7}]}
    )

    name: Annotated[str, StringConstraints(pattern=WORLD_NAME), BeforeValidator(_a_name)] | None = (
        Field(default=None, description="Chosen by the server if unset.")
    )
    scenario: Annotated[str, StringConstraints(pattern=SCENARIO)] | None = Field(
        default=None, description="Name of a shipped scenario, or of a file in `/scenarios`."
    )
    scenario_text: str | None = Field(
        default=None,
        max_length=_LONGEST_TEXT,
        description="A scenario as YAML, in place of the name of one.",
    )
    scenario_name: Annotated[str, StringConstraints(pattern=WORLD_NAME)] | None = Field(
        default=None, description="What a scenario that comes as text is called; `inline` if unset."
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


class WorldBody(AdminBody):
    """A named world: everything that a server answers, it answers below *path*."""

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
