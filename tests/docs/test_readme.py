"""Runs what the README and the pages of docs/ show.

A page's requests are answered by one server, in order; JSON that follows a request is its answer.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockapi import create_app, serve_in_thread
from mockapi.scenario.loading import parse

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def everywhere(language: str) -> list:
    """Return the blocks of all pages; included files are run where they are."""
    return [
        pytest.param(block, id=f"{page}:{number}")
        for page, text in PAGES.items()
        for number, block in enumerate(blocks(language, text))
        if "--8<--" not in block
    ]


def commands(text: str) -> list[str]:
    return [line for block in blocks("sh", text) for line in block.splitlines()]


COMMANDS = commands(README)
EVERY_COMMAND = list(dict.fromkeys(line for text in PAGES.values() for line in commands(text)))


def tutorial() -> str:
    """Return the code of the tutorial as one file: each part goes on where the one before ended."""
    section = re.search(r"^## A partner's first week\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
    return "\n\n".join(blocks("python", section[1]))


TUTORIAL = tutorial()
EVERY_CODE = [
    *(each for each in everywhere("python") if each.values[0] not in TUTORIAL),
    pytest.param(TUTORIAL, id="tutorial"),
]


@pytest.mark.parametrize("code", [each for each in EVERY_CODE if "def test_" not in each.values[0]])
def test_code_runs(code):
    exec(compile(code, "a page", "exec"), {})  # noqa: S102 - it is our own


@pytest.mark.parametrize("code", [each for each in EVERY_CODE if "def test_" in each.values[0]])
def test_tests_pass(code, pytester: pytest.Pytester):
    pytester.makepyfile(code)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(
        passed=code.count("\ndef test_")
    )


@pytest.mark.parametrize("text", everywhere("yaml"))
def test_scenarios_are_right(text):
    assert parse(text, "README.md").everyone


def requests_on(text: str) -> list[tuple[str, str]]:
    """Return each request of a page with the JSON that is shown as its answer, if any is."""
    fence = r"^```sh\n((?:(?!```)[^\n]*\n)*)```\n(?:\n```json\n(.*?)^```)?"
    found = re.findall(fence, text, re.DOTALL | re.MULTILINE)
    return [
        (line, answer if line == block.splitlines()[-1] else "")
        for block, answer in found
        for line in block.splitlines()
        if line.startswith("curl")
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", [each for each, text in PAGES.items() if requests_on(text)])
def test_requests_are_answered(page):
    with serve_in_thread(create_app()) as url:
        for line, shown in requests_on(PAGES[page]):
            words = shlex.split(line.replace("http://127.0.0.1:8080", url))
            run = subprocess.run([words[0], "-sSf", *words[1:]], capture_output=True, check=False)
            assert run.returncode == 0, f"{line}\n{run.stderr.decode()}"
            answer = json.loads(run.stdout)
            assert answer == json.loads(shown) if shown else answer is not None


@pytest.mark.parametrize("line", [each for each in EVERY_COMMAND if each.startswith("mockapi")])
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
