"""Chromium for the browser tests: look-up and installation.

`make test` runs this file once. It ends with status 0 in any case; without Chromium the browser
tests are skipped.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

NAMES = (
    "chromium-headless-shell",  # Uses a third less CPU than the whole browser.
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# The Node.js of Playwright needs libatomic1.
APT_PACKAGES = ("fonts-dejavu-core", "libatomic1")
ARGUMENTS = ("--no-sandbox",)
INSTALL_SECONDS = 600
START_SECONDS = 120
MISSING = (
    "No Chromium starts here. Install it (`apt-get install chromium libatomic1` or"
    " `.venv/bin/playwright install --with-deps chromium`), or set CHROMIUM to its path."
)


def find() -> str | None:
    """Return the path of a Chromium or Chrome that Playwright can start, None if there is none.

    If CHROMIUM is set, only that path is tried. Otherwise the usual names, then Playwright's build.
    """
    # In a separate process, because the tests cannot share Playwright's event loop.
    try:
        done = subprocess.run(
            [sys.executable, __file__, "find"],
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.strip() or None


def install() -> None:
    """Try to install Chromium: by apt as root on Debian, otherwise by Playwright."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        _run("apt-get", "update", "-qq")
        options = ("-y", "-qq", "--no-install-recommends")
        # Ubuntu and older releases of Debian do not have the first package.
        for package in ("chromium-headless-shell", "chromium"):
            if _run("apt-get", "install", *options, package, *APT_PACKAGES):
                return
    else:
        _run(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")


def _first_that_starts() -> str | None:
    with sync_playwright() as playwright:
        if given := os.environ.get("CHROMIUM"):
            paths = [given]
        else:
            found = [path for name in NAMES if (path := shutil.which(name))]
            paths = [*found, playwright.chromium.executable_path]
        for path in paths:
            try:
                playwright.chromium.launch(executable_path=path, args=ARGUMENTS).close()
            except Error as error:
                print(str(error).splitlines()[0], file=sys.stderr)
            else:
                return path
    return None


def _run(*command: str) -> bool:
    """Run *command* and print the reason if it fails; return True if it succeeds."""
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
        return False
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        print(f"{' '.join(command)}: {lines[-1] if lines else done.returncode}")
    return done.returncode == 0


def main() -> None:
    if sys.argv[1:] == ["find"]:
        print(_first_that_starts() or "")
        return
    if find() is None and "CHROMIUM" not in os.environ:
        print("Installing Chromium for the browser tests ...", flush=True)
        install()
    if find() is None:
        print(f"The browser tests will be skipped. {MISSING}")


if __name__ == "__main__":
    main()
