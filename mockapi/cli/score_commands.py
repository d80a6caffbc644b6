"""The command `mockapi scores`."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from mockapi.cli.server_client import (
    ControlApiClient,
    complete_site,
    json_option,
    print_json,
    print_table,
    server_command,
)
from mockapi.domain.scores import ScoreCategory, ScoreType

_CATEGORY_NAMES = [each.value for each in ScoreCategory]
_TYPE_NAMES = [each.value for each in ScoreType]


def _selection(type_default: str, category_default: str) -> Callable[..., Any]:
    """Return a decorator that adds --type and --category, with these texts for their defaults."""

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option(
                "--category",
                type=click.Choice(_CATEGORY_NAMES),
                help=f"Category; default: {category_default}.",
            ),
            click.option(
                "--type", type=click.Choice(_TYPE_NAMES), help=f"Type; default: {type_default}."
            ),
        ):
            command = option(command)
        return command

    return with_options


@click.group(epilog="Example: mockapi scores explain SITE 2026-05-31 --category water")
def scores() -> None:
    """List the scores of a site of a running server, and explain one."""


@scores.command("list")
@click.argument("site", shell_complete=complete_site)
@_selection("all types", "all categories")
@click.option("--since", metavar="DATE", help="Scores from this date on; default: all.")
@json_option
@server_command
def list_(
    client: ControlApiClient,
    *,
    site: str,
    type: str | None,
    category: str | None,
    since: str | None,
    as_json: bool,
) -> None:
    """List the scores of SITE by type and date; --json prints them as the Partner API does."""
    if as_json:
        print_json(client.scores(site, type=type, category=category, since=since))
        return
    found = client.score_columns(site, type=type, category=category, since=since)
    shown = [each for each in _CATEGORY_NAMES if any(each in one["scores"] for one in found)]
    rows = [
        (
            one["type"],
            date,
            *(_number(columns[each][place] if each in columns else None) for each in shown),
        )
        for one in found
        for columns in (one["scores"],)
        for place, date in enumerate(one["dates"])
    ]
    print_table(("type", "date", *shown), rows)


@scores.command(epilog="Example: mockapi scores explain SITE 2026-05-31")
@click.argument("site", shell_complete=complete_site)
@click.argument("date")
@_selection("daily", "energy")
@json_option
@server_command
def explain(
    client: ControlApiClient,
    *,
    site: str,
    date: str,
    type: str | None,
    category: str | None,
    as_json: bool,
) -> None:
    """Show the calculation of the score of SITE on DATE, step by step."""
    chosen = {"type": type or "daily", "category": category or "energy"}
    view = client.explain(site, date, **chosen)
    if as_json:
        print_json(view)
    else:
        _print_explanation(view)


def _print_explanation(view: Mapping[str, Any]) -> None:
    click.echo(
        f"{view['type']} {view['category']} score on {view['date']}: {_number(view['score'])}"
    )
    if view["points"]:
        click.echo(f"{view['points']['points']} of {view['points']['maximum']} points")
    if view["missing"]:
        click.echo(f"missing: {', '.join(view['missing'])}")
    coverage = view["coverage"]
    if coverage:
        days = f"{coverage['covered_days']} of {coverage['window_days']} days"
        click.echo(f"{coverage['confidence']} confidence: {days} have readings")
        for each in coverage["warnings"]:
            click.echo(f"warning: {each}")
    for heads, rows in (
        (
            ("usage", "total", "days", "per year"),
            [
                (
                    each["usage"],
                    _number(each["total"]),
                    str(each["covered_days"]),
                    _number(each["annual"]),
                )
                for each in view["inputs"]
            ],
        ),
        (
            ("step", "value", "unit", "formula"),
            [
                (each["name"], _number(each["value"]), each["unit"], each["formula"])
                for each in view["steps"]
            ],
        ),
        (
            ("part", "score"),
            [(each["name"], _number(each["score"])) for each in view["components"]],
        ),
    ):
        if rows:
            click.echo()
            print_table(heads, rows)
    click.echo(f"\n{view['disclaimer']}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.6g}"
