"""Bodies of journal verification, lint and coverage."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from mockapi.control.schemas.journal_bodies import (
    FAULT_TEXT,
    GLOB_TEXT,
    MATCHER_FIELDS,
    STATUS_TEXT,
    Status,
)
from mockapi.control.schemas.world_bodies import AdminBody, AdminRequest
from mockapi.domain.validation import MemberError, whole_number
from mockapi.http.json_bodies import max_items
from mockapi.http.responses import AdminProblem
from mockapi.journal.coverage import Coverage
from mockapi.journal.entry import RECORDED_BYTES
from mockapi.journal.matching import ANYTHING, Matcher
from mockapi.journal.request_checks import LintWarning
from mockapi.journal.verify import Count, NearMiss


def _as_text(value: object) -> object:
    number = whole_number(value)
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else value


_MOST_NAMES = 50
_MOST_STEPS = 100

Values = Annotated[Mapping[str, str | None], max_items(_MOST_NAMES)]


def _fits_in_journal(body: object) -> object:
    if len(json.dumps(body, separators=(",", ":"), ensure_ascii=False)) > RECORDED_BYTES:
        raise ValueError(
            f"must not be longer than {RECORDED_BYTES:,} bytes, the part that the journal stores"
        )
    return body


class RequestMatcher(AdminRequest):
    """Request matcher. A request must match all given fields."""

    model_config = ConfigDict(defer_build=False)

    operation: str | None = None
    product: Literal["partner", "user", "oauth"] | None = None
    method: str | None = None
    path: str | None = Field(default=None, description=GLOB_TEXT)
    status: Annotated[
        Status | None, BeforeValidator(_as_text, json_schema_input_type=int | Status | None)
    ] = Field(default=None, description=STATUS_TEXT)
    client: str | None = None
    customer: str | None = Field(default=None, description="Id or e-mail address.")
    site: str | None = None
    error: str | None = None
    fault: str | None = Field(default=None, description=FAULT_TEXT)
    query: Values = Field(
        default={}, description=f"Values by name; {GLOB_TEXT} null means missing."
    )
    headers: Values = Field(
        default={}, description=f"Values by name; {GLOB_TEXT} null means missing."
    )
    body: Annotated[Any, AfterValidator(_fits_in_journal)] = Field(
        default=None, description="JSON that the body must contain. It may have other members."
    )

    def matcher(self) -> Matcher:
        fields = {name: getattr(self, name) for name in MATCHER_FIELDS}
        return Matcher(
            **fields,
            query=self.query,
            headers=self.headers,
            body=self.body if "body" in self.model_fields_set else ANYTHING,
        )


def _not_empty(steps: tuple[RequestMatcher, ...]) -> tuple[RequestMatcher, ...]:
    if not steps:
        raise ValueError("must have at least one request")
    return steps


Steps = Annotated[tuple[RequestMatcher, ...], AfterValidator(_not_empty), max_items(_MOST_STEPS)]


class RequestExpectation(RequestMatcher):
    """Expectation: the number of matching requests, or several requests in order."""

    model_config = ConfigDict(
        defer_build=False,
        json_schema_extra={"examples": [{"operation": "listSites", "at_most": 5}]},
    )

    times: int | None = Field(default=None, ge=0, description="Exact number of requests.")
    at_least: int | None = Field(
        default=None, ge=0, description="1 if `times` and `at_most` are unset."
    )
    at_most: int | None = Field(default=None, ge=0)
    in_order: Steps | None = Field(
        default=None,
        description="Requests in their expected order. Other requests may be between them.",
    )
    since: int = Field(default=0, ge=0, description="Only entries with a higher number.")

    @model_validator(mode="after")
    def _one_expectation(self) -> Self:
        given = self.model_fields_set - {"since"}
        if self.in_order is not None and given != {"in_order"}:
            others = ", ".join(sorted(given - {"in_order"}))
            raise MemberError(
                f"cannot be combined with {others}. Move {others} into its steps", "in_order"
            )
        if self.times is not None and (self.at_least is not None or self.at_most is not None):
            raise MemberError("cannot be combined with at_least or at_most. Remove them", "times")
        if self.at_most is not None and (self.at_least or 0) > self.at_most:
            raise MemberError("must not be greater than at_most", "at_least")
        return self

    def count(self) -> Count:
        if self.times is not None:
            return Count(self.times, self.times)
        if self.at_least is None:
            return Count(1 if self.at_most is None else 0, self.at_most)
        return Count(self.at_least, self.at_most)


class VerifiedView(AdminBody):
    """Result of an expectation that holds. `matched` are the numbers of the requests."""

    verified: Literal[True] = True
    matched: tuple[int, ...]


class FieldDifferenceView(AdminBody):
    """Field of a request that differs from the expected value."""

    field: str
    expected: str
    actual: str


class NearMissView(AdminBody):
    """Request that nearly matches, with its differences."""

    number: int
    differences: tuple[FieldDifferenceView, ...]

    @classmethod
    def of(cls, miss: NearMiss) -> Self:
        return cls(
            number=miss.entry.number,
            differences=tuple(
                FieldDifferenceView(field=each.field, expected=each.expected, actual=each.actual)
                for each in miss.differences
            ),
        )


class VerifyProblem(AdminProblem):
    """Problem of an expectation that fails. `detail` is readable text."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not as expected",
                    "status": 409,
                    "detail": "Expected GET request with path /x exactly once, received none.",
                    "verified": False,
                    "matched": [],
                    "nearest": [
                        {
                            "number": 1,
                            "differences": [
                                {"field": "path", "expected": '"/x"', "actual": '"/sites"'}
                            ],
                        }
                    ],
                }
            ]
        },
    )

    verified: Literal[False] = False
    matched: tuple[int, ...]
    nearest: tuple[NearMissView, ...]


class LintWarningView(AdminBody):
    """Warning about requests that the real APIs would reject or ignore."""

    code: str
    explanation: str
    requests: tuple[int, ...]

    @classmethod
    def of(cls, warning: LintWarning) -> Self:
        return cls(
            code=warning.code,
            explanation=warning.explanation,
            requests=tuple(warning.requests),
        )


class LintView(AdminBody):
    """Warnings and the number of examined requests."""

    examined: int
    warnings: tuple[LintWarningView, ...]


class OperationCoverageView(AdminBody):
    """Number of requests of an operation, with their statuses."""

    product: str
    operation: str
    requests: int
    statuses: Mapping[str, int]
    uncovered_statuses: tuple[str, ...]


class CoverageView(AdminBody):
    """Coverage of operations, statuses, errors, faults and categories."""

    examined: int
    operations: tuple[OperationCoverageView, ...]
    statuses: Mapping[str, int]
    errors: Mapping[str, int]
    faults: Mapping[str, int]
    uncovered_faults: tuple[str, ...]
    categories: Mapping[str, int]
    uncovered_categories: tuple[str, ...]

    @classmethod
    def of(cls, coverage: Coverage) -> Self:
        return cls.model_validate(coverage, from_attributes=True)
