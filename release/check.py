"""Checks before a release: versions, builds, contents, and first use in an empty environment.

Run by `make release-check`. Writes the files of the release to `dist/`: wheel, sdist, documents.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


class NotReady(Exception):
    """A reason why the release is not ready."""


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """Return the output of *command*. Raise `NotReady` with its output if it fails."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOCKAPI_", "PYTHONPATH"))
    }
    ran = subprocess.run(
        [str(each) for each in command],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise NotReady(f"{shlex.join(map(str, command))}\n{ran.stdout}{ran.stderr}".rstrip())
    return ran.stdout


def version_of_package() -> str:
    """Return the version of the Python package."""
    text = (ROOT / "mockapi" / "version.py").read_text("utf-8")
    return re.search(r'__version__ = "(.+)"', text)[1]


def changelog_sections() -> dict[str, str]:
    """Return the text of each section of the changelog by its version."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    return dict(re.findall(r"^## (\S+).*\n((?:(?!## ).*\n?)*)", changes, re.MULTILINE))


def check_version() -> str:
    """Return the version, after comparing it with changelog, image, npm package and tag."""
    version, sections = version_of_package(), changelog_sections()
    released = [name for name in sections if name != "Unreleased"]
    tags = run("git", "tag", "--points-at", "HEAD").split()
    if tags and f"v{version}" not in tags:
        raise NotReady(f"The tag is {tags[0]}, but the version is {version}.")
    if tags and released[:1] != [version]:
        raise NotReady(f"v{version} is tagged, but the changelog has no section {version}.")
    if version in released[1:] or (version in released and sections.get("Unreleased", "").strip()):
        raise NotReady(f"{version} is released, and there are changes. Set the next version.")
    if version not in released and not sections.get("Unreleased", "").strip():
        raise NotReady(f"The changelog has no changes for {version}.")
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8")
    if f"ARG VERSION={version}\n" not in dockerfile:
        raise NotReady(f"The Dockerfile's VERSION is not {version}.")
    package = json.loads((ROOT / "clients" / "node" / "package.json").read_text("utf-8"))
    if package["version"] != version:
        raise NotReady(f"The version of clients/node/package.json is not {version}.")
    state = "has a section" if version in released else "is under Unreleased"
    print(f"version {version}: {state} in the changelog; tag: {', '.join(tags) or 'none'}")
    return version


def build(folder: Path, source: Path = ROOT) -> dict[str, bytes]:
    """Build *source* in *folder* and return the content of wheel and sdist by file name."""
    epoch = run("git", "log", "-1", "--format=%ct").strip()
    run(
        sys.executable, "-m", "hatchling", "build", "--directory", folder,
        cwd=source, SOURCE_DATE_EPOCH=epoch,
    )  # fmt: skip
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def build_reproducibly(scratch: Path) -> tuple[Path, Path]:
    """Return wheel and sdist, after checking that repeated builds give the same bytes."""
    first, again = build(scratch / "first"), build(scratch / "again")
    for name, content in first.items():
        if again[name] != content:
            raise NotReady(f"Two builds of {name} differ.")
    sdist = next(name for name in first if name.endswith(".tar.gz"))
    wheel = next(name for name in first if name.endswith(".whl"))
    # Not by tarfile, whose filters Python 3.11.2 of Debian does not have.
    run("tar", "-xf", scratch / "first" / sdist, "-C", scratch)
    if build(scratch / "sdist", scratch / sdist.removesuffix(".tar.gz"))[wheel] != first[wheel]:
        raise NotReady(f"{sdist} builds a different {wheel}.")
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.copytree(scratch / "first", DIST)
    for name, content in first.items():
        print(f"{name}: {len(content) / 1e6:.2f} MB, reproducible")
    return DIST / wheel, DIST / sdist


def copy_documents() -> None:
    """Copy the documents for other languages to `dist/`, named after their kind."""
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
    """Raise `NotReady` if files or licences are missing in the wheel or not in the repository."""
    kept = set(run("git", "ls-files", "mockapi").splitlines())
    kept |= {f"mockapi/{name}" for name in run("git", "ls-files", "scenarios").splitlines()}
    names = ZipFile(wheel).namelist()
    carried = {name for name in names if name.startswith("mockapi/")}
    if carried != kept:
        raise NotReady(f"Missing: {sorted(kept - carried)}; unexpected: {sorted(carried - kept)}.")
    licences = {name.partition("/licenses/")[2] for name in names} - {""}
    vendored = run("git", "ls-files", "mockapi/console/static/LICENSES").splitlines()
    if licences != {"LICENSE", *vendored}:
        raise NotReady(f"The wheel has the wrong licences: {sorted(licences)}.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    if wheel.name.partition("-")[0] != project["name"].replace("-", "_"):
        raise NotReady(f"'{wheel.name}' is not a wheel of {project['name']}.")
    if "mockapi" not in project["scripts"]:
        raise NotReady("The wheel has no command `mockapi`.")
    print(f"contents: {len(carried)} files, {len(licences)} licences")


def check_first_use(wheel: Path, version: str, scratch: Path) -> None:
    """Install *wheel* in an empty environment and run the first steps of the README."""
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
        raise NotReady("`mockapi --version` prints another version.")
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
        raise NotReady(f"The server exited with {code}.")
    print(f"first use: {len(sites)} sites, and the server exited with 0")
    names = sorted(path.stem for path in ROOT.glob("scenarios/*.yaml"))
    first_requests = (ROOT / "release" / "first_requests.py", "--every", "--bytecode", empty)
    print(run(programs / "python", *first_requests, *names, cwd=empty).rstrip())


def pack_node_client(scratch: Path) -> None:
    """Build, test and pack the npm package in `dist/`. Skip it without npm."""
    if shutil.which("npm") is None:
        print("npm package: skipped, because npm is not installed")
        return
    home = scratch / "node"
    shutil.copytree(
        ROOT / "clients" / "node", home, ignore=shutil.ignore_patterns("node_modules", "dist")
    )
    shutil.copy(ROOT / "LICENSE", home)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run("npm", "install", "--no-package-lock", *options, cwd=home)
    run("npm", "run", "build", cwd=home)
    if repository := os.environ.get("GITHUB_REPOSITORY"):
        # The registry accepts provenance only for the repository of the workflow.
        url = f"git+{os.environ['GITHUB_SERVER_URL']}/{repository}.git"
        run("npm", "pkg", "set", "repository.type=git", f"repository.url={url}", cwd=home)
    packed = json.loads(run("npm", "pack", "--ignore-scripts", "--json", cwd=home))
    # npm 11 returns an object by name, older versions a list.
    (about,) = packed.values() if isinstance(packed, dict) else packed
    names = {each["path"] for each in about["files"]}
    missing = {"LICENSE", "README.md", "dist/index.js", "dist/index.d.ts"} - names
    sources = {name for name in names if name.startswith(("src/", "test/"))}
    if missing or sources:
        raise NotReady(f"npm package: missing {sorted(missing)}; unexpected {sorted(sources)}.")
    shutil.copy(home / about["filename"], DIST)
    # The same path as in the workflow: without "./", npm takes it for a repository.
    run("npm", "publish", "--dry-run", "--access", "public", f"./dist/{about['filename']}")
    print(f"npm package: {about['filename']}, {about['size'] / 1e3:.0f} kB, {len(names)} files")


def _fails(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def build_image() -> None:
    """Build the image for this platform. Skip it without a Docker engine."""
    if shutil.which("docker") is None or _fails("docker", "info"):
        print("image: skipped, because no Docker engine responds")
        return
    print(run("make", "--no-print-directory", "docker", "image-check").splitlines()[-1])


def main() -> None:
    """Run all checks; exit with the reason if one fails."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        try:
            version = check_version()
            wheel, _ = build_reproducibly(scratch)
            copy_documents()
            check_contents(wheel)
            check_first_use(wheel, version, scratch)
            pack_node_client(scratch)
            build_image()
        except NotReady as reason:
            sys.exit(f"not ready: {reason}")
    print("ready")


if __name__ == "__main__":
    main()
