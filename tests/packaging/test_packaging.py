"""Contents of the wheel, and its use outside of the checkout."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from mockapi.version import __version__

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, **environment: str) -> str:
    """Return the output of *command*, run outside of the checkout. Raise if it fails."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKAPI_")}
    return subprocess.run(
        command,
        cwd="/",
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Programs of an environment with the wheel, which uses the dependencies of this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=True)
    programs = home / "bin"
    site = Path(
        run(programs / "python", "-c", "import site; print(site.getsitepackages()[0])").strip()
    )
    run(
        sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-index",
        "--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check", wheel,
    )  # fmt: skip
    # After the wheel on the path, so that the installed checkout is not used.
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed), "utf-8")
    return programs


def test_wheel_contains_all_files_of_the_checkout(wheel):
    carried = set(ZipFile(wheel).namelist())
    kept = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mockapi").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    scenarios = {f"mockapi/scenarios/{path.name}" for path in (ROOT / "scenarios").iterdir()}
    assert {name for name in carried if name.startswith("mockapi/")} == kept | scenarios
    assert "mockapi/py.typed" in carried


def test_wheel_contains_every_licence(wheel):
    carried = {name.partition("/licenses/")[2] for name in ZipFile(wheel).namelist()}
    vendored = (ROOT / "mockapi" / "console" / "static" / "LICENSES").iterdir()
    expected = {"LICENSE", *(path.relative_to(ROOT).as_posix() for path in vendored)}
    assert carried - {""} == expected


def test_wheel_has_distribution_name_and_command(wheel):
    archive = ZipFile(wheel)
    assert wheel.name.startswith("mockapi_ecostruxure-")
    entry_points = next(name for name in archive.namelist() if name.endswith("/entry_points.txt"))
    assert "\nmockapi = mockapi.__main__:main\n" in archive.read(entry_points).decode()


def test_wheel_requires_no_development_dependency(wheel):
    archive = ZipFile(wheel)
    metadata = next(name for name in archive.namelist() if name.endswith("/METADATA"))
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in archive.read(metadata).decode().splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    assert not {"pytest", "ruff", "mypy", "hatchling"} & {name.split(">")[0] for name in required}


def test_installed_command_responds_as_the_checkout(installed):
    program = "import mockapi.resources; print(mockapi.resources.scenarios())"
    assert Path(run(installed / "python", "-c", program).strip()).is_relative_to(installed.parent)

    question = ("get", "/ecostruxure/scoring/v1/sites", "--scenario", "demo")
    sites = run(installed / "mockapi", *question)
    assert sites == run(sys.executable, "-m", "mockapi", *question)
    assert len(json.loads(sites)) == 8


def test_pytest_plugin_imports_no_heavy_modules():
    program = "import sys, mockapi.testing.plugin; print('\\n'.join(sys.modules))"
    loaded = set(run(sys.executable, "-c", program).split())
    assert not loaded & {"fastapi", "starlette", "sqlmodel", "sqlalchemy", "pydantic", "uvicorn"}


def test_lock_files_match_the_requirements():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    runtime = names_of(asked["project"]["dependencies"])
    build = names_of(asked["dependency-groups"]["build"])
    dev = names_of(asked["project"]["optional-dependencies"]["dev"])
    docs = names_of(asked["dependency-groups"]["docs"])
    clients = names_of(asked["dependency-groups"]["clients"])
    lint = names_of(asked["dependency-groups"]["lint"])
    peers = names_of(asked["dependency-groups"]["peers"])
    assert {
        "docs": locked_for_the_project("docs"),
        "clients": locked_for_the_project("clients"),
        "lint": locked_for_the_project("lint"),
        "peers": locked_for_the_project("peers"),
        "runtime": locked_for_the_project("runtime"),
        "build": locked_for_the_project("build"),
        "dev": locked_for_the_project("dev"),
    } == {
        "docs": docs,
        "clients": clients,
        "lint": lint,
        "peers": peers,
        "runtime": runtime,
        "build": build,
        "dev": runtime | build | dev,
    }


def test_node_package_has_the_version_and_exact_dependencies():
    package = json.loads((ROOT / "clients" / "node" / "package.json").read_text("utf-8"))
    assert package["version"] == __version__
    needed = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each) for each in needed.values())


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w-]", each)[0] for each in requirements}


def locked_for_the_project(lock: str) -> set[str]:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    packages = re.split(r"\n(?=\S)", text)
    source = "mockapi-ecostruxure (pyproject.toml"
    return {each.split("==")[0] for each in packages if source in each}
