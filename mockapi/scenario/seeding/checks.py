"""Checks of whole scenarios, including the references of their timelines."""

from collections.abc import Callable, Sequence
from itertools import islice

from mockapi.scenario.document import Document
from mockapi.scenario.errors import (
    FILE_LIMITS,
    MAX_ISSUES,
    Limits,
    NodePath,
    ScenarioError,
    ScenarioIssue,
)
from mockapi.scenario.lint import warnings_of
from mockapi.scenario.schema import Scenario
from mockapi.scenario.seeding.timeline_references import unresolved_references
from mockapi.scenario.validation import validate


def check_document(
    document: Document, limits: Limits = FILE_LIMITS
) -> tuple[Scenario, Sequence[ScenarioIssue]]:
    """Return the scenario in *document* and its warnings.

    Raise `ScenarioError` with all issues if it is invalid, those of its timeline included.
    """
    result = validate(document, limits)
    issues, scenario = list(result.issues), result.scenario
    if scenario is not None:
        unresolved = _unresolved(scenario, scenario.seed)
        issues += [document.issue_at(*each) for each in unresolved]
    if issues or scenario is None:
        raise ScenarioError(issues, result.more)
    return scenario, warnings_of(document, scenario)


def check_timeline_references(
    scenario: Scenario, seed: int, document: Callable[[], Document]
) -> None:
    """Raise `ScenarioError` if the timeline has references that the world of *seed* lacks.

    *document* returns the document of the scenario; it is called only if there are issues.
    """
    unresolved = _unresolved(scenario, seed)
    if unresolved:
        whole = document()
        raise ScenarioError([whole.issue_at(*each) for each in unresolved])


def _unresolved(scenario: Scenario, seed: int) -> Sequence[tuple[NodePath, str]]:
    return list(islice(unresolved_references(scenario, seed), MAX_ISSUES))
