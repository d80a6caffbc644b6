"""The reference of operations, from the OpenAPI documents of the server."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from mockapi.domain.validation import quoted
from mockapi.mcp.results import OperationResult, fit
from mockapi.mcp.tool_client import Connect

_HIDDEN = ("title", "examples")
_DEPTH = 8


class OperationTools:
    """Tools that describe the two APIs."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def describe_operation(
        self,
        operation: Annotated[
            str | None, Field(description="Id, such as listSites. Default: list all ids.")
        ] = None,
        api: Annotated[
            Literal["partner", "user"],
            Field(description="Partner API (for scoring partners) or User API (for customers)."),
        ] = "partner",
    ) -> OperationResult:
        """Show the reference of one operation: path, parameters, bodies, responses, errors.

        Read it before you write client code for the operation.
        """
        document = self._connect(None).openapi(api)
        found = {each["operationId"]: (method, path, each) for method, path, each in _all(document)}
        if operation not in found:
            lines = "\n".join(f"{name}: {each['summary']}" for name, (_, _, each) in found.items())
            reason = (
                f"{quoted(operation)} is not an operation." if operation else "Give `operation`."
            )
            raise ToolError(f"{reason} The operations of the {api} API are:\n{lines}")
        method, path, described = found[operation]
        return fit(
            lambda parts, omitted: OperationResult(
                operation=operation,
                method=method.upper(),
                url=document["servers"][0]["url"] + path,
                summary=described.get("summary", ""),
                description=described.get("description", ""),
                omitted=omitted,
                **dict(parts),
            ),
            list(_parts(described, document)),
        )


def _parts(described: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members of the result that can be long, the most important ones first."""
    responses = described["responses"]
    yield "parameters", _resolved(described.get("parameters", []), document)
    yield (
        "errors",
        {status: each["description"] for status, each in responses.items() if _fails(status)},
    )
    if "requestBody" in described:
        yield "body", _schema(described["requestBody"], document)
    yield (
        "responses",
        {
            status: _schema(each, document)
            for status, each in responses.items()
            if not _fails(status)
        },
    )


def _fails(status: str) -> bool:
    return status >= "4"


def _schema(message: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """Return the JSON Schema of the body of a request or response; None without a body."""
    for content in message.get("content", {}).values():
        return _resolved(content.get("schema", {}), document)
    return None


def _all(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        for method, described in item.items():
            if not described.get("deprecated"):
                yield method, path, described


def _resolved(value: Any, document: Mapping[str, Any], depth: int = 0) -> Any:
    """Return *value* with its references replaced by what they refer to."""
    if isinstance(value, list):
        return [_resolved(each, document, depth) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value and depth < _DEPTH:
        found: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return _resolved(found, document, depth + 1)
    return {
        name: _resolved(each, document, depth)
        for name, each in value.items()
        if name not in _HIDDEN or not isinstance(each, str | list)
    }
