"""Keeps out of a start what its first answers do not need."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys
from mockapi import create_app
from mockapi.inprocess import fetch

headers = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
app = create_app()
for path in sys.argv[1:]:
    answer = asyncio.run(fetch(app, path, headers))
    print(answer.status, len(answer.body), file=sys.stderr)
print(*sys.modules)
"""
SITES = "/ecostruxure/scoring/v1/sites"
LATE = {
    "authlib",
    "faker",
    "holidays",
    "jinja2",
    "mockapi.faults.kinds",
    "mockapi.http.admin.app",
    "mockapi.http.pages",
    "numpy",
    "pydantic.v1",
}


def loaded_after(*paths: str) -> set[str]:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, *paths], capture_output=True, text=True, check=True
    )
    statuses = [line.split()[0] for line in told.stderr.splitlines()]
    assert statuses == ["200"] * len(paths)
    return set(told.stdout.split())


def test_a_server_that_says_it_is_healthy_and_lists_its_sites_has_loaded_little():
    assert loaded_after("/healthz", SITES) & LATE == set()


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("/__admin/health", "mockapi.http.admin.app"),
        ("/__admin/faults/kinds", "mockapi.faults.kinds"),
        ("/docs/partner", "jinja2"),
    ],
)
def test_what_is_late_comes_when_it_is_asked_for(path, needed):
    assert needed in loaded_after(path)
