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
def test_help_says_what_a_command_does_and_options_say_what_they_are_for(path, told):
    text = told(*path, "--help")
    assert text.startswith(f"Usage: mockapi {' '.join(path)} ")
    assert EVERY[path].help
    options = [each for each in EVERY[path].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_an_example(name, told):
    assert f"mockapi {name}" in " ".join(told(name, "--help").partition("Example: ")[2].split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell, told):
    script = told("completion", shell)
    assert f"_MOCKAPI_COMPLETE={shell}_complete" in script
    assert "mockapi" in script


def test_completion_of_another_shell_is_wrong_input(run):
    result = run("completion", "tcsh")
    assert (result.exit_code, result.stderr) == (
        2,
        "There is no completion for tcsh; there is for bash, zsh, fish.\n",
    )


def test_the_script_is_answered_with_commands_and_options():
    def completed(words: str, position: int) -> list[str]:
        asked = {
            "_MOCKAPI_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(position),
        }
        told = subprocess.run(
            [sys.executable, "-m", "mockapi"],
            env={**os.environ, **asked},
            capture_output=True,
            text=True,
            check=True,
        )
        return told.stdout.split()

    assert completed("mockapi f", 1) == ["plain,faults"]
    assert completed("mockapi clock ", 2) == [
        f"plain,{name}" for name in ("advance", "follow", "freeze", "rate", "show")
    ]
    assert "plain,--expires-in" in completed("mockapi token --e", 2)


def test_tables_are_coloured_on_terminals_only_and_not_where_that_is_unwanted(server):
    command = [sys.executable, "-m", "mockapi", "faults", "presets"]
    seen = {}
    for name, rest in (("terminal", {}), ("unwanted", {"NO_COLOR": "1"})):
        leader, follower = pty.openpty()
        subprocess.run(command, stdout=follower, check=True, env={**os.environ, **rest})
        os.close(follower)
        seen[name] = os.read(leader, 100_000).decode()
        os.close(leader)
    piped = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert "\x1b[36m" in seen["terminal"]
    assert "\x1b" not in seen["unwanted"] + piped


def test_help_does_without_what_talks_to_servers():
    listed = "import sys; from mockapi.cli import cli; cli(['-h'], 'm', None, False)"
    told = subprocess.run(
        [sys.executable, "-c", f"{listed}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stdout.split())
    assert "mockapi.cli" in loaded
    assert not loaded & {"http.client", "urllib.request", "mockapi.client", "mockapi.settings"}
