"""The command `mockapi check`."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockapi.cli.refusals import WRONG_INPUT

if TYPE_CHECKING:
    from mockapi.scenario.document import Document


def _document(path: Path) -> "Document":
    from mockapi.scenario.load import document_of

    return document_of(path)[0]


@click.command(epilog="Example: mockapi check scenarios/demo.yaml")
@click.argument("files", nargs=-1, required=True)
def check(files: Sequence[str]) -> None:
    """Read scenario FILES and list every mistake as file:line:column: path: message.

    What is suspicious though legal is listed too, after `warning:`, and does not count.
    """
    from mockapi.generate.strangers import refuse_strangers
    from mockapi.scenario.finding import find
    from mockapi.scenario.lint import lint
    from mockapi.scenario.mistakes import ScenarioError

    failed = False
    for name in files:
        try:
            path = Path(name) if Path(name).exists() else find(name)
            scenario, doubts = lint(path)
            refuse_strangers(scenario, scenario.seed, partial(_document, path))
        except ScenarioError as error:
            failed = True
            click.echo(str(error), err=True)
        else:
            for doubt in doubts:
                click.echo(f"warning: {doubt}", err=True)
            customers, sites = scenario.count()
            click.echo(f"{name}: ok ({customers} customers, {sites} sites)")
    if failed:
        sys.exit(WRONG_INPUT)
