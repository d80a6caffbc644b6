"""Fast reader of responses of many megabytes, which are discarded."""

import re
import socket
import sys
import time
from dataclasses import dataclass

PATIENCE = 120
_ENDING = b"0\r\n\r\n"


@dataclass(frozen=True)
class Read:
    """What came of one request: its size in bytes, and the seconds until its last."""

    size: int
    seconds: float


def read(port: int, path: str, token: str = "") -> Read:
    """Ask for *path* and read until the last byte; raise where the answer is no 200."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    buffer = bytearray(1_000_000)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        began = time.perf_counter()
        connection.sendall(asked.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path}: {head.decode(errors='replace')}")
        head, _, body = head.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head)
        size, tail = len(body), body
        while size < int(found[1]) if found else not tail.endswith(_ENDING):
            count = connection.recv_into(buffer)
            if not count:
                raise RuntimeError(f"{path}: the answer broke off after {size} bytes.")
            size += count
            tail = (tail + buffer[max(0, count - len(_ENDING)) : count])[-len(_ENDING) :]
        return Read(size, time.perf_counter() - began)


if __name__ == "__main__":
    # The other client of the benchmark of two: it reads every path, for the given number of rounds.
    port, token, rounds, *paths = sys.argv[1:]
    for _ in range(int(rounds)):
        for path in paths:
            read(int(port), path, token)
