"""Replicas of mockapi in processes of their own, behind nginx with the files of `deploy/nginx`."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx"
SERVE = (sys.executable, "-m", "mockapi", "serve")
# Debian's users do not have its folder in their path.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
REPLICA = "X-Mockapi-Replica"


class Answer(NamedTuple):
    """Response of the balancer."""

    status: int
    headers: Mapping[str, str]
    body: Any


def ask(
    port: int, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return the response to a request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"Content-Type": "application/json", **(headers or {})}
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, sent)
        response = connection.getresponse()
        text = response.read()
        fields = {name.title(): value for name, value in response.getheaders()}
        is_json = "json" in fields.get("Content-Type", "")
        return Answer(response.status, fields, json.loads(text) if text and is_json else text)
    finally:
        connection.close()


class Replica:
    """A process of `mockapi serve`, which keeps its port when it is started again."""

    def __init__(self, scenario: str) -> None:
        self.port = 0
        self._scenario = scenario
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*SERVE, "--scenario", self._scenario, "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Read the output of the process up to its address."""
        line = next(line for line in self._process.stdout if "address" in line)
        self.port = int(line.strip().rpartition(":")[2])

    def kill(self) -> None:
        """End the process without a chance to close anything."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def restart(self) -> None:
        """Start the process again, on the same port, and wait until it is ready."""
        self._process = self._start()
        self.wait_until_ready()


@contextmanager
def replicas(count: int, scenario: str = "empty") -> Generator[list[Replica]]:
    """Run *count* replicas, whose new worlds have *scenario* by default."""
    with ExitStack() as running:
        started = [Replica(scenario) for _ in range(count)]
        for each in started:
            running.callback(each.kill)
        for each in started:
            each.wait_until_ready()
        yield started


def upstreams(ports: Iterable[int]) -> str:
    """Return `replicas.conf` with the addresses of *ports* instead of its own."""
    text = (CONFIGURATION / "replicas.conf").read_text("utf-8")
    in_hash = "".join(f"    server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
    alone = "".join(
        f"upstream mockapi_{number} {{ server 127.0.0.1:{port} max_fails=0; }}\n"
        for number, port in enumerate(ports, 1)
    )
    text = re.sub(r"^upstream mockapi_\d+ .*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"(^    server .*\n)+", in_hash, text, flags=re.MULTILINE) + alone


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def nginx(folder: Path, ports: Iterable[int]) -> Generator[int]:
    """Run nginx with its files in *folder*, before replicas on *ports*. Yield its own port."""
    folder.mkdir()
    for path in CONFIGURATION.glob("*.conf"):
        (folder / path.name).write_bytes(path.read_bytes())
    port = free_port()
    main = (folder / "nginx.conf").read_text("utf-8")
    assert "listen 8080;" in main
    (folder / "nginx.conf").write_text(main.replace("8080", f"127.0.0.1:{port}"), "utf-8")
    (folder / "replicas.conf").write_text(upstreams(ports), "utf-8")
    # The workers of root have a user without access to temporary folders.
    user = ["-g", "user root;"] if os.getuid() == 0 else []
    command = [NGINX, "-p", f"{folder}/", "-c", folder / "nginx.conf", "-e", "stderr", *user]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    log = (folder / "error.log").open("wb")
    with log, subprocess.Popen(command, stderr=log) as process:
        try:
            while not is_listening(port):
                assert process.poll() is None, (folder / "error.log").read_text("utf-8")
            yield port
        finally:
            process.terminate()


def is_listening(port: int) -> bool:
    """Return True if a connection to *port* is accepted."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0
