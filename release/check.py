"""Checks a release before it is made: versions, builds, contents, and a first use far from here.

Run by `make release-check`; leaves the files of a release in `dist/`: wheel, sdist, documents.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


class NotReady(Exception):
    """The release may not be made; says why."""


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """Return what *command* printed; raises `NotReady` with its words where it failed."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOCKAPI_", "PYTHONPATH"))
    }
    told = subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise NotReady(f"{shlex.join(map(str, command))}\n{told.stdout}{told.stderr}".rstrip())
    return told.stdout


def version_stated() -> str:
    """Return the version, which changelog, image and tag agree on."""
    text = (ROOT / "mockapi" / "version.py").read_text("utf-8")
    version = re.search(r'__version__ = "(.+)"', text)[1]
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\S+).*\n((?:(?!## ).*\n?)*)", changes, re.MULTILINE))
    released = [name for name in sections if name != "Unreleased"]
    tags = run("git", "tag", "--points-at", "HEAD").split()
    if tags and f"v{version}" not in tags:
        raise NotReady(f"The tag is {tags[0]}, and the version {version}.")
    if tags and released[:1] != [version]:
        raise NotReady(f"v{version} is tagged, and the changelog has no section {version}.")
    if version in released[1:] or (version in released and sections.get("Unreleased", "").strip()):
        raise NotReady(f"{version} was released, and there are changes: choose the next version.")
    if version not in released and not sections.get("Unreleased", "").strip():
        raise NotReady(f"The changelog says nothing of {version}.")
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    if f"ARG VERSION={version}\n" not in dockerfile:
        raise NotReady(f"The Dockerfile's VERSION is not {version}.")
    state = "has its section" if version in released else "is still under Unreleased"
    print(f"version {version}: {state} in the changelog; tag: {', '.join(tags) or 'none yet'}")
    return version


def build(folder: Path, source: Path = ROOT) -> dict[str, bytes]:
    """Return the wheel and the sdist that *source* is built to, by name."""
    epoch = run("git", "log", "-1", "--format=%ct").strip()
    run(
        sys.executable, "-m", "hatchling", "build", "--directory", folder,
        cwd=source, SOURCE_DATE_EPOCH=epoch,
    )  # fmt: skip
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def build_alike(scratch: Path) -> tuple[Path, Path]:
    """Return wheel and sdist, which two builds and a build of the sdist make byte by byte."""
    first, again = build(scratch / "first"), build(scratch / "again")
    for name, content in first.items():
        if again[name] != content:
            raise NotReady(f"Two builds of {name} differ.")
    sdist = next(name for name in first if name.endswith(".tar.gz"))
    wheel = next(name for name in first if name.endswith(".whl"))
    with tarfile.open(scratch / "first" / sdist) as archive:
        archive.extractall(scratch, filter="data")
    if build(scratch / "sdist", scratch / sdist.removesuffix(".tar.gz"))[wheel] != first[wheel]:
        raise NotReady(f"{sdist} builds another {wheel}.")
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.copytree(scratch / "first", DIST)
    for name, content in first.items():
        print(f"{name}: {len(content) / 1e6:.2f} MB, the same bytes each time")
    return DIST / wheel, DIST / sdist


def lay_documents_beside() -> None:
    """Copy what teams of other languages take without the repository, named after its kind."""
    copied = {
        **{f"openapi-{path.name}": path for path in ROOT.glob("docs/openapi/*.json")},
        **{path.name: path for path in ROOT.glob("docs/postman/*.json")},
        **{path.name: path for path in ROOT.glob("docs/http/*.http")},
        "scenario.schema.json": ROOT / "scenarios" / "scenario.schema.json",
    }
    for name, path in copied.items():
        shutil.copyfile(path, DIST / name)
    print(f"documents: {', '.join(sorted(copied))}")


def check_contents(wheel: Path) -> None:
    """Refuse a wheel that lacks a kept file or a licence, or carries what is not kept."""
    kept = set(run("git", "ls-files", "mockapi").splitlines())
    kept |= {f"mockapi/{name}" for name in run("git", "ls-files", "scenarios").splitlines()}
    names = ZipFile(wheel).namelist()
    carried = {name for name in names if name.startswith("mockapi/")}
    if carried != kept:
        raise NotReady(f"Missing: {sorted(kept - carried)}; too much: {sorted(carried - kept)}.")
    licences = {name.partition("/licenses/")[2] for name in names} - {""}
    vendored = run("git", "ls-files", "mockapi/console/static/LICENSES").splitlines()
    if licences != {"LICENSE", *vendored}:
        raise NotReady(f"The licences in the wheel are {sorted(licences)}.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    if wheel.name.partition("-")[0] != project["name"].replace("-", "_"):
        raise NotReady(f"'{wheel.name}' is not a wheel of {project['name']}.")
    if "mockapi" not in project["scripts"]:
        raise NotReady("The wheel has no command `mockapi`.")
    print(f"contents: {len(carried)} files, {len(licences)} licences")


def use_it(wheel: Path, version: str, scratch: Path) -> None:
    """Install *wheel* where nothing else is, and do what the README does first."""
    home = scratch / "environment"
    run(sys.executable, "-m", "venv", home)
    programs = home / "bin"
    pip = (programs / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "runtime.txt")
    run(*pip, "--no-deps", "--no-index", wheel)
    run(programs / "python", "-m", "pip", "check")
    empty = scratch / "empty"
    empty.mkdir()
    if version not in run(programs / "mockapi", "--version", cwd=empty):
        raise NotReady("The command tells another version.")
    run(programs / "mockapi", "check", ROOT / "scenarios" / "demo.yaml", cwd=empty)
    readme = (ROOT / "README.md").read_text("utf-8")
    request = re.search(r"^curl .*", readme, re.MULTILINE)[0]
    server = subprocess.Popen([programs / "mockapi", "serve", "--port", "8080"], cwd=empty)
    try:
        run(programs / "mockapi", "healthcheck", "--wait", "30", cwd=empty)
        sites = json.loads(run(*shlex.split(request.replace("curl ", "curl -sSf ", 1)), cwd=empty))
    finally:
        server.terminate()
        code = server.wait(timeout=10)
    if code:
        raise NotReady(f"The server ended with {code}.")
    print(f"first use: {len(sites)} sites, and the server ended with 0")
    names = sorted(path.stem for path in ROOT.glob("scenarios/*.yaml"))
    first_requests = (ROOT / "release" / "first_requests.py", "--every", "--bytecode", empty)
    print(run(programs / "python", *first_requests, *names, cwd=empty).rstrip())


def main() -> None:
    """Check everything, or say what is not ready."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        try:
            version = version_stated()
            wheel, _ = build_alike(scratch)
            lay_documents_beside()
            check_contents(wheel)
            use_it(wheel, version, scratch)
        except NotReady as reason:
            sys.exit(f"not ready: {reason}")
    print("ready")


if __name__ == "__main__":
    main()
