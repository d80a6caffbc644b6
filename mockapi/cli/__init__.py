"""The command `mockapi`, with one module per command.

The exit codes are in `docs/reference/commands.md`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any, cast

import click
from click.shell_completion import CompletionItem

from mockapi.cli import completers
from mockapi.cli.command_errors import CliError, usage_error
from mockapi.cli.env_file import read_env_file, unknown_variables
from mockapi.domain.text_matching import suggestion
from mockapi.environment import MissingPackageError
from mockapi.version import __version__

COMMANDS = {
    "serve": "Serve both APIs until stopped.",
    "get": "Respond to one GET request without a server.",
    "check": "List all errors in scenario files.",
    "describe": "Show the sites and meters of a scenario.",
    "export": "Write readings to CSV, JSON lines, SQLite or Parquet.",
    "import": "Make a scenario of recorded responses.",
    "schema": "Print the JSON Schema of scenario files.",
    "replay": "Send a recorded session again and compare.",
    "token": "Create an access token and print only it.",
    "pat": "Create a personal access token and print only it.",
    "faults": "List, add and remove faults of a running server.",
    "clock": "Show and set the clock of a running server.",
    "journal": "Print the requests that a running server received.",
    "verify": "Verify that requests were made to a running server.",
    "sites": "List, show, add, change and remove sites of a running server.",
    "push": "Create, correct and withdraw readings of a running server.",
    "scores": "List and explain scores of a running server.",
    "snapshots": "List, take, restore and remove snapshots of a running server.",
    "reset": "Reset a world of a running server.",
    "mcp": "Serve tools for coding agents (MCP).",
    "worlds": "List, create, use and delete named worlds of a running server.",
    "healthcheck": "Check whether a running server is ready.",
    "doctor": "Find problems of the environment and of a running server.",
    "completion": "Print the completion script of a shell.",
}
"""Commands with one line of help, in the order of `--help`.

The module with the name of the command defines it, except for `_MODULES`.
"""

_MODULES = {
    "import": "import_",
    "journal": "journal_command",
    "scores": "score_commands",
    "sites": "site_commands",
}


_WITH_OWN_WARNINGS = ("serve", "doctor")
"""Commands that report all variables that are not settings, not only those of a file."""


class CommandContext(click.Context):
    """A context that adds itself to errors of the parser of options, which click omits."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        if isinstance(error, click.UsageError) and error.ctx is None:
            error.ctx = self
        return super().__exit__(kind, error, trace)


class LazyGroup(click.Group):
    """A group that imports a command when it is called.

    `healthcheck` runs often in a container and must not import the modules of other commands.
    """

    context_class = CommandContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__name__}.{_MODULES.get(cmd_name, cmd_name)}")
        # `import` cannot be the name of a function.
        name = cmd_name if hasattr(module, cmd_name) else f"{cmd_name}_"
        command = cast("click.Command", getattr(module, name))
        for each in (command, *getattr(command, "commands", {}).values()):
            each.context_class = CommandContext
        return command

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
        with _one_line_errors():
            return super().make_context(*arguments, **rest)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            advice = suggestion(args[0], COMMANDS, "")
            raise click.UsageError(f"{args[0]!r} is not a command. {advice}".rstrip(), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _one_line_errors():
            return super().invoke(ctx)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Report wrong usage in one line; click would print the usage first."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise usage_error(error) from error
    except MissingPackageError as error:
        raise CliError(str(error)) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mockapi")
@click.option(
    "--env-file",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=read_env_file,
    shell_complete=completers.files,
    help="File with variables MOCKAPI_*; default: .env, if it exists.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The EcoStruxure scoring APIs on your own machine, without credentials."""
    if ctx.invoked_subcommand not in _WITH_OWN_WARNINGS:
        for warning in unknown_variables(ctx):
            click.echo(warning, err=True)
    # click removes colours from pipes, but does not support NO_COLOR (no-color.org).
    if os.environ.get("NO_COLOR"):
        ctx.color = False
