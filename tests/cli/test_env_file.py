"""Variables of `.env` and of `--env-file`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    """The working directory, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def url(server, monkeypatch) -> str:
    monkeypatch.delenv("MOCKAPI_URL")
    return server.url


def test_variables_of_dot_env_are_those_of_commands(folder, url, output_of):
    (folder / ".env").write_text(f"OTHER=1\nexport MOCKAPI_URL='{url}' # the demo\n")
    assert output_of("clock", "show").endswith("  frozen\n")
    assert not [name for name in os.environ if name.startswith("MOCKAPI_")]


def test_given_file_replaces_dot_env(folder, url, output_of):
    (folder / ".env").write_text("MOCKAPI_URL=http://127.0.0.1:1\n")
    (folder / "other").write_text(f"MOCKAPI_URL={url}\n")
    assert output_of("--env-file", "other", "clock", "show").endswith("  frozen\n")


def test_environment_and_options_have_priority(folder, url, output_of, run, monkeypatch):
    (folder / ".env").write_text("MOCKAPI_URL=http://127.0.0.1:1\n")
    assert run("clock", "show").exit_code == 2
    assert output_of("clock", "show", "--url", url).endswith("  frozen\n")
    monkeypatch.setenv("MOCKAPI_URL", url)
    assert output_of("clock", "show").endswith("  frozen\n")


def test_settings_of_a_world_are_read(folder, output_of):
    (folder / ".env").write_text("BASE=vendor\nMOCKAPI_SCENARIO=${BASE}-samples\n")
    assert "Mcdonald" in output_of("get", "/ecostruxure/scoring/v1/sites")


@pytest.mark.parametrize(
    ("words", "text", "message"),
    [
        (
            ["doctor"],
            "\n# port\n\nMOCKAPI_PORT=many\n",
            ".env:4: MOCKAPI_PORT: must be a whole number, not 'many'",
        ),
        (
            ["clock", "show"],
            "MOCKAPI_PORT=many\n",
            ".env:1: MOCKAPI_PORT: 'many' is not a port. Use a number such as 8080.",
        ),
        (
            ["healthcheck"],
            "A=1\nMOCKAPI_URL=here\n",
            ".env:2: MOCKAPI_URL: 'here' is not a valid URL. Example: http://127.0.0.1:8080",
        ),
        (
            ["token"],
            "A='\nMOCKAPI_HOST=[\n",
            ".env:2: MOCKAPI_HOST: '[' is not a host. Use one such as 127.0.0.1.",
        ),
        (
            ["token"],
            "MOCKAPI_HOST\n",
            (
                ".env:1: 'MOCKAPI_HOST' is not a variable. "
                "Use NAME=VALUE, with quotes around a value that has spaces or #."
            ),
        ),
        (["token"], "x\nMOCKAPI_HOST='a\n", '.env:2: "MOCKAPI_HOST=\'a" is not a variable. '),
    ],
)
def test_wrong_line_is_2_and_names_the_line(folder, run, words, text, message):
    (folder / ".env").write_text(text)
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory."),
        (b"\xff\xfeM\x00", "is UTF-16. Save it as UTF-8."),
        (b"MOCKAPI_HOST=\xff", "is not UTF-8 from byte 13 on; save it as UTF-8."),
        (b"#" * 1_000_001, "is larger than 1000000 bytes. Shorten it."),
    ],
)
def test_unreadable_file_is_2_with_a_remedy(folder, run, content, message):
    if content is not None:
        (folder / "mine.env").write_bytes(content)
    result = run("--env-file", "mine.env", "clock", "show")
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        f"--env-file: mine.env {message} Give another file with --env-file.\n",
    )


def test_folder_called_dot_env_is_ignored(folder, run, monkeypatch):
    (folder / ".env").mkdir()
    assert run("schema").exit_code == 0


def test_option_after_the_command_is_2_with_the_order(run):
    result = run("clock", "show", "--env-file", "mine.env")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            "Put --env-file before the command: mockapi --env-file FILE clock show. "
            "See `mockapi clock show --help`.\n"
        ),
    )


def test_server_of_an_env_file_serves_until_it_is_stopped(folder):
    (folder / "mine.env").write_text("MOCKAPI_PORT=0\nMOCKAPI_SCENARIO=empty\n")
    command = [sys.executable, "-m", "mockapi", "--env-file", "mine.env", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert "serves empty" in process.stdout.readline()
        process.terminate()
        assert process.wait(30) == 0


def test_unknown_variable_of_the_file_gives_a_warning(folder, url, run):
    (folder / ".env").write_text(f"hello world\nMOCKAPI_URL={url}\nMOCKAPI_PROT=1\n")
    result = run("clock", "show")
    assert (result.exit_code, result.stderr) == (
        0,
        ".env:3: MOCKAPI_PROT is not a setting. Did you mean MOCKAPI_PORT?\n",
    )


def test_server_warns_of_unknown_variables_with_their_lines(folder, run, monkeypatch):
    (folder / "mine.env").write_text("MOCKAPI_PROT=1\nMOCKAPI_SEED=x\n")
    monkeypatch.setenv("MOCKAPI_SED", "1")
    result = run("--env-file", "mine.env", "serve")
    assert (result.exit_code, result.stderr.splitlines()) == (
        2,
        [
            "mine.env:1: MOCKAPI_PROT is not a setting. Did you mean MOCKAPI_PORT?",
            "MOCKAPI_SED is not a setting. Did you mean MOCKAPI_SEED?",
            "mine.env:2: MOCKAPI_SEED: must be a whole number, not 'x'",
        ],
    )


def test_name_of_a_world_in_the_file_is_checked(folder, url, run):
    (folder / ".env").write_text(f"MOCKAPI_URL={url}\nMOCKAPI_WORLD=../x\n")
    result = run("clock", "show")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            ".env:2: MOCKAPI_WORLD: '../x' is not the name of a world. "
            "Use 1 to 100 letters, digits, points, dashes and underscores.\n"
        ),
    )
