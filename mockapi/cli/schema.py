"""The command `mockapi schema`."""

import click


@click.command(
    short_help="Print the JSON Schema of scenario files.",
    epilog="Example: mockapi schema > scenario.schema.json",
)
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from mockapi.scenario.json_schema import schema_text

    click.echo(schema_text(), nl=False)
