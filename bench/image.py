"""Benchmark of the image: size without its base, time to the first response, memory.

`make image-bench` runs it on the image of `make docker`, on the engine of DOCKER_HOST.
"""

import gzip
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from statistics import median
from urllib.error import URLError
from urllib.request import Request, urlopen

from bench import AUTHORIZED, PATIENCE, SITES, resident

STARTS = 7
LIBRARIES = "import fastapi, sqlmodel, uvicorn"
README_OPTIONS = ("--read-only", "--cap-drop", "ALL")


def main(image: str) -> None:
    size = megabytes_over_base(image)
    libraries, starts = [], []
    for _ in range(STARTS):
        libraries.append(measured_import(image))
        starts.append(measured_start(image))
    print(f"{image}, {STARTS} starts\n\n{'':32}{'median':>10}{'best':>10}   target")
    row("gzipped over the base, MB", [size], "<= 75")
    for index, (name, target) in enumerate(
        (
            ("docker run to first 200, ms", "<= 1200"),
            ("docker run to healthy, ms", "<= 2000"),
            ("resident, MB", "< 90"),
        )
    ):
        row(name, [each[index] for each in starts], target)
    # A reference for the speed of the machine during this run.
    row("importing the libraries, ms", libraries, "")


def row(name: str, values: list[float], target: str) -> None:
    print(f"{name:32}{median(values):10.1f}{min(values):10.1f}   {target}")


def docker(*arguments: str) -> str:
    command = shutil.which("docker") or sys.exit("Docker is not installed.")
    return subprocess.run(
        [command, *arguments], capture_output=True, text=True, check=True, timeout=300
    ).stdout.strip()


def megabytes_over_base(image: str) -> float:
    """Return the MB of the gzipped layers of *image* above its base image."""
    label = '{{index .Config.Labels "org.opencontainers.image.base.name"}}'
    base = docker("image", "inspect", "-f", label, image)
    below = json.loads(docker("image", "inspect", "-f", "{{json .RootFS.Layers}}", base))
    with tempfile.NamedTemporaryFile() as saved:
        docker("save", "-o", saved.name, image)
        with tarfile.open(saved.name) as archive:
            manifest = archive.extractfile("manifest.json")
            layers = json.load(manifest)[0]["Layers"] if manifest else []
            contents = (archive.extractfile(each) for each in layers[len(below) :])
            return sum(len(gzip.compress(each.read())) for each in contents if each) / 1e6


def measured_start(image: str) -> tuple[float, float, float]:
    """Return the ms from `docker run` to the first 200 and to healthy, and the resident MB."""
    began = time.perf_counter()
    container = docker("run", "-d", *README_OPTIONS, "-p", "127.0.0.1:0:8080", image)
    try:
        port = docker("port", container, "8080").splitlines()[0].rpartition(":")[2]
        await_sites(f"http://127.0.0.1:{port}")
        responded = time.perf_counter() - began
        while docker("inspect", "-f", "{{.State.Health.Status}}", container) != "healthy":
            if time.perf_counter() - began > PATIENCE:
                sys.exit(docker("logs", container))
        healthy = time.perf_counter() - began
        pid = int(docker("inspect", "-f", "{{.State.Pid}}", container))
        return responded * 1e3, healthy * 1e3, resident(pid)
    finally:
        docker("rm", "-f", container)


def measured_import(image: str) -> float:
    """Return the ms of a container that only imports the three libraries."""
    began = time.perf_counter()
    docker("run", "--rm", "--entrypoint", "python", *README_OPTIONS, image, "-c", LIBRARIES)
    return (time.perf_counter() - began) * 1e3


def await_sites(url: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            urlopen(Request(url + SITES, headers=AUTHORIZED), timeout=PATIENCE).close()
        except (URLError, ConnectionError):
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"{url} does not respond.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mockapi")
