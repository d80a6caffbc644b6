"""Validation of scenario documents: all issues, each with its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mockapi.domain.json_values import scenario_text_of
from mockapi.domain.model_members import existing_path, member_names
from mockapi.domain.text_matching import suggestion
from mockapi.domain.validation import (
    describe_error,
    describe_union_error,
    place_of,
    quoted,
)
from mockapi.scenario.consistency import find_duplicates, find_unknown_references
from mockapi.scenario.document import Document, compose
from mockapi.scenario.errors import (
    FILE_LIMITS,
    KEY_REQUIRED,
    KEY_UNKNOWN,
    REQUEST_LIMITS,
    Limits,
    NodePath,
    ScenarioError,
    ScenarioIssue,
)
from mockapi.scenario.extension import EXTENDS, MERGED_LISTS
from mockapi.scenario.field_types import Spec
from mockapi.scenario.schema import Scenario

_OF_OBJECTS = ("missing", "value_error")
"""Types of pydantic's errors whose path is that of an object, not of one of its values."""

_MAX_PLACED = 1_000
"""Maximum number of issues whose places are computed."""


@dataclass(frozen=True)
class Validation:
    """The issues of a document, and its scenario."""

    issues: Sequence[ScenarioIssue]
    more: int
    """Number of issues that are not in *issues*."""
    scenario: Scenario | None
    """None if there are other issues than unknown keys, which it does not have."""


def scenario_of(document: Document, limits: Limits = FILE_LIMITS) -> Scenario:
    """Return the scenario in *document*.

    Raise `ScenarioError` with all issues if it is invalid or exceeds *limits*.
    """
    result = validate(document, limits)
    if result.issues or result.scenario is None:
        raise ScenarioError(result.issues, result.more)
    return result.scenario


Part = TypeVar("Part", bound=Spec)


def part_of(kind: type[Part], data: Mapping[str, Any]) -> Part:
    """Return the part of a scenario in *data*. Raise `ScenarioError` with all issues."""
    try:
        part = kind.model_validate(data)
    except ValidationError as error:
        errors = error.errors()[:_MAX_PLACED]
        raise ScenarioError(list(_issues_per_value(_document_of(data), errors, kind))) from error
    # Below `sites`, where a scenario has a site.
    repeated = list(islice(find_duplicates({"sites": [data]}), _MAX_PLACED))
    if repeated:
        document = _document_of(data)
        raise ScenarioError([document.issue_at(path[2:], why) for path, why in repeated])
    return part


def _document_of(data: Mapping[str, Any]) -> Document:
    return compose(scenario_text_of(data), "body.json", REQUEST_LIMITS)


def validate(document: Document, limits: Limits = FILE_LIMITS) -> Validation:
    """Return all issues of *document* that can be found without generated values."""
    data = document.data()
    if (listed := _number_of_sites(data)) > limits.listed_sites:
        message = (
            f"{listed} sites are too many. List at most {limits.listed_sites}, "
            "or use a `portfolio`."
        )
        return Validation([*document.issues, document.issue_at((), message)], 0, None)
    found = list(find_duplicates(data))
    if not document.lacks_base:
        found += find_unknown_references(data)
    elif isinstance(data, dict):
        data.pop(EXTENDS, None)
    issues = [document.issue_at(*each) for each in found[:_MAX_PLACED]]
    more = len(found) - len(issues)
    scenario: Scenario | None = None
    only_unknown_keys = True
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        errors = _first_errors(error, data)
        more += error.error_count() - len(errors)
        if document.lacks_base:
            errors = [each for each in errors if not _depends_on_base(each)]
        issues += _issues_per_value(document, errors)
        only_unknown_keys = all(each["type"] == "extra_forbidden" for each in error.errors())
        if error.error_count() <= _MAX_PLACED:
            scenario, further = _validate_rest(document, data, errors)
            issues += [each for each in further if each not in issues]
    issues = [*document.issues, *_without_consequences(issues, document.issues)]
    if scenario is not None and (sites := scenario.count()[1]) > limits.sites:
        message = f"{sites} sites are too many. Use at most {limits.sites}."
        issues.append(document.issue_at(("portfolio", "count"), message))
    is_complete = only_unknown_keys and not document.lacks_base and not document.issues
    return Validation(issues, more, scenario if is_complete else None)


def _depends_on_base(error: ErrorDetails) -> bool:
    """Return True if a value of the missing base may correct *error*."""
    path = error["loc"]
    if path and path[0] in MERGED_LISTS:
        path = path[2:]
    # Other lists replace those of the base, so their items are complete.
    is_in_list = any(isinstance(step, int) for step in path)
    is_of_object = error["type"] in _OF_OBJECTS and isinstance(error["input"], dict)
    return is_of_object and not is_in_list


