"""Tells what is known of a request before it is answered: what faults match on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mockapi.domain.operations import ApiName, OperationId


@dataclass(frozen=True)
class Subject:
    """A request that may be struck; *customer* holds the customer's id and e-mail address."""

    method: str
    path: str
    api: ApiName | None = None
    operation: OperationId | None = None
    site: str | None = None
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    token: str | None = None
    client: str | None = None
    customer: Sequence[str] = ()

    @property
    def writes(self) -> bool:
        """Whether the request changes what one of the two APIs keeps."""
        return self.api in ("partner", "user") and self.method == "POST"
