"""Memory that the server's threads have freed."""

import platform
import subprocess
import sys

import pytest

HEAPS = """
import ctypes
from threading import Barrier, Thread
from mockapi.cli.serve import limit_free_memory

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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas")
def test_threads_share_two_heaps():
    ran = subprocess.run([sys.executable, "-c", HEAPS], capture_output=True, text=True, check=True)
    assert ran.stdout.count("<heap nr=") == 2
