"""Chromium for the browser tests: look-up and installation.

`make test` runs this file once. It ends with status 0 in any case; without Chromium the browser
tests are skipped.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
APT_PACKAGES = ("chromium", "fonts-dejavu-core")
INSTALL_SECONDS = 600
START_SECONDS = 60
MISSING = (
    "Chromium was not found. Install it (`apt-get install chromium` or"
    " `.venv/bin/playwright install --with-deps chromium`), or set CHROMIUM to its path."
)


def find() -> str | None:
    """Return the path of a Chromium or Chrome that starts, None if there is none.

    CHROMIUM alone counts if it is set; otherwise the usual names, then Playwright's own build.
    """
    if stated := os.environ.get("CHROMIUM"):
        return stated if _starts(stated) else None
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    path = _path_of_playwrights_own()
    return path if path and _starts(path) else None


def install() -> None:
    """Try to install Chromium: by apt as root on Debian, otherwise by Playwright."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *APT_PACKAGES)
    else:
        _run(sys.executable, "-m", "playwright", "install", "chromium")


def _path_of_playwrights_own() -> str | None:
    # In a process of its own: Playwright's event loop must not run in this one.
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as each: print(each.chromium.executable_path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    path = done.stdout.strip()
    return path if path and Path(path).is_file() else None


def _starts(path: str) -> bool:
    """Return True if *path* runs here: a Chromium without its libraries does not."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=START_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{' '.join(command)}: {error}")
        return
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        print(f"{' '.join(command)}: {lines[-1] if lines else done.returncode}")


def main() -> None:
    if find() is None and "CHROMIUM" not in os.environ:
        print("Installing Chromium for the browser tests ...", flush=True)
        install()
    if find() is None:
        print(f"The browser tests will be skipped. {MISSING}")


if __name__ == "__main__":
    main()
