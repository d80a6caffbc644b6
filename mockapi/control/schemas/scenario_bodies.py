"""Bodies of scenarios and of their checks."""

from typing import Literal, Self

from pydantic import ConfigDict, Field

from mockapi.control.schemas.world_bodies import AdminBody
from mockapi.scenario.errors import ScenarioIssue
from mockapi.scenario.json_schema import remedy

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


class CheckScenarioRequest(AdminBody):
    """A scenario that nobody serves yet."""

    # FastAPI wraps a body in a field of its own, which pydantic warns of when it builds late.
    model_config = ConfigDict(
        defer_build=False,
        json_schema_extra={"examples": [{"text": "sites:\n  - {building: office, city: Lyon}\n"}]},
    )

    text: str = Field(description="YAML.")


class ScenarioIssueView(AdminBody):
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
    def of(cls, issue: ScenarioIssue, file: str) -> Self:
        return cls(
            file=None if issue.file == file else issue.file,
            line=issue.line,
            column=issue.column,
            path=issue.path,
            message=issue.message,
            remedy=remedy(issue),
        )


class ScenarioCheckView(AdminBody):
    """What is wrong with a scenario, and what is suspicious in it though legal."""

    ok: bool = Field(description="Whether a world can be made of it.")
    customers: int | None = Field(description="How many there will be; none of a wrong one.")
    sites: int | None
    errors: tuple[ScenarioIssueView, ...]
    warnings: tuple[ScenarioIssueView, ...]
