"""Offers the command `mockapi`: one module a command, imported when it is called.

Exit codes: 0 done, 1 the answer was an error or nobody answered, 2 the input was wrong.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

import click
from click.shell_completion import CompletionItem

from mockapi.cli.errors import Refusal
from mockapi.domain.suggestions import nearest
from mockapi.version import __version__

COMMANDS = {
    "serve": "Serve both APIs until stopped.",
    "get": "Answer one GET request without a server.",
    "check": "List every mistake of scenario files.",
    "describe": "Show what a scenario becomes.",
    "export": "Write readings to CSV, JSON lines or SQLite.",
    "schema": "Print the JSON Schema of scenario files.",
    "replay": "Send a recorded session again and compare.",
    "token": "Mint an access token and print it alone.",
    "pat": "Mint a personal access token, print it alone.",
    "faults": "List, add and remove faults of a running server.",
    "clock": "Show and move the clock of a running server.",
    "worlds": "List, make and delete the named worlds of a running server.",
    "healthcheck": "Ask a running server whether it is ready.",
    "doctor": "Find out what keeps a server from serving.",
    "completion": "Print the script that completes in a shell.",
}
"""Each command with its help in one line, in the order of `--help`.

A module of this package has the command's name and holds it.
"""


class LazyGroup(click.Group):
    """A group that imports a command when it is called.

    `healthcheck` runs again and again in a container and must not load what others need.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        return cast("click.Command", getattr(module, cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command without importing any."""
        commands = [
            CompletionItem(name, help=text)
            for name, text in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

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
    near = nearest(word, COMMANDS)
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
