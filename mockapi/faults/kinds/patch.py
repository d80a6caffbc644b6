"""Response changed by a JSON Merge Patch."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, JsonValue

from mockapi.faults.context import FaultContext
from mockapi.faults.fault_base import RewritingFault, Stage
from mockapi.faults.responses import BufferedResponse, compact_json


class Patch(RewritingFault):
    """The API's response, changed by a JSON Merge Patch (RFC 7396).

    Members of the patch replace those of the body, null removes a member, and a list is replaced
    as a whole. Most responses are lists: use `items` or `where` to change their items. Responses
    with errors and those that are not JSON are not changed.
    """

    kind: Literal["patch"] = "patch"
    stage: ClassVar[Stage] = Stage.DATA

    merge: JsonValue = Field(description="The merge patch, such as an object with new values.")
    items: bool = Field(
        default=False,
        description="Apply the patch to every item of a list instead of the whole body.",
    )
    where: Mapping[str, JsonValue] = Field(
        default_factory=dict,
        max_length=20,
        description="Apply the patch only to the items that have these values, such as an `id`.",
    )

    def transform(
        self, context: FaultContext, response: BufferedResponse
    ) -> BufferedResponse | None:
        try:
            body = response.json()
        except ValueError:
            return None
        if not self.items and not self.where:
            changed = merge_patch(body, self.merge)
        elif isinstance(body, list):
            changed = [
                merge_patch(each, self.merge) if self._selects(each) else each for each in body
            ]
        else:
            return None
        # Compared as text, because 1 equals 1.0 and True.
        text = compact_json(changed)
        return None if text == compact_json(body) else response.with_body(text)

    def _selects(self, item: Any) -> bool:
        return not self.where or (
            isinstance(item, dict)
            and all(name in item and item[name] == each for name, each in self.where.items())
        )


def merge_patch(target: Any, patch: Any) -> Any:
    """Return *target* changed by the merge *patch*. Source: RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result
