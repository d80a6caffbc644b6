"""Lint of the OpenAPI documents, clients generated from them, and the packages for Node and Java.

`make clients` runs all parts, `make clients ARGS=lint` runs one. Libraries are installed in
build/clients. Parts whose tools are missing are skipped with one line each. All requests go to a
server on loopback that this script starts.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from commands import GENERATED, ROOT, served, world
from generated_clients import java, lint, postman, python, typescript
from junit_extension import JUNIT, junit
from node_package import node

SIDE_BY_SIDE = 2
"""Number of parts at a time, because each uses less than one core for part of its time."""


class Part(NamedTuple):
    """A test, the commands and files that it needs, and the targets of make that install more."""

    test: Callable[[str], str]
    needs: tuple[str, ...]
    targets: tuple[str, ...] = ()


_NPM, _JAVA = ("npm", "node"), ("java", "javac")
PARTS: Mapping[str, Part] = {
    "node": Part(node, _NPM, ("node/.tools",)),
    "java": Part(java, _JAVA, (".python",)),
    "junit": Part(junit, (*_JAVA, str(JUNIT))),
    "typescript": Part(typescript, _NPM, (".node",)),
    "python": Part(python, (), (".python",)),
    "lint": Part(lint, _NPM, (".node",)),
    "postman": Part(postman, _NPM, (".node",)),
}
"""The longest ones first, because they run side by side."""

_INSTALLATION = {
    "npm": "nodejs npm",
    "node": "nodejs npm",
    "java": "default-jdk-headless",
    "javac": "default-jdk-headless",
    str(JUNIT): "junit5",
}
"""Packages of Debian. Node.js must be 20 or newer, the JDK 17 or newer."""


def missing_tool(part: Part) -> str | None:
    """Return why *part* is skipped; None if it has its tools."""
    for tool in part.needs:
        if shutil.which(tool) is None and not Path(tool).is_file():
            return (
                f"{tool} is missing. Install it, for example: apt-get install {_INSTALLATION[tool]}"
            )
    return None


def install(names: Iterable[str]) -> None:
    """Install the libraries of the parts with these names."""
    targets = {f"build/clients/{each}" for name in names for each in PARTS[name].targets}
    if targets:
        # Not `run`, because make must use the Python that made the environment.
        make = ("make", "--no-print-directory", *sorted(targets))
        if code := subprocess.run(make, cwd=ROOT, check=False).returncode:
            sys.exit(code)


def run_parts(names: Iterable[str], url: str | None) -> None:
    """Run the parts with these names, `SIDE_BY_SIDE` at a time, each with a world of its own."""
    shutil.rmtree(GENERATED, ignore_errors=True)
    with (
        nullcontext(url) if url else served() as address,
        ThreadPoolExecutor(SIDE_BY_SIDE) as pool,
    ):
        running = [pool.submit(_run_part, name, address) for name in names]
        for each in as_completed(running):
            try:
                print(each.result(), flush=True)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _run_part(name: str, url: str) -> str:
    """Return the output of the part *name* and its time."""
    began = time.perf_counter()
    with world(url, f"clients-{name}") as address:
        output = PARTS[name].test(address).strip()
    return f"{name} ({time.perf_counter() - began:.1f} s)\n{output}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all by default")
    parser.add_argument("--url", help="URL of a running server with the demo")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"Unknown parts: {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}.")
    names = []
    for name in options.parts or PARTS:
        if reason := missing_tool(PARTS[name]):
            print(f"{name}: skipped, because {reason}", flush=True)
        else:
            names.append(name)
    if names:
        install(names)
        run_parts(names, options.url)


if __name__ == "__main__":
    main()
