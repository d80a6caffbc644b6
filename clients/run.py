"""Lint of the OpenAPI documents, clients generated from them, and the packages for Node and Java.

`make clients` runs all parts, `make clients ARGS=lint` runs one. Libraries are installed in
build/clients. Parts whose tools are missing are skipped with one line each. All requests go to a
server on loopback that this script starts.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).parent
TOOLS = ROOT / "build" / "clients"
NODE = TOOLS / "node_modules" / ".bin"
PYTHON = TOOLS / "python" / "bin"
COMMANDS = Path(sys.executable).parent
GENERATED = TOOLS / "generated"
OPENAPI = ROOT / "docs" / "openapi"
NAMES = ("partner", "user", "control")
JUNIT = Path("/usr/share/java/junit-platform-console-standalone.jar")
MOST_SECONDS = 300


def without_settings() -> dict[str, str]:
    """Return the environment without settings of mockapi."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MOCKAPI_")}


def run(*command: object, folder: Path = ROOT, fails: bool = False, url: str = "") -> str:
    """Return the output of *command*; exit with its output if it fails, or not if it *fails*.

    The tests of the packages use the server at *url*, or start one.
    """
    environment = {
        **without_settings(),
        # The tests of the packages start the command `mockapi`.
        "PATH": os.pathsep.join([str(PYTHON), str(COMMANDS), os.environ["PATH"]]),
        "PYTHONPATH": str(GENERATED / "python"),
        "REDOCLY_TELEMETRY": "off",
        "NO_COLOR": "1",
        **({"MOCKAPI_URL": url} if url else {}),
    }
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    if (done.returncode != 0) != fails:
        sys.exit(f"{' '.join(words)[:500]}\n{done.stdout}")
    return done.stdout


@contextmanager
def served() -> Generator[str]:
    """Yield the URL of a server with the demo."""
    command = [sys.executable, "-m", "mockapi", "serve", "--port", "0"]
    kept = without_settings()
    with subprocess.Popen(command, cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True) as server:
        try:
            for line in server.stdout or ():
                if line.split()[:1] == ["address"]:
                    yield line.split()[1]
                    break
            else:
                sys.exit("The server did not start.")
        finally:
            server.terminate()


def lint(_url: str) -> str:
    documents = [f"{name}.json" for name in NAMES]
    spectral = ("lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint", "--quiet")
    run(NODE / "spectral", *spectral, *documents, folder=OPENAPI)
    redocly = ("lint", "--config", "redocly.yaml", "--format", "stylish", *documents)
    run(NODE / "redocly", *redocly, folder=OPENAPI)
    return f"spectral and redocly report no errors in {', '.join(documents)}"


def python(url: str) -> str:
    for name in NAMES:
        run(
            PYTHON / "openapi-python-client", "generate", "--meta", "none", "--overwrite",
            "--path", OPENAPI / f"{name}.json",
            "--output-path", GENERATED / "python" / f"{name}_api",
        )  # fmt: skip
    return run(PYTHON / "python", HERE / "python" / "stories.py", url)


def typescript(url: str) -> str:
    home = GENERATED / "typescript"
    home.mkdir(parents=True)
    for name in NAMES:
        # Members with a default are optional in requests.
        types = ("--default-non-nullable=false", "-o", home / f"{name}.ts")
        run(NODE / "openapi-typescript", OPENAPI / f"{name}.json", *types)
    shutil.copy(HERE / "typescript" / "stories.ts", home)
    (home / "package.json").write_text('{"type": "module"}', "utf-8")
    options = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck")
    run(NODE / "tsc", *options, "stories.ts", folder=home)
    return run("node", "stories.js", url, folder=home)


def java(url: str) -> str:
    # The jar of the generator contains the libraries that the generated code needs.
    jar = next(TOOLS.glob("python/lib/*/site-packages/openapi_generator_cli/*.jar"))
    home = GENERATED / "java"
    for name in NAMES:
        packages = [f"{part}Package=mockapi.{name}{suffix}" for part, suffix in _PACKAGES.items()]
        run(
            "java", "-jar", jar, "generate", "--generator-name", "java", "--library", "native",
            "--input-spec", OPENAPI / f"{name}.json", "--output", home,
            "--global-property", "apis,models,supportingFiles,apiTests=false,modelTests=false",
            "--additional-properties", ",".join([*packages, "openApiNullable=false"]),
        )  # fmt: skip
    sources = [*home.glob("src/main/java/**/*.java"), *(HERE / "java").rglob("*.java")]
    run("javac", "-nowarn", "-d", home / "classes", "-cp", jar, *sources)
    return run("java", "-cp", f"{jar}{os.pathsep}{home / 'classes'}", "Stories", url)


_PACKAGES = {"invoker": "", "api": ".api", "model": ".model"}


