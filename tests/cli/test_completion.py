"""Words that each shell is given to complete."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockapi.cli import cli

SHELLS = ("bash", "zsh", "fish")


def completed(shell: str, *words: str) -> list[str]:
    """Return what *shell* offers for the last of *words*; a path is `file`."""
    line = " ".join(("mockapi", *words))
    where = words[-1] if shell == "fish" else str(len(words))
    asked = {
        "_MOCKAPI_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": where,
    }
    result = CliRunner().invoke(cli, [], env=asked, prog_name="mockapi")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.strip("\n").splitlines()
    if shell == "zsh":
        return [
            value if kind == "plain" else kind
            for kind, value in zip(lines[::3], lines[1::3], strict=True)
        ]
    pairs = [each.split("\t")[0].split(",", 1) for each in lines]
    return [value if kind == "plain" else kind for kind, value in pairs]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("faults", "add", "st"), ["status", "stale_data"]),
        (("faults", "add", "--preset", "sl"), ["slow-backend"]),
        (("faults", "add", "status", "st"), ["status=", "style="]),
        (("faults", "add", "status", "style=ap"), ["style=apigee"]),
        (("faults", "add", "latency", "seconds=1", "se"), ["sequence=", "seed="]),
        (("faults", "add", "latency", "repeat="), ["repeat=true", "repeat=false"]),
        (("faults", "add", "latency", "operation=listS"), ["operation=listSites"]),
        (("faults", "add", "nonsense", "s"), []),
        (("export", "--interval", "pt1"), ["PT15M", "PT1H"]),
        (("export", "--format", "J"), ["jsonl"]),
        (("export", "--out", "x"), ["file"]),
        (("export", "--scenario", "ven"), ["vendor-samples"]),
        (("describe", "dem"), ["demo"]),
        (("check", "./mine"), ["file"]),
        (("get", "--edition", "2023"), ["2023-user", "2023-java"]),
        (("serve", "--scenario", "ven"), ["vendor-samples"]),
        (("serve", "--log-format", "j"), ["json"]),
        (("serve", "--error-style", "a"), ["apigee"]),
        (("worlds", "create", "--edition", "20"), ["2022", "2023-user", "2023-java"]),
        (("completion", "z"), ["zsh"]),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)  # fmt: skip
def test_shell_is_offered_the_words_that_may_follow(shell, words, offered):
    assert completed(shell, *words) == offered


@pytest.mark.parametrize("shell", SHELLS)
def test_worlds_and_faults_of_the_server_are_offered(shell, server):
    world = server.create_world(f"blue-{shell}", scenario="empty")
    fault = world.fault("latency", seconds=0.1).add()
    assert completed(shell, "worlds", "delete", "blue-") == [f"blue-{shell}"]
    assert completed(shell, "clock", "show", "--world", "blue-") == [f"blue-{shell}"]
    named = ("faults", "remove", "--world", f"blue-{shell}", fault.id[:4])
    assert completed(shell, *named) == [fault.id]
    world.delete()


def test_no_world_is_offered_without_a_server(monkeypatch):
    monkeypatch.setenv("MOCKAPI_URL", "http://127.0.0.1:9")
    assert completed("bash", "worlds", "delete", "b") == []


def test_bash_splits_a_setting_at_its_equals_sign():
    assert completed("bash", "faults", "add", "status", "style", "=") == [
        "problem",
        "apigee",
        "html",
        "empty",
    ]
    assert completed("bash", "faults", "add", "status", "style", "=", "ap") == ["apigee"]


def test_bash_completes_with_the_printed_script():
    script = CliRunner().invoke(cli, ["completion", "bash"], prog_name="mockapi").stdout
    typed = "COMP_WORDS=(mockapi faults add status st); COMP_CWORD=4"
    asked = f'{script}\n{typed}; _mockapi_completion mockapi; echo "${{COMPREPLY[@]}}"'
    answer = subprocess.run(
        ["bash", "-c", asked],
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "status= style=\n"
    # bash refuses compopt outside of a completion: it is reached for both words.
    assert answer.stderr.count("compopt: not currently executing completion function") == 2
