"""The command `mockapi check`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from mockapi.cli import completers
from mockapi.cli.command_errors import FAILED, FOUND
from mockapi.cli.server_client import json_option, print_json
from mockapi.control.schemas.scenario_bodies import ScenarioCheckView, ScenarioIssueView
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.errors import ScenarioError, ScenarioIssue
from mockapi.scenario.loading import document_of
from mockapi.scenario.seeding.scenario_checks import check_document


@dataclass(frozen=True)
class _FileReport:
    """The result for one file; the numbers are None if it has errors."""

    name: str
    customers: int | None = None
    sites: int | None = None
    errors: Sequence[ScenarioIssue] = ()
    warnings: Sequence[ScenarioIssue] = ()

    @property
    def is_unreadable(self) -> bool:
        """Whether the file is missing or cannot be read: an error without a line."""
        return any(not each.line for each in self.errors[:1])

    def to_dict(self) -> dict[str, Any]:
        """Return the members of `POST /__admin/scenarios/check`, and the name of the file."""
        view = ScenarioCheckView(
            ok=not self.errors,
            customers=self.customers,
            sites=self.sites,
            errors=tuple(ScenarioIssueView.of(each, self.name) for each in self.errors),
            warnings=tuple(ScenarioIssueView.of(each, self.name) for each in self.warnings),
        )
        return {"scenario": self.name, **view.model_dump()}


@click.command(
    epilog="Example: mockapi check scenarios/demo.yaml",
)
@click.argument("files", nargs=-1, required=True, shell_complete=completers.scenarios)
@json_option
def check(files: Sequence[str], *, as_json: bool) -> None:
    """List all errors of the scenario FILES as file:line:column: path: message.

    Values that are valid but unusual are listed as `warning:`.
    """
    reports = list(map(_check, files))
    if as_json:
        print_json([each.to_dict() for each in reports])
    else:
        for report in reports:
            _print(report)
    if any(each.errors for each in reports):
        raise SystemExit(FAILED if any(each.is_unreadable for each in reports) else FOUND)


def lines_of(name: str) -> Sequence[str]:
    """Return the lines that the command prints for the errors and warnings of the file *name*."""
    return list(_lines(_check(name)))


def _check(name: str) -> _FileReport:
    try:
        path = Path(name) if Path(name).is_file() else find_scenario(name)
        scenario, warnings = check_document(document_of(path)[0])
    except ScenarioError as error:
        return _FileReport(name, errors=error.issues)
    return _FileReport(name, *scenario.count(), warnings=warnings)


def _print(report: _FileReport) -> None:
    for line in _lines(report):
        click.echo(line, err=True)
    if not report.errors:
        counts = f"{_count(report.customers, 'customer')}, {_count(report.sites, 'site')}"
        click.echo(f"{report.name}: ok ({counts})")


def _lines(report: _FileReport) -> Iterator[str]:
    yield from map(str, report.errors)
    for warning in report.warnings:
        yield str(replace(warning, message=f"warning: {warning.message}"))


def _count(number: int | None, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
