"""Says which requests a fault is for."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from mockapi.domain.globs import matches, matches_path
from mockapi.domain.operations import ApiName, OperationId
from mockapi.domain.patterns import METHOD, PATH
from mockapi.faults.part import Part
from mockapi.faults.subject import Subject

_Short = Annotated[str, StringConstraints(max_length=500)]
_Patterns = Mapping[_Short, _Short]


class Match(Part):
    """Which requests are struck; all that is stated must hold, and nothing stated means all.

    Requests that are no operation of the two APIs or of OAuth, such as pages, are struck only
    where `path` names them. In patterns `*` is any text; in `path` it ends at a slash, and `**`
    does not.
    """

    operation: OperationId | None = Field(
        default=None, description="Operation id, as in the APIs' documents."
    )
    api: ApiName | None = Field(default=None, description="One of the two APIs, or OAuth.")
    path: str | None = Field(
        default=None, pattern=PATH, max_length=500, description="Pattern of the whole path."
    )
    method: str | None = Field(default=None, pattern=METHOD, description="HTTP method.")
    client: str | None = Field(
        default=None, max_length=200, description="client_id of the caller's application."
    )
    customer: str | None = Field(
        default=None, max_length=200, description="Id or e-mail address of the customer."
    )
    site: str | None = Field(default=None, max_length=200, description="Id of the site asked for.")
    query: _Patterns = Field(
        default_factory=dict, max_length=20, description="Patterns of query parameters, by name."
    )
    header: _Patterns = Field(
        default_factory=dict,
        max_length=20,
        description="Patterns of request headers, by name in any case.",
    )

    def fits(self, subject: Subject) -> bool:
        """Tell whether a fault with this match is for *subject*."""
        stated = (
            (self.operation, subject.operation),
            (self.api, subject.api),
            (self.method, subject.method),
            (self.client, subject.client),
            (self.site, subject.site),
        )
        if any(wanted is not None and wanted != found for wanted, found in stated):
            return False
        if self.customer is not None and self.customer not in subject.customer:
            return False
        if self.path is None and subject.operation is None:
            return False
        if self.path is not None and not matches_path(self.path, subject.path):
            return False
        return self._fits_query(subject) and self._fits_headers(subject)

    def _fits_query(self, subject: Subject) -> bool:
        return all(
            any(name == stated and matches(pattern, text) for stated, text in subject.query)
            for name, pattern in self.query.items()
        )

    def _fits_headers(self, subject: Subject) -> bool:
        return all(
            matches(pattern, subject.headers[name.lower()])
            if name.lower() in subject.headers
            else False
            for name, pattern in self.header.items()
        )
