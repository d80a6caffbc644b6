"""Recordings of mockapi itself, and scenarios imported from them."""

import json
from pathlib import Path

from click.testing import CliRunner
from starlette.testclient import TestClient

from mockapi import Settings, create_app
from mockapi.cli import cli

PARTNER = "/ecostruxure/scoring/v1/sites"
USER = "/ecostruxure/user/scoring/v1/sites"
PARTS = ("meters", "projects", "performance-scores")

Exchange = tuple[str, str, int, object]
"""The token, the target, the status and the body of a request and its response."""


def get(client: TestClient, token: str, target: str) -> tuple[int, object]:
    response = client.get(target, headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.json()


def read_sites(client: TestClient, token: str, most: int = 1_000) -> list[Exchange]:
    """Return the responses about the sites of a token, as a client of both APIs reads them."""
    targets = [PARTNER, USER]
    for site in get(client, token, PARTNER)[1][:most]:
        targets += [f"{PARTNER}/{site['id']}/{part}" for part in PARTS]
        targets.append(f"{USER}/{site['id']}/scoring-requests")
    return [(token, target, *get(client, token, target)) for target in targets]


def har(exchanges: list[Exchange], started_at: str | None = "2026-06-01T09:00:00Z") -> dict:
    """Return HAR as a proxy writes it: with tokens, without anything that only mockapi adds."""
    return {"log": {"entries": [har_entry(*each, started_at) for each in exchanges]}}


def har_entry(token, target, status, body, started_at=None):
    return {
        "startedDateTime": started_at,
        "request": {
            "method": "GET",
            "url": f"https://api.example.net{target}",
            "headers": [{"name": "authorization", "value": f"Bearer {token}"}],
        },
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"mimeType": "application/json", "text": json.dumps(body)},
        },
    }


def write(folder: Path, tree: object, name: str = "session.har") -> Path:
    path = folder / name
    path.write_text(json.dumps(tree), "utf-8")
    return path


def run(*words: object) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of the command with *words*."""
    result = CliRunner().invoke(cli, [str(each) for each in words])
    return result.exit_code, result.stdout, result.stderr


def imported(folder: Path, tree: object, *options: str) -> Path:
    """Return the scenario file imported from the recording *tree*, which `check` accepts."""
    out = folder / "mine.yaml"
    exit_code, _, problems = run("import", write(folder, tree), "--out", out, "--force", *options)
    assert exit_code == 0, problems
    exit_code, _, problems = run("check", out)
    assert exit_code == 0, problems
    return out


def serving(scenario: Path) -> TestClient:
    """Return a client of the app with *scenario*; its tokens are `token(1)` and so on."""
    return TestClient(create_app(Settings(scenario=str(scenario))))


def token(customer: int) -> str:
    return f"mockAccessToken{customer:013}"
