"""Memory that the process has freed."""

import platform
import subprocess
import sys

import pytest

from mockapi.settings import Settings
from mockapi.world.registry import Worlds
from mockapi.world.world import World

HEAPS = """
import ctypes
from threading import Barrier, Thread
from mockapi.world.free_memory import limit_free_memory

limit_free_memory()
barrier = Barrier(6)

def work():
    barrier.wait()
    kept = [bytes(1_000) for _ in range(2_000)]
    barrier.wait()

threads = [Thread(target=work) for _ in range(6)]
for each in threads:
    each.start()
for each in threads:
    each.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
libc.malloc_info(0, ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w")))
libc.fflush(None)
"""


NEEDS_GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")


def output(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@NEEDS_GLIBC
def test_threads_share_two_heaps():
    assert output(HEAPS).count("<heap nr=") == 2


FREED = """
import ctypes
from pathlib import Path
from mockapi.world.free_memory import limit_free_memory, return_free_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096

limit_free_memory()
blocks = [bytes(100_000) for _ in range(400)]
kept = blocks[-1]
del blocks
before = resident()
return_free_memory()
print(before - resident())
"""


@NEEDS_GLIBC
def test_freed_memory_is_returned_to_the_system():
    assert int(output(FREED)) > 10_000_000


def test_deleted_and_idle_worlds_return_their_memory(monkeypatch):
    calls, now = [], [0.0]
    monkeypatch.setattr("mockapi.world.registry.return_free_memory", lambda: calls.append(now[0]))
    worlds = Worlds(World.open(Settings(scenario="empty", world_idle="PT1H")), lambda: now[0])
    for name in ("one", "two"):
        worlds.create(name, {})
    worlds.delete("one")
    now[0] = 4_000.0
    assert ([each.name for each in worlds], calls) == ([], [0.0, 4_000.0])
    worlds.close()
