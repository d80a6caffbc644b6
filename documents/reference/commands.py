"""Page of commands with the output of `--help`."""

import click

from documents.markdown import block, page, table
from mockapi.cli import COMMANDS, cli

_WIDTH = 100
_FOUND = (
    "the command did its work and found something: a different response (`replay`), a failed "
    "expectation (`verify`), an error in a scenario (`check`), a problem (`doctor`), a server that "
    "is not ready (`healthcheck`), an error response (`get`)"
)
_FAILED = (
    "the command could not do its work: a wrong argument or setting, a file that cannot be read or "
    "written, a missing package, a server that does not respond or responds with an error"
)
_EXIT_CODES = (("0", "success"), ("1", _FOUND), ("2", _FAILED))


def page_text() -> str:
    context = cli.make_context("mockapi", ["-h"], resilient_parsing=True)
    context.max_content_width = _WIDTH
    parts = [block("text", cli.get_help(context))]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None, name  # noqa: S101 - for mypy
        parts += _command(command, name, context, f"mockapi {name}")
    return page(
        "Commands",
        table(("exit code", "meaning"), _EXIT_CODES),
        "Errors are one line on the standard error.",
        *parts,
    )


def _command(command: click.Command, name: str, parent: click.Context, title: str) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=_WIDTH)
    parts = [f"## `{title}`", block("text", command.get_help(context))]
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            if below is not None:
                parts += _command(below, each, context, f"{title} {each}")
    return parts
