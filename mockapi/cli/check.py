"""The command `mockapi check`."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockapi.cli import completers
from mockapi.cli.errors import WRONG_INPUT
from mockapi.cli.server_client import json_option, print_json
from mockapi.control.schemas.scenario_bodies import ScenarioCheckView, ScenarioIssueView
from mockapi.scenario.discovery import find
from mockapi.scenario.errors import Mistake, ScenarioError
from mockapi.scenario.lint import lint
from mockapi.scenario.loading import document_of
from mockapi.scenario.seeding.timeline_references import refuse_strangers

if TYPE_CHECKING:
    from mockapi.scenario.document import Document


@dataclass(frozen=True)
class _Verdict:
    """What is to be said of one file; the numbers are None where it is wrong."""

    name: str
    customers: int | None = None
    sites: int | None = None
    mistakes: "Sequence[Mistake]" = ()
    warnings: "Sequence[Mistake]" = ()

    def told(self) -> dict[str, Any]:
        """Return it in the words of `POST /__admin/scenarios/check`, and the file."""
        view = ScenarioCheckView(
            ok=not self.mistakes,
            customers=self.customers,
            sites=self.sites,
            errors=tuple(ScenarioIssueView.of(each, self.name) for each in self.mistakes),
            warnings=tuple(ScenarioIssueView.of(each, self.name) for each in self.warnings),
        )
        return {"scenario": self.name, **view.model_dump()}


@click.command(
    epilog="Example: mockapi check scenarios/demo.yaml",
)
@click.argument("files", nargs=-1, required=True, shell_complete=completers.scenarios)
@json_option
def check(files: Sequence[str], *, as_json: bool) -> None:
    """Read scenario FILES and list every mistake as file:line:column: path: message.

    What is suspicious though legal is listed, too, with `warning:` before the message, and does
    not count.
    """
    verdicts = list(map(_verdict, files))
    if as_json:
        print_json([each.told() for each in verdicts])
    else:
        for verdict in verdicts:
            _tell(verdict)
    if any(each.mistakes for each in verdicts):
        sys.exit(WRONG_INPUT)


def _tell(verdict: _Verdict) -> None:
    for mistake in verdict.mistakes:
        click.echo(str(mistake), err=True)
    for doubt in verdict.warnings:
        click.echo(str(replace(doubt, message=f"warning: {doubt.message}")), err=True)
    if not verdict.mistakes:
        found = f"{_counted(verdict.customers, 'customer')}, {_counted(verdict.sites, 'site')}"
        click.echo(f"{verdict.name}: ok ({found})")


def _counted(number: int | None, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _verdict(name: str) -> _Verdict:
    try:
        path = Path(name) if Path(name).is_file() else find(name)
        scenario, doubts = lint(path)
        refuse_strangers(scenario, scenario.seed, partial(_document, path))
    except ScenarioError as error:
        return _Verdict(name, mistakes=error.mistakes)
    return _Verdict(name, *scenario.count(), warnings=doubts)


def _document(path: Path) -> "Document":
    return document_of(path)[0]
