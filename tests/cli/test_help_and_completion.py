"""Help, completion and colours."""

import os
import pty
import subprocess
import sys

import click
import pytest

from mockapi.cli import COMMANDS, cli


def every_command(group: click.Group, path: tuple[str, ...] = ()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


EVERY = dict(every_command(cli))


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_commands_and_options_have_help(path, output_of):
    text = output_of(*path, "--help")
    assert text.startswith(f"Usage: mockapi {' '.join(path)} ")
    assert EVERY[path].help
    options = [each for each in EVERY[path].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example(name, output_of):
    assert f"mockapi {name}" in " ".join(
        output_of(name, "--help").partition("Example: ")[2].split()
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell, output_of):
    script = output_of("completion", shell)
    assert f"_MOCKAPI_COMPLETE={shell}_complete" in script
    assert "mockapi" in script


def test_completion_of_another_shell_is_rejected(run):
    result = run("completion", "tcsh")
    assert (result.exit_code, result.stderr) == (
        2,
        "'tcsh' is not a supported shell. Use bash, zsh, fish.\n",
    )


def test_script_completes_commands_and_options():
    def completed(words: str, position: int) -> list[str]:
        asked = {
            "_MOCKAPI_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(position),
        }
        process = subprocess.run(
            [sys.executable, "-m", "mockapi"],
            env={**os.environ, **asked},
            capture_output=True,
            text=True,
            check=True,
        )
        return process.stdout.split()

    assert completed("mockapi f", 1) == ["plain,faults"]
    assert completed("mockapi clock ", 2) == [
        f"plain,{name}" for name in ("advance", "follow", "freeze", "rate", "show")
    ]
    assert "plain,--expires-in" in completed("mockapi token --e", 2)


def test_tables_are_coloured_on_terminals_only(server):
    command = [sys.executable, "-m", "mockapi", "faults", "presets"]
    seen = {}
    for name, rest in (("terminal", {}), ("no colour", {"NO_COLOR": "1"})):
        leader, follower = pty.openpty()
        subprocess.run(command, stdout=follower, check=True, env={**os.environ, **rest})
        os.close(follower)
        seen[name] = os.read(leader, 100_000).decode()
        os.close(leader)
    piped = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert "\x1b[36m" in seen["terminal"]
    assert "\x1b" not in seen["no colour"] + piped


def test_help_does_not_import_clients():
    listed = "import sys; from mockapi.cli import cli; cli(['-h'], 'm', None, False)"
    process = subprocess.run(
        [sys.executable, "-c", f"{listed}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(process.stdout.split())
    assert "mockapi.cli" in loaded
    assert not loaded & {"http.client", "urllib.request", "mockapi.client", "mockapi.settings"}
