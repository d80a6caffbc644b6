"""Offers the command `mockapi`: one module a command, imported when it is called.

Exit codes: 0 done, 1 the answer was an error or nobody answered, 2 the input was wrong.
"""

import os
from importlib import import_module
from typing import cast

import click

from mockapi.version import __version__

COMMANDS = (
    "serve",
    "get",
    "check",
    "describe",
    "export",
    "schema",
    "replay",
    "token",
    "pat",
    "faults",
    "clock",
    "worlds",
    "healthcheck",
    "doctor",
    "completion",
)
"""Every command in the order of `--help`; a module of this package has its name and holds it."""


class LazyGroup(click.Group):
    """Imports a command when somebody asks for it.

    `healthcheck` runs every other second in a container and must not load what others need.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        return cast("click.Command", getattr(module, cmd_name))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mockapi")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The EcoStruxure scoring APIs on your own machine, without credentials."""
    # click takes colours out of pipes by itself; NO_COLOR (no-color.org) it does not know.
    if os.environ.get("NO_COLOR"):
        ctx.color = False
