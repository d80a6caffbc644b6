"""Typed results of the tools, and their largest size."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import to_json

from mockapi.domain.text_matching import shortened

MOST_BYTES = 7_500
"""Largest size of a result as formatted JSON; agents pay for each byte."""
_MOST_OF_TEXT = 300

Item = TypeVar("Item")
Result = TypeVar("Result", bound=BaseModel)
Text = Annotated[str, AfterValidator(lambda text: shortened(text, _MOST_OF_TEXT))]
"""Text of an entry, shortened, because an entry that does not fit would hide all others."""
Omitted = Annotated[int, Field(description="Number of further entries that were left out.")]


def fit(make: Callable[[Sequence[Item], int], Result], items: Sequence[Item]) -> Result:
    """Return the result of *make* with as many of the first *items* as fit into `MOST_BYTES`.

    *make* takes the items and the number of those that were left out.
    """
    most, least = len(items), 0
    while most > least:
        count = (most + least + 1) // 2
        if _size(make(items[:count], len(items) - count)) <= MOST_BYTES:
            least = count
        else:
            most = count - 1
    return make(items[:least], len(items) - least)


def fit_text(make: Callable[[str], Result], text: str, advice: str) -> Result:
    """Return the result of *make* with the first lines of *text*, and *advice* if some are cut."""
    whole = text.splitlines(keepends=True)

    def with_lines(lines: Sequence[str], omitted: int) -> Result:
        return make("".join(lines) + (f"... {omitted} lines left out. {advice}" if omitted else ""))

    return fit(with_lines, whole)


def _size(result: BaseModel) -> int:
    # As the SDK formats it.
    return len(to_json(result, indent=2))


class ScenarioResult(BaseModel):
    name: str
    description: Text


class ScenariosResult(BaseModel):
    scenarios: Sequence[ScenarioResult]
    omitted: Omitted = 0


class ScenarioTextResult(ScenarioResult):
    text: str = Field(description="The scenario as YAML.")


class IssueResult(BaseModel):
    line: int
    column: int
    path: Text = Field(description="Path of the key, such as sites.0.building.")
    message: Text


class ScenarioCheckResult(BaseModel):
    ok: bool
    customers: int | None
    sites: int | None
    errors: Sequence[IssueResult]
    warnings: Sequence[IssueResult]
    omitted: Omitted = 0


class WorldStartedResult(BaseModel):
    world: str = Field(description="Name of the world, for the parameter `world` of other tools.")
    scenario: str
    seed: int
    now: str = Field(description="Time of the world (RFC 3339). The clock may stand still.")
    partner_url: str = Field(description="Base URL of the Partner API.")
    user_url: str = Field(description="Base URL of the User API.")


class CredentialsResult(BaseModel):
    partner_url: str = Field(description="Base URL of the Partner API.")
    user_url: str = Field(description="Base URL of the User API.")
    access_token: str = Field(description="Bearer token for the Partner API.")
    personal_access_token: str = Field(description="Bearer token for the User API.")
    customer: str = Field(description="E-mail address of the customer that the tokens are for.")
    client_id: str
    client_secret: str | None
    authorize_url: str
    token_url: str
    redirect_uris: Sequence[str]


class SiteResult(BaseModel):
    id: str
    name: Text | None
    building: Text | None
    city: Text | None
    country_iso_code: Text | None
    customer: Text
    registered_at: str | None = Field(
        description="Readings are available since then; null if the site is not registered."
    )


class SitesResult(BaseModel):
    sites: Sequence[SiteResult]
    omitted: Omitted = 0


class MeterResult(BaseModel):
    id: str
    name: Text
    commodity: str
    usage: str
    interval: str
    keys: dict[str, str] = Field(description="Keys of timeseries by measurement and unit.")


class MetersResult(BaseModel):
    site: str
    meters: Sequence[MeterResult]
    omitted: Omitted = 0


class ReadingResult(BaseModel):
    date: str
    value: float | None


class ReadingsResult(BaseModel):
    key: str
    measurement: str
    unit: str | None
    interval: str
    count: int
    total: float
    minimum: float | None
    maximum: float | None
    gaps: int = Field(description="Number of gaps in the data of this period.")
    readings: Sequence[ReadingResult]
    omitted: Omitted = 0


class NewSiteResult(BaseModel):
    id: str
    name: Text | None
    type: Text | None
    sites: int = Field(description="Number of sites of the world.")


class FaultResult(BaseModel):
    id: str
    kind: str
    matched: int = Field(description="Number of requests that the fault is for.")
    hits: int = Field(description="Number of requests that it was applied to.")


class FaultsResult(BaseModel):
    added: Sequence[str] = Field(default=(), description="Ids of the added faults.")
    active: Sequence[FaultResult]
    omitted: Omitted = 0


class TimeResult(BaseModel):
    now: str
    readings_arrived: int
    tokens_expired: int
    events: Sequence[str] = Field(description="Events of the scenario's timeline.")


class JournalRequestResult(BaseModel):
    number: int
    method: Text
    path: Text
    status: int | None
    operation: str | None
    error: Text | None
    faults: Sequence[str] = Field(description="Kinds of the applied faults.")


class JournalRequestsResult(BaseModel):
    requests: Sequence[JournalRequestResult] = Field(description="Oldest first.")
    omitted: Omitted = 0


class VerificationResult(BaseModel):
    verified: bool
    matched: Sequence[int] = Field(description="Numbers of the matching requests.")
    report: str = Field(
        description="Why the expectation failed, with the nearest requests and their differences."
    )


class LintWarningResult(BaseModel):
    code: str
    explanation: Text
    requests: Sequence[int]


class LintResult(BaseModel):
    warnings: Sequence[LintWarningResult]
    omitted: Omitted = 0


class OperationCoverageResult(BaseModel):
    api: str
    operation: str
    requests: int
    statuses: dict[str, int]
    uncovered_statuses: str


class CoverageResult(BaseModel):
    examined: int = Field(description="Number of requests in the journal.")
    operations: Sequence[OperationCoverageResult]
    omitted: Omitted = 0


class ExplanationResult(BaseModel):
    score: float | None
    origin: str
    disclaimer: str
    curve: str
    steps: Sequence[dict[str, Any]] = Field(description="Steps of the calculation, in order.")
    omitted: Omitted = 0


class OperationResult(BaseModel):
    operation: str
    method: str
    url: str = Field(description="Path below the server's URL; {site-id} is a parameter.")
    summary: str
    description: str
    parameters: Sequence[dict[str, Any]] = ()
    errors: dict[str, str] = Field(
        default_factory=dict, description="Reasons by status. The body is a problem (RFC 7807)."
    )
    body: dict[str, Any] | None = Field(default=None, description="JSON Schema of the request.")
    responses: dict[str, Any] = Field(default_factory=dict, description="JSON Schema by status.")
    omitted: Omitted = 0
