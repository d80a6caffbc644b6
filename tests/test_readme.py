"""Runs what the README shows."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mockapi import create_app, serve_in_thread
from mockapi.scenario.load import parse

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def tutorial() -> str:
    """Return the code of the tutorial as one file: each part goes on where the one before ended."""
    section = re.search(r"^## A partner's first week\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
    return "\n\n".join(blocks("python", section[1]))


def programs() -> list[str]:
    """Return the blocks of code that stand for themselves."""
    return [each for each in blocks("python") if each not in tutorial()]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


@pytest.mark.parametrize("code", [each for each in programs() if "def test_" not in each])
def test_code_runs(code):
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - it is our own


@pytest.mark.parametrize(
    "code", [*(each for each in programs() if "def test_" in each), tutorial()]
)
def test_tests_pass(code, pytester: pytest.Pytester):
    pytester.makepyfile(code)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_scenarios_are_right(text):
    assert parse(text, "README.md").everyone


@pytest.mark.parametrize("line", [each for each in COMMANDS if each.startswith("curl")])
def test_requests_are_answered(line):
    with serve_in_thread(create_app()) as url:
        words = shlex.split(line.replace("http://127.0.0.1:8080", url))
        run = subprocess.run([words[0], "-sSf", *words[1:]], capture_output=True, check=True)
    assert json.loads(run.stdout)


@pytest.mark.parametrize("line", [each for each in COMMANDS if each.startswith("mockapi")])
def test_commands_work(line):
    words = shlex.split(line)[1:]
    command = [sys.executable, "-m", "mockapi", *words]
    if words[0] == "serve":
        words[words.index("--port") + 1] = "0"
        command = [sys.executable, "-m", "mockapi", *words]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout.readline().startswith("mockapi ")
            server.terminate()
        return
    if words[0] == "healthcheck":
        with serve_in_thread(create_app()) as url:
            command += ["--port", url.rpartition(":")[2]]
            run = subprocess.run(command, capture_output=True, check=True)
    else:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert run.stdout


def test_the_first_command_is_a_target_that_serves():
    assert COMMANDS[0] == "make run"
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^run:.*\n\t.*mockapi serve", makefile, re.MULTILINE)
