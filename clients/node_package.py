"""Tests of the npm package."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from commands import CLIENTS, OPENAPI, ROOT, TOOLS, run


def node(_url: str) -> str:
    """Test the npm package, and a project that uses its tarball."""
    home = TOOLS / "node"
    for name in ("src", "test", "dist"):
        shutil.rmtree(home / name, ignore_errors=True)
    shutil.copytree(CLIENTS / "node", home, dirs_exist_ok=True, ignore=_NOT_COPIED)
    shutil.copy(ROOT / "LICENSE", home)
    types = ("--default-non-nullable=false", "--output", home / "control.ts")
    run("npx", "openapi-typescript", OPENAPI / "control.json", *types, folder=home)
    generated, kept = (_without_comments(home / name) for name in ("control.ts", "src/control.ts"))
    if generated != kept:
        sys.exit("clients/node/src/control.ts differs from control.json. Run make client-types.")
    run("npm", "run", "build", folder=home)
    tests = run("npm", "test", folder=home)
    return "\n".join([*_totals(tests), *_use_tarball(home)])


def _without_comments(source: Path) -> str:
    # A changed description in control.json changes no type.
    return re.sub(r"\s*/\*\*.*?\*/", "", source.read_text("utf-8"), flags=re.DOTALL)


_NOT_COPIED = shutil.ignore_patterns("node_modules", "dist")


def _totals(output: str) -> list[str]:
    """Return the lines of Vitest and Jest with the numbers of tests."""
    found = re.findall(r"^ *(?:Tests:?|✓) .*", output, re.MULTILINE)
    return [" ".join(line.split()) for line in found]


def _use_tarball(package: Path) -> Iterator[str]:
    """Run the tests of docs/examples/vitest with the tarball, outside of the repository."""
    for old in package.glob("*.tgz"):
        old.unlink()
    run("npm", "pack", folder=package)
    (tarball,) = package.glob("*.tgz")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(ROOT / "docs" / "examples" / "vitest", project)
        install = ("install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
        run("npm", *install, "--loglevel=error", tarball, folder=project)
        yield f"{tarball.name}, {tarball.stat().st_size / 1000:.0f} kB, in a project of its own"
        yield from ("serial:", *_totals(run(*_VITEST, "--no-file-parallelism", folder=project)))
        for file in list(project.glob("*.test.ts")):
            for number in (2, 3, 4):
                shutil.copy(file, project / f"again-{number}-{file.name}")
        threads = ("--pool=threads", "--maxWorkers=4")
        output = run(*_VITEST, *threads, folder=project)
        yield from ("4 threads, each file four times:", *_totals(output))
        yield from (
            "4 threads, 4 replicas behind nginx:",
            *_behind_nginx(project, *_VITEST, *threads),
        )


# With a limit of a minute, because a busy machine exceeds the usual five seconds.
_VITEST = ("npx", "vitest", "run", "--testTimeout=60000")


def _behind_nginx(project: Path, *tests: str) -> list[str]:
    """Run *tests* of the same project with the files of deploy/nginx."""
    sys.path.append(str(ROOT / "tests" / "deploy"))
    from balanced_replicas import NGINX, nginx, replicas

    if NGINX is None:
        return ["skipped: nginx is missing."]
    with ExitStack() as stack:
        ports = [each.port for each in stack.enter_context(replicas(4, "demo"))]
        port = stack.enter_context(nginx(project.parent / "nginx", ports))
        return _totals(run(*tests, folder=project, url=f"http://127.0.0.1:{port}"))
