"""Clients in several languages that trust the authority as `mockapi serve --tls` prints it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PYTHON = "import requests, sys; print(requests.get(sys.argv[1], timeout=30).status_code)"
NODE = "fetch(process.argv[1]).then((found) => console.log(found.status))"
JAVA = """\
import java.net.URI;
import java.net.http.*;

class Ask {
  public static void main(String[] words) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(words[0])).build();
    var found = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
    System.out.println(found.statusCode());
  }
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def printed(folder) -> Iterator[Mapping[str, str]]:
    """The lines of a running server by their labels; those of `curl` and Java's options, too."""
    command = [sys.executable, "-m", "mockapi", "serve", "--tls", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        while not lines or "trustStore=" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], lines
        labels = re.findall(r"^  ([A-Za-z ]*?)  +(\S.*)$", "".join(lines), re.MULTILINE)
        curl = next(line.strip() for line in lines if line.startswith("  curl "))
        yield {**dict(labels), "curl": curl, "options": lines[-1].strip()}
        process.terminate()


def output_of(*words: str | Path, folder: Path, variable: str = "") -> str:
    """Return the output of a command with an additional environment *variable*, NAME=VALUE."""
    name, _, value = variable.partition("=")
    run = subprocess.run(
        words,
        cwd=folder,
        env=os.environ | ({name: shlex.split(value)[0]} if name else {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_trusts_the_printed_authority(printed, folder):
    assert '"Fouquet Office Lyon"' in output_of(*shlex.split(printed["curl"]), folder=folder)


def test_requests_trusts_the_printed_authority(printed, folder):
    words = (sys.executable, "-c", PYTHON, f"{printed['address']}/healthz")
    assert output_of(*words, folder=folder, variable=printed["requests"]) == "200\n"


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_node_trusts_the_printed_authority(printed, folder):
    words = ("node", "-e", NODE, f"{printed['address']}/healthz")
    assert output_of(*words, folder=folder, variable=printed["node"]) == "200\n"


@pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK is not installed")
def test_java_trusts_the_printed_authority(printed, folder):
    output_of(*shlex.split(printed["Java"]), folder=folder)
    (folder / "Ask.java").write_text(JAVA, "utf-8")
    options = shlex.split(printed["options"])
    url = f"{printed['address']}/healthz"
    assert output_of("java", *options, "Ask.java", url, folder=folder) == "200\n"
