"""Benchmark of replicas behind nginx: CPU time per request, memory per world, throughput.

Needs nginx and wrk. CPU times vary less with other load than the throughput, because the client
uses the same cores.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from balanced_replicas import NGINX, REPLICA, ask, nginx, replicas

from mockapi import MockApi

WORLDS = 32
CONNECTIONS = 16
SECONDS = 5
TICKS = os.sysconf("SC_CLK_TCK")
SCRIPT = """
local paths = {%s}
local tokens = {%s}
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at], {Authorization = "Bearer " .. tokens[at]})
end
"""


def main() -> None:
    if NGINX is None or which("wrk") is None:
        sys.exit("The benchmark needs nginx and wrk. Install them.")
    print(f"{WORLDS} worlds of demo; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    print(f"{'':24}{'requests/s':>12}{'CPU ms, replicas':>18}{'CPU ms, nginx':>16}   worlds")
    with replicas(4) as running, TemporaryDirectory() as folder:
        pids = [each.pid for each in running]
        ports = [each.port for each in running]
        row("one, without nginx", Load(ports[:1], pids[:1]).run(Path(folder), ports[0]))
        for count in (1, 2, 4):
            with nginx(Path(folder, str(count)), ports[:count]) as port:
                load = Load(ports[:count], pids[:count])
                row(f"{count} behind nginx", load.run(Path(folder), port))
        before = resident(pids[0])
        server = MockApi(f"http://127.0.0.1:{ports[0]}")
        for number in range(100):
            server.create_world(f"more-{number}", scenario="demo")
        each = (resident(pids[0]) - before) / 100
        print(f"\nmemory of a replica {before / 1e6:.0f} MB, and {each / 1e6:.2f} MB per world")


@dataclass
class Load:
    """Requests for the sites of `WORLDS` worlds, sent to replicas with *ports* and *pids*."""

    ports: list[int]
    pids: list[int]

    def run(self, folder: Path, port: int) -> tuple[float, float, float, list[int]]:
        """Return requests per second, CPU ms per request, and the worlds of each replica.

        CPU ms are of the replicas, then of nginx.
        """
        server = MockApi(f"http://127.0.0.1:{port}")
        proxies = [] if port in self.ports else children_of(os.getpid(), "nginx")
        paths: list[str] = []
        tokens: list[str] = []
        world_counts: Counter[str | None] = Counter()
        for number in range(WORLDS):
            world = server.create_world(f"load-{number}", scenario="demo")
            tokens.append(world.token(expires_in=86_400))
            paths.append(world.partner_url.removeprefix(server.url) + "/sites")
            world_counts[ask(port, "GET", f"/w/load-{number}/healthz").headers.get(REPLICA)] += 1
        script = folder / "requests.lua"
        script.write_text(SCRIPT % (quoted(paths), quoted(tokens)), "utf-8")
        before = cpu_ms(self.pids), cpu_ms(proxies)
        output = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, server.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        if "Non-2xx" in output or "Socket errors" in output:
            raise RuntimeError(output)
        count = int(re.findall(r"(\d+) requests in", output)[0])
        used = (cpu_ms(self.pids) - before[0]) / count
        used_by_proxies = (cpu_ms(proxies) - before[1]) / count
        for number in range(WORLDS):
            server.named_world(f"load-{number}").delete()
        rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0])
        return rate, used, used_by_proxies, sorted(world_counts.values())


def quoted(texts: list[str]) -> str:
    return ", ".join(f'"{each}"' for each in texts)


def children_of(pid: int, name: str) -> list[int]:
    """Return the descendants of *pid* with the command *name*, from Linux's `/proc`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            head, _, rest = path.read_text("utf-8").rpartition(") ")
            if int(rest.split()[1]) == pid:
                child = int(path.parent.name)
                is_named = head.rpartition("(")[2] == name
                found += [*([child] if is_named else []), *children_of(child, name)]
    return found


def cpu_ms(pids: list[int]) -> float:
    """Return the CPU time of *pids* in milliseconds."""
    stats = [Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2] for pid in pids]
    # User and system time are fields 14 and 15; the split begins at field 3.
    return sum(int(each) for stat in stats for each in stat.split()[11:13]) * 1000 / TICKS


def resident(pid: int) -> int:
    """Return the resident memory of *pid* in bytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024


def row(name: str, measured: tuple[float, float, float, list[int]]) -> None:
    rate, of_replicas, of_nginx, world_counts = measured
    print(f"{name:24}{rate:>12.0f}{of_replicas:>18.2f}{of_nginx:>16.3f}   {world_counts}")


if __name__ == "__main__":
    main()
