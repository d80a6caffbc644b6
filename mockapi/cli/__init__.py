"""Offers the command `mockapi`: one module a command, imported when it is called.

Exit codes: 0 done, 1 the answer was an error or nobody answered, 2 the input was wrong.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

import click

from mockapi.cli.errors import Refusal
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

    `healthcheck` runs again and again in a container and must not load what others need.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        return cast("click.Command", getattr(module, cmd_name))

    def make_context(self, *arguments: Any, **rest: Any) -> click.Context:
        with _in_one_line():
            return super().make_context(*arguments, **rest)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"No such command {args[0]!r}.{_nearest(args[0])}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _in_one_line():
            return super().invoke(ctx)


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    near: Sequence[str] = get_close_matches(word, COMMANDS, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Tell of a wrong call in one line, where click would print the usage before it."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "mockapi"
        told = error.format_message()
        told += "" if told.endswith((".", "?", "?)")) else "."
        raise Refusal(f"{told} `{path} --help` tells what there is.") from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mockapi")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The EcoStruxure scoring APIs on your own machine, without credentials."""
    # click takes colours out of pipes by itself; NO_COLOR (no-color.org) it does not know.
    if os.environ.get("NO_COLOR"):
        ctx.color = False
