"""The command `mockapi completion`."""

import click
from click.shell_completion import get_completion_class

from mockapi.cli.command_errors import UsageError
from mockapi.cli.completers import script_for

_SHELLS = ("bash", "zsh", "fish")


def _shells(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return [each for each in _SHELLS if each.startswith(incomplete)]


@click.command(
    epilog='Example: eval "$(mockapi completion bash)"',
)
@click.argument("shell", metavar="bash|zsh|fish", shell_complete=_shells)
@click.pass_context
def completion(ctx: click.Context, *, shell: str) -> None:
    """Print the script with which a shell completes commands and options."""
    found = get_completion_class(shell)
    if found is None or shell not in _SHELLS:
        raise UsageError(f"{shell!r} is not a supported shell. Use {', '.join(_SHELLS)}.")
    # To avoid click's own method, which runs the shell to check its version.
    script = found(ctx.find_root().command, {}, "mockapi", "_MOCKAPI_COMPLETE")
    template = script_for(shell, script.source_template)
    click.echo(template % script.source_vars())