def node(_url: str) -> str:
    """Test the npm package, and a project that uses its tarball."""
    home = TOOLS / "node"
    for name in ("src", "test", "dist"):
        shutil.rmtree(home / name, ignore_errors=True)
    shutil.copytree(HERE / "node", home, dirs_exist_ok=True, ignore=_NOT_COPIED)
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


def junit(url: str) -> str:
    """Test the files for Java, and a project that uses them, with Debian's JUnit 5."""
    own = _junit(HERE / "junit" / "tests")
    failed = _junit(HERE / "junit" / "failing", fails=True, url=url)
    for expected in (
        r"/sites -> 503 \(fault: status\)",
        r"failsAfterTheEndOfItsWorld\(World\) ✘ the failure of the test\n",
        r"hasUnknownPreset\(World\) ✘ .*no-such-preset",
    ):
        if not re.search(expected, failed):
            sys.exit(f"The report of failed tests has no {expected}:\n{failed}")
    with urlopen(f"{url}/__admin/worlds") as response:  # noqa: S310 - of this script's server
        if left := json.load(response):
            sys.exit(f"Failed tests have left worlds: {left}\n{failed}")
    example = ROOT / "docs" / "examples" / "junit"
    threads = {"enabled": "true", "mode.default": "concurrent", "config.strategy": "fixed"}
    threads["config.fixed.parallelism"] = "4"
    parallel = [
        f"--config=junit.jupiter.execution.parallel.{key}={value}" for key, value in threads.items()
    ]
    return "\n".join(
        [*_marked(own), "serial:", *_marked(_junit(example)),
         "4 threads:", *_marked(_junit(example, *parallel))]
    )  # fmt: skip


def _junit(tests: Path, *options: str, fails: bool = False, url: str = "") -> str:
    """Compile the files for Java with *tests* outside of the repository; return JUnit's output."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(HERE / "junit" / "mockapi", project / "mockapi")
        shutil.copytree(tests, project, dirs_exist_ok=True)
        sources = sorted(project.rglob("*.java"))
        run(
            "javac",
            "-Xlint:all",
            "-Werror",
            "-d",
            "classes",
            "-cp",
            JUNIT,
            *sources,
            folder=project,
        )
        launch = ("java", "-jar", JUNIT, "--disable-banner", "--disable-ansi-colors", *options)
        scan = ("--details=tree", "-cp", "classes", "--scan-classpath", "classes")
        return run(
            *launch, *scan, "--include-classname=.*Tests?", folder=project, fails=fails, url=url
        )


def _marked(output: str) -> list[str]:
    """Return the lines of JUnit's tree with tests, and the number of successful ones."""
    found = re.findall(r"\w+\(.*\) .*[✔✘].*|\d+ tests successful", output)
    return [line.strip() for line in found]


def postman(url: str) -> str:
    collection = ROOT / "docs" / "postman" / "mockapi.postman_collection.json"
    options = ("--env-var", f"baseUrl={url}", "--reporter-cli-no-banner", "--color", "off")
    output = run(NODE / "newman", "run", collection, *options, "--bail")
    return "\n".join(
        " ".join(line.replace("│", " ").split())
        for line in output.splitlines()
        if line.startswith("│") and ("requests" in line or "assertions" in line)
    )


class Part(NamedTuple):
    """A test, the commands and files that it needs, and the targets of make that install more."""

    test: Callable[[str], str]
    needs: tuple[str, ...]
    targets: tuple[str, ...] = ()


_NPM, _JAVA = ("npm", "node"), ("java", "javac")
PARTS: Mapping[str, Part] = {
    "lint": Part(lint, _NPM, (".node",)),
    "python": Part(python, (), (".python",)),
    "typescript": Part(typescript, _NPM, (".node",)),
    "java": Part(java, _JAVA, (".python",)),
    "postman": Part(postman, _NPM, (".node",)),
    "node": Part(node, _NPM, ("node/.tools",)),
    "junit": Part(junit, (*_JAVA, str(JUNIT))),
}
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


def run_parts(names: Iterable[str], url: str) -> None:
    """Install the libraries of the parts with these names, then run and time each."""
    targets = {f"build/clients/{each}" for name in names for each in PARTS[name].targets}
    if targets:
        # Not `run`, because make must use the Python that made the environment.
        make = ("make", "--no-print-directory", *sorted(targets))
        if code := subprocess.run(make, cwd=ROOT, check=False).returncode:
            sys.exit(code)
    shutil.rmtree(GENERATED, ignore_errors=True)
    with nullcontext(url) if url else served() as address:
        for name in names:
            began = time.perf_counter()
            output = PARTS[name].test(address).strip()
            print(f"{name} ({time.perf_counter() - began:.1f} s)\n{output}\n", flush=True)


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
        run_parts(names, options.url)


if __name__ == "__main__":
    main()
