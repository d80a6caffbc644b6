"""The command `mockapi schema`."""

import click

from mockapi.scenario.json_schema import schema_text


@click.command(
    epilog="Example: mockapi schema > scenario.schema.json",
)
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    click.echo(schema_text(), nl=False)
