"""Code, commands, requests and copies of files in the README and in docs/.

One server answers the requests of a page, in their order. JSON after a request is its response.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from documents.copies import COPY, pages_with_copies
from mockapi.cli import cli
from mockapi.scenario.loading import parse

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
}

COPIES = list(pages_with_copies())


def blocks(language: str, text: str) -> list[str]:
    """Return the code blocks in *language*, without those that copy a file."""
    return re.findall(rf"^```{language}\n(.*?)^```", COPY.sub("", text), re.DOTALL | re.MULTILINE)


def blocks_of_all_pages(language: str) -> list:
    """Return the blocks of all pages as parameters; those of a tutorial are one file."""
    found = []
    for page, text in PAGES.items():
        parts = blocks(language, text)
        if page.startswith("docs/tutorial/") and parts:
            parts = ["\n\n".join(parts)]
        found += [pytest.param(part, id=f"{page}:{at}") for at, part in enumerate(parts)]
    return found


CODE = blocks_of_all_pages("python")
COMMANDS = dict.fromkeys(
    line for text in PAGES.values() for block in blocks("sh", text) for line in block.splitlines()
)


@pytest.mark.parametrize("code", [each for each in CODE if "def test_" not in each.values[0]])
def test_code_runs(code):
    exec(compile(code, "a page", "exec"), {})  # noqa: S102 - the code is part of this project


@pytest.mark.parametrize("code", [each for each in CODE if "def test_" in each.values[0]])
def test_tests_pass(code, pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(code)
    run_suite().assert_outcomes(passed=len(re.findall(r"^def test_", code, re.MULTILINE)))


@pytest.mark.parametrize("text", blocks_of_all_pages("yaml"))
def test_scenario_is_valid(text):
    assert parse(text, "README.md").all_customers


@pytest.mark.parametrize(("page", "text"), [pytest.param(*each, id=each[0]) for each in COPIES])
def test_copies_of_files_are_current(page, text):
    assert PAGES[page] == text, "run `make documents`"


def requests_on(text: str) -> list[tuple[str, str]]:
    """Return each request of a page with the JSON that is shown as its response, if any is."""
    fence = r"^```sh\n((?:(?!```)[^\n]*\n)*)```\n(?:\n```json\n(.*?)^```)?"
    found = re.findall(fence, text, re.DOTALL | re.MULTILINE)
    return [
        (line, response if line == block.splitlines()[-1] else "")
        for block, response in found
        for line in block.splitlines()
        if line.startswith("curl")
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", [each for each, text in PAGES.items() if requests_on(text)])
def test_requests_get_the_shown_responses(server_url, page):
    url = server_url()
    for line, shown in requests_on(PAGES[page]):
        words = shlex.split(line.replace("http://127.0.0.1:8080", url))
        run = subprocess.run([words[0], "-sSf", *words[1:]], capture_output=True, check=False)
        assert run.returncode == 0, f"{line}\n{run.stderr.decode()}"
        if shown:
            assert json.loads(run.stdout) == json.loads(shown)
        elif run.stdout:
            assert json.loads(run.stdout) is not None


@pytest.mark.parametrize("line", [each for each in COMMANDS if each.startswith("mockapi")])
def test_command_works(line, monkeypatch):
    monkeypatch.chdir(ROOT)
    # Blocks of type `text` are not run: they are for commands that do not end, such as `serve`.
    run = CliRunner().invoke(cli, shlex.split(line)[1:])
    assert run.exit_code == 0, run.stderr
    assert run.stdout


@pytest.mark.parametrize("page", [each for each in PAGES if blocks("console", PAGES[each])])
def test_sessions_print_the_shown_output(server_url, page, tmp_path, monkeypatch):
    """Run the commands after `$ ` of a page against one server; `...` in the output is any text."""
    monkeypatch.setenv("MOCKAPI_URL", server_url())
    monkeypatch.setenv("COLUMNS", "140")
    for session in blocks("console", PAGES[page]):
        for part in session.removeprefix("$ ").split("\n$ "):
            line, _, shown = part.partition("\n")
            words = [sys.executable, "-m", *shlex.split(line)]
            run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
            printed = (run.stdout + run.stderr).replace(server_url(), "http://127.0.0.1:8080")
            expected = re.escape(shown.strip("\n")).replace(r"\.\.\.", "(?s:.*)")
            assert re.fullmatch(expected, printed.strip("\n")), f"{line}\n{printed}"
            assert run.returncode == 0


def test_readme_is_short_and_shows_pytest_early():
    lines = PAGES["README.md"].splitlines()
    assert len(lines) <= 250
    assert "## In pytest" in lines[:60]


@pytest.mark.parametrize("page", [each for each in PAGES if each.startswith("docs/how-to/")])
def test_how_to_has_60_to_150_lines(page):
    assert 60 <= len(PAGES[page].splitlines()) <= 150


def test_run_target_serves():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(r"^run:.*\n\t.*mockapi serve", makefile, re.MULTILINE)
