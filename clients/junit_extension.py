"""Tests of the files for Java with Debian's JUnit 5."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

from commands import CLIENTS, JAVA, JAVAC, ROOT, run, served

JUNIT = Path("/usr/share/java/junit-platform-console-standalone.jar")


def junit(_url: str) -> str:
    """Test the files for Java, and a project that uses them, with Debian's JUnit 5."""
    own = _junit(CLIENTS / "junit" / "tests")
    with served() as url:
        failed, left = _junit(CLIENTS / "junit" / "failing", fails=True, url=url), _worlds(url)
    for expected in (
        r"/sites -> 503 \(fault: status\)",
        r"failsAfterTheEndOfItsWorld\(World\) ✘ the failure of the test\n",
        r"hasUnknownPreset\(World\) ✘ .*no-such-preset",
    ):
        if not re.search(expected, failed):
            sys.exit(f"The report of failed tests has no {expected}:\n{failed}")
    if left:
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


def _worlds(url: str) -> Sequence[object]:
    with urlopen(f"{url}/__admin/worlds") as response:  # noqa: S310 - of this script's server
        worlds: Sequence[object] = json.load(response)
    return worlds


def _junit(tests: Path, *options: str, fails: bool = False, url: str = "") -> str:
    """Compile the files for Java with *tests* outside of the repository; return JUnit's output."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(CLIENTS / "junit" / "mockapi", project / "mockapi")
        shutil.copytree(tests, project, dirs_exist_ok=True)
        sources = sorted(project.rglob("*.java"))
        options_of_javac = ("-Xlint:all", "-Werror", "-d", "classes", "-cp", JUNIT)
        run(*JAVAC, *options_of_javac, *sources, folder=project)
        launch = (*JAVA, "-jar", JUNIT, "--disable-banner", "--disable-ansi-colors", *options)
        scan = ("--details=tree", "-cp", "classes", "--scan-classpath", "classes")
        return run(
            *launch, *scan, "--include-classname=.*Tests?", folder=project, fails=fails, url=url
        )


def _marked(output: str) -> list[str]:
    """Return the lines of JUnit's tree with tests, and the number of successful ones."""
    found = re.findall(r"\w+\(.*\) .*[✔✘].*|\d+ tests successful", output)
    return [line.strip() for line in found]
