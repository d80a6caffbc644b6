"""The command `mockapi completion`."""

import click
from click.shell_completion import get_completion_class

from mockapi.cli.command_errors import CliError

_SHELLS = ("bash", "zsh", "fish")
_ADDS = {
    "bash": "COMPREPLY+=($value)",
    "zsh": "compadd -U -V unsorted -a completions",
}
_ADDS_WITHOUT_SPACE = {
    "bash": """COMPREPLY+=("$value")
            [[ $value == *= ]] && compopt -o nospace""",
    "zsh": """compadd -U -V unsorted -- "${(@)completions:#*=}"
        compadd -U -S '' -V unsorted -- "${(@M)completions:#*=}\"""",
}
"""Replacements in click's scripts, to add no space after `name=`. fish adds none."""


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
        raise CliError(f"{shell!r} is not a supported shell. Use {', '.join(_SHELLS)}.")
    # To avoid click's own method, which runs the shell to check its version.
    script = found(ctx.find_root().command, {}, "mockapi", "_MOCKAPI_COMPLETE")
    template = _script_for(shell, script.source_template)
    click.echo(template % script.source_vars())


def _script_for(shell: str, template: str) -> str:
    """Return click's *template* of the script for *shell*, without a space after `name=`."""
    adds = _ADDS.get(shell)
    return template if adds is None else template.replace(adds, _ADDS_WITHOUT_SPACE[shell])
