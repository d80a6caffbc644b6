"""Messages of the command `mockapi`."""

import os
from collections.abc import Iterator
from contextlib import chdir
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from documents.messages.requests import Messages
from mockapi.cli import cli

CALLS = (
    ("nope",),
    ("--env-file", "unknown.env", "serve"),
    ("serve", "--env-file", "unknown.env"),
    ("serv",),
    ("serve", "--nope"),
    ("serve", "--port", "x"),
    ("serve", "--seed", "x"),
    ("serve", "--clock", "yesterday"),
    ("serve", "--edition", "1999"),
    ("serve", "--scenario", "unknown"),
    ("serve", "--scenario", "demos"),
    ("serve", "--public-url", "example.com"),
    ("serve", "--forwarded-allow-ips", "here"),
    ("serve", "--allowed-hosts", "a:80"),
    ("serve", "--log-level", "loud"),
    ("get",),
    ("get", "sites"),
    ("check", "unknown"),
    ("describe", "unknown"),
    ("export", "--format", "xml"),
    ("export", "--scenario", "unknown"),
    ("export", "--from", "yesterday"),
    ("import",),
    ("import", "unknown.har"),
    ("replay",),
    ("replay", "unknown.har", "--to", "x"),
    ("replay", "unknown.har", "--to", "http://127.0.0.1:1", "--report", "drift.pdf"),
    ("replay", "unknown.har", "--to", "http://127.0.0.1:1", "--ignore", "unknown.txt"),
    ("token", "--url", "x"),
    ("pat", "--url", "x"),
    ("faults", "nope"),
    ("faults", "add"),
    ("faults", "add", "status", "503"),
    ("faults", "add", "status", "kind=status"),
    ("faults", "add", "status", "status=503", "status=504"),
    ("clock", "nope"),
    ("clock", "advance"),
    ("clock", "advance", "soon", "--url", "x"),
    ("journal", "1", "--follow"),
    ("journal", "--har", "--limit", "1"),
    ("verify", "--body", "{"),
    ("verify", "--query", "a"),
    ("verify", "--file", "unknown.json"),
    ("sites", "add", "city"),
    ("push", "KEY"),
    ("push", "KEY", "today"),
    ("push", "KEY", "today=x"),
    ("push", "KEY", "--since", "today"),
    ("push", "KEY", "--withdraw", "--file", "unknown.csv"),
    ("reset", "--url", "x"),
    ("scores", "list", "SITE", "--type", "x"),
    ("snapshots", "take"),
    ("worlds", "use", "mine", "--default"),
    ("worlds", "nope"),
    ("worlds", "list", "--url", "x"),
    ("mcp", "--url", "x"),
    ("healthcheck", "--url", "x"),
    ("healthcheck", "--url", "http://127.0.0.1:8080", "--port", "1"),
    ("healthcheck", "--port", "x"),
    ("completion",),
    ("completion", "tcsh"),
    ("schema", "nope"),
    ("doctor", "--port", "x"),
)
"""Wrong calls."""


def sections() -> Iterator[tuple[str, Messages]]:
    yield "Command line", [(f"mockapi {' '.join(call)}", _outcome(call)) for call in CALLS]


def _outcome(call: tuple[str, ...]) -> str:
    unset: dict[str, str | None] = {
        name: None for name in os.environ if name.startswith("MOCKAPI_")
    }
    runner = CliRunner(env=unset)
    with TemporaryDirectory() as folder, chdir(folder):
        here = os.path.realpath(".")
        result = runner.invoke(cli, list(call), prog_name="mockapi")
    return f"exit code {result.exit_code}\n{result.output.replace(here, 'FOLDER')}"
