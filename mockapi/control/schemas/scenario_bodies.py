"""Bodies of scenarios and of their checks."""

from typing import Literal, Self

from pydantic import ConfigDict, Field

from mockapi.control.schemas.world_bodies import AdminBody
from mockapi.scenario.errors import ScenarioIssue

Source = Literal["shipped", "mounted", "world"]


class ScenarioSummary(AdminBody):
    """Summary of a scenario."""

    name: str
    source: Source = Field(
        description="Part of mockapi, a file in `/scenarios`, or the scenario of this world."
    )
    description: str
    extends: str | None = Field(description="Name of the scenario that it extends.")


class ScenarioView(ScenarioSummary):
    """Scenario with its YAML text."""

    text: str


class CheckScenarioRequest(AdminBody):
    """Scenario text to check."""

    # To avoid a warning: FastAPI wraps a body in a field, and pydantic needs its schema then.
    model_config = ConfigDict(
        defer_build=False,
        json_schema_extra={"examples": [{"text": "sites:\n  - {building: office, city: Lyon}\n"}]},
    )

    text: str = Field(description="YAML.")


class ScenarioIssueView(AdminBody):
    """Error or warning of a scenario. Lines and columns start at 1.

    Line 0 means the whole file, if it cannot be read.
    """

    file: str | None = Field(description="File of the extended scenario, if the issue is there.")
    line: int
    column: int
    path: str = Field(description="Path of keys and indexes, such as `sites.0.city`.")
    message: str
    remedy: str | None = Field(description="What to do, if the message does not say it.")

    @classmethod
    def of(cls, issue: ScenarioIssue, file: str) -> Self:
        return cls(
            file=None if issue.file == file else issue.file,
            line=issue.line,
            column=issue.column,
            path=issue.path,
            message=issue.message,
            remedy=issue.remedy,
        )


class ScenarioCheckView(AdminBody):
    """Errors and warnings of a scenario."""

    ok: bool = Field(description="True if the scenario is valid.")
    customers: int | None = Field(
        description="Number of customers; null if the scenario is invalid."
    )
    sites: int | None = Field(description="Number of sites; null if the scenario is invalid.")
    errors: tuple[ScenarioIssueView, ...]
    warnings: tuple[ScenarioIssueView, ...]
