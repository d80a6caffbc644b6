"""Modules that are imported at the start and on first use."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys
from mockapi import create_app
from mockapi.client.asgi_client import fetch

headers = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
sys.pycache_prefix, sys.dont_write_bytecode = sys.argv[1], False
app = create_app()
for path in sys.argv[2:]:
    answer = asyncio.run(fetch(app, path, headers))
    print(answer.status, len(answer.body), file=sys.stderr)
print(*sys.modules)
"""
SITES = "/ecostruxure/scoring/v1/sites"
LAZY = {
    "authlib",
    "faker",
    "holidays",
    "jinja2",
    "mockapi.control.route",
    "mockapi.oauth.pages",
    "mockapi.scenario.schema",
    "numpy",
    "yaml",
}


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory) -> str:
    """A folder for bytecode."""
    return str(tmp_path_factory.mktemp("bytecode"))


def loaded_after(bytecode: str, *paths: str) -> set[str]:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, bytecode, *paths],
        capture_output=True,
        text=True,
        check=True,
    )
    statuses = [line.split()[0] for line in ran.stderr.splitlines()]
    assert statuses == ["200"] * len(paths)
    return set(ran.stdout.split())


def test_health_and_sites_import_no_heavy_modules(bytecode):
    assert loaded_after(bytecode, "/healthz", SITES) & LAZY == set()


def test_first_page_imports_nothing_that_computes_readings(bytecode):
    loaded = loaded_after(bytecode, "/")
    screens = {"mockapi.console.scores", "mockapi.console.journal", "mockapi.console.api_docs"}
    assert loaded & {"numpy", "mockapi.scoring.service", "mockapi.control.app", *screens} == {
        "mockapi.control.app"
    }


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("/__admin/health", "mockapi.control.route"),
        ("/docs/partner", "jinja2"),
    ],
)
def test_lazy_imports_happen_on_first_use(path, needed, bytecode):
    assert needed in loaded_after(bytecode, path)


SERVE = """
import atexit, sys

@atexit.register
def report():
    from fastapi.openapi.models import OpenAPI
    print(OpenAPI.__pydantic_complete__, OpenAPI.model_json_schema()["title"])

sys.argv = ["mockapi", "serve", "--port", "0", "--stop-at-eof"]
from mockapi.__main__ import main
main()
"""


def test_serve_builds_no_models_of_openapi_documents():
    ran = subprocess.run(
        [sys.executable, "-c", SERVE],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    # They are built at their first use.
    assert ran.stdout.splitlines()[-1] == "False OpenAPI", ran.stderr