def _validate_rest(
    document: Document, data: Any, errors: Sequence[ErrorDetails]
) -> tuple[Scenario | None, Sequence[ScenarioIssue]]:
    """Return the scenario without the values of *errors*, and issues that these may have hidden.

    pydantic does not run the validators of an object that has an invalid field.
    """
    affected: set[NodePath] = set()
    for error in errors:
        path = existing_path(data, error["loc"])
        is_item = bool(path) and not isinstance(path[-1], str)
        if isinstance(error["input"], dict) and (is_item or error["type"] in _OF_OBJECTS):
            affected.add(path)
            continue
        while path and not isinstance(path[-1], str):
            path = path[:-1]
        is_unknown = error["type"] == "extra_forbidden"
        # An unknown key like `naem` may be the reason why its object lacks something.
        if not is_unknown or _similar_key(Scenario, path):
            affected |= {path, path[:-1]}
        _remove(data, path)
    try:
        return Scenario.model_validate(data), ()
    except ValidationError as error:
        hidden = [
            each
            for each in error.errors()[:_MAX_PLACED]
            if each["type"] == "value_error"
            and existing_path(data, each["loc"]) not in affected
            and not (document.lacks_base and _depends_on_base(each))
        ]
        return None, list(_issues_per_value(document, hidden))


def _remove(data: Any, path: NodePath) -> None:
    node: Any = data
    for step in path[:-1]:
        node = node[int(step)] if isinstance(node, list) else node.get(step, {})
    if path:
        node.pop(path[-1], None)


def _without_consequences(
    issues: Iterable[ScenarioIssue], causes: Iterable[ScenarioIssue]
) -> Iterator[ScenarioIssue]:
    """Yield those *issues* that are not about a value of *causes* or a value around it."""
    affected: set[str] = set()
    for cause in causes:
        steps = cause.path.split(".")
        affected |= {".".join(steps[:length]) for length in range(len(steps) + 1)}
    return (each for each in issues if each.path not in affected)


def _number_of_sites(data: Any) -> int:
    """Return the number of listed sites, valid or not."""
    customers = data.get("customers") if isinstance(data, dict) else None
    owners = [data, *(customers if isinstance(customers, list) else ())]
    lists = [each.get("sites") for each in owners if isinstance(each, dict)]
    return sum(len(each) for each in lists if isinstance(each, list))


def _first_errors(error: ValidationError, data: Any) -> list[ErrorDetails]:
    """Return all errors if they are few, otherwise those of the first parts of *data*.

    Limited because each takes at least a thousand bytes.
    """
    if error.error_count() <= _MAX_PLACED:
        return error.errors()
    try:
        Scenario.model_validate(_shortened(data, [_MAX_PLACED]))
    except ValidationError as first:
        return first.errors()[:_MAX_PLACED]
    return error.errors()[:_MAX_PLACED]


def _shortened(data: Any, left: list[int]) -> Any:
    """Return *data* without the list items after the first *left* values."""
    left[0] -= 1
    if isinstance(data, dict):
        return {key: _shortened(value, left) for key, value in data.items()}
    if isinstance(data, list):
        return [_shortened(each, left) for each in data if left[0] > 0]
    return data


def _issues_per_value(
    document: Document, errors: Iterable[ErrorDetails], kind: type[Spec] = Scenario
) -> Iterator[ScenarioIssue]:
    """Yield one issue per value of *document*, a *kind* of part of a scenario.

    pydantic reports one error per member of a union.
    """
    placed = ((_issue(document, each, kind), each["input"]) for each in errors)
    for _, group in groupby(placed, key=lambda each: (each[0].path, each[0].line, each[0].column)):
        found = list(group)
        issue, value = found[0]
        yield replace(
            issue, message=describe_union_error([each.message for each, _ in found], value)
        )


def _issue(document: Document, error: ErrorDetails, kind: type[Spec]) -> ScenarioIssue:
    problem, steps = error["type"], place_of(error)
    message = describe_error(error)
    if problem == "extra_forbidden":
        message = KEY_UNKNOWN
    elif problem == "missing":
        message = KEY_REQUIRED
    elif problem == "union_tag_not_found":
        steps, message = (*steps, _discriminator(error)), KEY_REQUIRED
    elif problem == "union_tag_invalid":
        steps = (*steps, _discriminator(error))
        tag = str(error["ctx"]["tag"])
        known = str(error["ctx"]["expected_tags"]).replace("'", "").split(", ")
        advice = suggestion(tag, known)
        message = f"{quoted(tag)} is not a known {_discriminator(error)}. {advice}"
    issue = document.issue_at(steps, message, missing=message == KEY_REQUIRED)
    return replace(issue, remedy=_remedy(issue, kind), code=problem)


def _remedy(issue: ScenarioIssue, kind: type[Spec]) -> str | None:
    path = issue.path.split(".")
    if issue.message == KEY_REQUIRED:
        return f"Add `{path[-1]}` here."
    if issue.message != KEY_UNKNOWN:
        return None
    return _similar_key(kind, path) or "Remove it. `mockapi schema` lists the keys of every part."


def _similar_key(kind: type[Spec], path: Sequence[str | int]) -> str:
    """Return the question whether the last key of *path* is a similar one; empty if none is."""
    *place, key = path
    bases = (EXTENDS,) if kind is Scenario and not place else ()
    return suggestion(str(key), [*member_names(kind, place), *bases], "")


def _discriminator(error: ErrorDetails) -> str:
    """Return the key that selects a member of a union."""
    return str(error["ctx"]["discriminator"]).strip("'")
