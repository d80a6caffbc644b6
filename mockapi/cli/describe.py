"""The command `mockapi describe`."""

import json

import click

from mockapi.cli.options import open_app, settings_of


@click.command(epilog="Example: mockapi describe portfolio")
@click.argument("scenario")
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option("--json", "as_json", is_flag=True, help="Print every site and meter as JSON.")
@click.option("--all", "every_site", is_flag=True, help="List every site, however many.")
def describe(scenario: str, seed: str | None, as_json: bool, every_site: bool) -> None:
    """Show what SCENARIO becomes: its customers, their sites, and what stands in them."""
    from mockapi.world import description

    world = open_app(settings_of({"scenario": scenario, "seed": seed})).state.world
    if as_json:
        click.echo(json.dumps(description.as_json(world), indent=2, ensure_ascii=False))
    else:
        for line in description.as_text(world, every_site=every_site):
            click.echo(line)
