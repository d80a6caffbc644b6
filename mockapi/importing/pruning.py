"""Removal of values that a scenario cannot have."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from mockapi.domain.validation import describe_error
from mockapi.importing.site_specs import Report, Spec
from mockapi.scenario.errors import NodePath
from mockapi.scenario.site_model import SiteSpec

_MOST_PASSES = 10


def prune_site(spec: Spec, report: Report) -> Spec | None:
    """Return *spec* without invalid values, which are reported; None if it is invalid as a whole.

    Several passes, because pydantic does not run the validators of an object with an invalid field.
    """
    for _ in range(_MOST_PASSES):
        try:
            SiteSpec.model_validate(spec)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                path = _existing(spec, each["loc"])
                reason = describe_error(each)
                if each["type"] == "missing":
                    reason = f"`{each['loc'][-1]}` {reason}"
                if not path:
                    report(f"is left out: {reason}")
                    return None
                report(f"`{'.'.join(map(str, path))}` is left out: {reason}")
                remove(spec, path)
            spec = without_removed(spec)
        else:
            return spec
    report("is left out: too many of its values cannot be in a scenario")
    return None


def _existing(spec: Spec, path: NodePath) -> NodePath:
    """Return the part of *path* that exists in *spec*, without the tags of unions."""
    return tuple(_steps(spec, path))


def _steps(value: Any, path: NodePath) -> Iterator[int | str]:
    for step in path:
        is_there = (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if is_there:
            yield step
            value = value[step]


def without_removed(value: Any) -> Any:
    """Return *value* without the items of lists that `remove` replaced."""
    if isinstance(value, dict):
        return {name: without_removed(member) for name, member in value.items()}
    if isinstance(value, list):
        return [without_removed(each) for each in value if each is not None]
    return value


def remove(root: Any, path: NodePath) -> None:
    """Remove the value at *path*; an item of a list becomes None, so that others keep places."""
    *above, last = path
    for step in above:
        root = root[step]
    if isinstance(root, dict):
        root.pop(last, None)
    else:
        root[last] = None
