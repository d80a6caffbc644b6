"""Tools for faults, and for the requests that a world has received."""

from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from mockapi.client.faults_mixin import PresetName
from mockapi.domain.operations import OperationId
from mockapi.domain.text_matching import shortened
from mockapi.mcp.results import (
    CoverageResult,
    FaultResult,
    FaultsResult,
    JournalRequestResult,
    JournalRequestsResult,
    LintResult,
    LintWarningResult,
    OperationCoverageResult,
    VerificationResult,
    fit,
)
from mockapi.mcp.scenario_tools import World
from mockapi.mcp.tool_client import Connect, ToolClient, with_more

OperationName = Annotated[OperationId | None, Field(description="Only requests of this operation.")]
Status = Annotated[
    int | str | None, Field(description="A status, or a class such as 4xx, or `none`.")
]
_MOST_REQUESTS = 1_000
_MOST_OF_LINE = 500


class RequestTools:
    """Tools that make requests of the client under test fail, and show what it sent."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def add_fault(
        self,
        *,
        kind: Annotated[
            str | None,
            Field(
                description="Kind, such as status, latency, rate_limit, malformed_json, "
                "empty_data, connection_reset or token_expired. "
                "The resource mockapi://fault-kinds has all."
            ),
        ] = None,
        operation: OperationName = None,
        times: Annotated[
            int | None, Field(description="Apply it this many times; default: always.", ge=1)
        ] = None,
        settings: Annotated[
            dict[str, Any] | None,
            Field(
                description='Settings of the kind, such as {"status": 503} or {"seconds": 2}, and '
                "conditions: site, customer, client, path, method, after, every, probability."
            ),
        ] = None,
        preset: Annotated[
            PresetName | None, Field(description="A preset of several faults, instead of `kind`.")
        ] = None,
        world: World = None,
    ) -> FaultsResult:
        """Make requests of the client under test fail: errors, delays, broken or wrong data.

        Use it to test how the client reacts. The fault stays until it is removed.
        """
        given = {"kind": kind, "operation": operation, "times": times}
        fault = with_more(given, "settings", settings)
        if preset is not None and fault:
            raise ToolError(f"A preset has no further arguments. Leave out {', '.join(fault)}.")
        client = self._connect(world)
        before = {each["id"] for each in client.faults()}
        if preset is not None:
            client.preset(preset).add()
        else:
            added: Any = client.fault  # the kind and its settings are known at run time only
            added(fault.pop("kind", ""), **fault).add()
        return _faults(client, before)

    def remove_faults(
        self,
        fault: Annotated[
            str | None, Field(description="Id of one fault. Default: all faults.")
        ] = None,
        world: World = None,
    ) -> FaultsResult:
        """Remove one fault or all faults, also those of the scenario; list those that remain."""
        client = self._connect(world)
        before = {each["id"] for each in client.faults()}
        if fault is None:
            client.clear_faults()
        else:
            client.remove_fault(fault)
        return _faults(client, before)

    def list_requests(
        self,
        operation: OperationName = None,
        status: Status = None,
        since: Annotated[int, Field(description="Only requests after this number.", ge=0)] = 0,
        world: World = None,
    ) -> JournalRequestsResult:
        """List the newest requests that the client under test sent, with status and faults.

        If not all fit, the oldest ones are left out.
        """
        found = self._connect(world).journal(
            operation=operation, status=status, since=since, limit=_MOST_REQUESTS
        )
        requests = [
            JournalRequestResult.model_validate(
                {**each, "faults": [fault["kind"] for fault in each["faults"]]}
            )
            for each in reversed(found)
        ]
        return fit(
            lambda items, omitted: JournalRequestsResult(requests=items[::-1], omitted=omitted),
            requests,
        )

    def verify_requests(
        self,
        *,
        operation: OperationName = None,
        method: Annotated[str | None, Field(description="HTTP method, such as POST.")] = None,
        path: Annotated[str | None, Field(description="Path; * matches any text.")] = None,
        status: Status = None,
        times: Annotated[
            int | None, Field(description="Exact number of requests. Default: at least one.", ge=0)
        ] = None,
        more: Annotated[
            dict[str, Any] | None,
            Field(
                description="Further expectations: at_least, at_most, query, headers, body, site, "
                "customer, client, error, fault, in_order, since."
            ),
        ] = None,
        world: World = None,
    ) -> VerificationResult:
        """Verify that the client under test sent the expected requests.

        A failed expectation is a result, not an error: `report` lists the requests that came
        closest, and what differs.
        """
        given = {
            "operation": operation,
            "method": method,
            "path": path,
            "status": status,
            "times": times,
        }
        expected: Any = with_more(given, "more", more)
        try:
            matched = self._connect(world).verify(**expected)
        except AssertionError as failure:
            report = [shortened(each, _MOST_OF_LINE) for each in str(failure).splitlines()]
            return fit(
                lambda lines, _: VerificationResult(
                    verified=False, matched=(), report="\n".join(lines)
                ),
                report,
            )
        return fit(
            lambda numbers, _: VerificationResult(verified=True, matched=numbers, report=""),
            matched,
        )

    def lint_requests(self, operation: OperationName = None, world: World = None) -> LintResult:
        """List mistakes of the client that the real APIs would reject or ignore.

        Examples: unknown query parameters, wrong formats, requests that are too frequent.
        """
        found = self._connect(world).lint(operation=operation)
        warnings = [LintWarningResult.model_validate(each) for each in found]
        return fit(lambda items, omitted: LintResult(warnings=items, omitted=omitted), warnings)

    def get_coverage(self, world: World = None) -> CoverageResult:
        """Show which operations and statuses of the APIs the client under test has met.

        Operations without requests come last.
        """
        found = self._connect(world).coverage()
        operations = [
            OperationCoverageResult(
                api=each["product"],
                operation=each["operation"],
                requests=each["requests"],
                statuses=each["statuses"],
                uncovered_statuses=" ".join(each["uncovered_statuses"]),
            )
            for each in found["operations"]
        ]
        operations.sort(key=lambda each: each.requests == 0)
        return fit(
            lambda items, omitted: CoverageResult(
                examined=found["examined"], operations=items, omitted=omitted
            ),
            operations,
        )


def _faults(client: ToolClient, before: set[str]) -> FaultsResult:
    found = client.faults()
    active = [
        FaultResult(
            id=each["id"],
            kind=each["fault"]["kind"],
            matched=each["matched"],
            hits=each["hits"],
        )
        for each in found
    ]
    added = [each["id"] for each in found if each["id"] not in before]
    return fit(
        lambda items, omitted: FaultsResult(added=added, active=items, omitted=omitted), active
    )
