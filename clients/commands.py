"""Commands of the tests of clients, their folders, and the server that the clients use."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
CLIENTS = Path(__file__).parent
TOOLS = ROOT / "build" / "clients"
NODE = TOOLS / "node_modules" / ".bin"
PYTHON = TOOLS / "python" / "bin"
COMMANDS = Path(sys.executable).parent
GENERATED = TOOLS / "generated"
OPENAPI = ROOT / "docs" / "openapi"
NAMES = ("partner", "user", "control")
JUNIT = Path("/usr/share/java/junit-platform-console-standalone.jar")
MOST_SECONDS = 300
# Optimized compilation does not pay off in runs of seconds, and takes half of their time.
JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
JAVA = ("java", *JVM)
JAVAC = ("javac", *(f"-J{option}" for option in JVM))


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


@contextmanager
def world(url: str, name: str) -> Generator[str]:
    """Yield the URL of a world with the demo, of the server at *url*, for the time of the block."""
    address = f"{url}/__admin/worlds/{name}"
    request = Request(address, b"{}", {"Content-Type": "application/json"}, method="PUT")  # noqa: S310
    with urlopen(request):  # noqa: S310 - of this script's server
        pass
    try:
        yield f"{url}/w/{name}"
    finally:
        with urlopen(Request(address, method="DELETE")):  # noqa: S310
            pass
