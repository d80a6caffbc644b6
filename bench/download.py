"""Downloads responses of many megabytes and discards them."""

import re
import socket
import sys
import time
from dataclasses import dataclass

PATIENCE = 120
_ENDING = b"0\r\n\r\n"


@dataclass(frozen=True)
class Download:
    """The size of a response in bytes, and the seconds until its last byte."""

    size: int
    seconds: float


def download(port: int, path: str, token: str = "") -> Download:
    """Request *path* and read the whole response; raise `RuntimeError` without status 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    buffer = bytearray(1_000_000)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        began = time.perf_counter()
        connection.sendall(request.encode())
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
                raise RuntimeError(f"{path}: the response ended after {size} bytes.")
            size += count
            tail = (tail + buffer[max(0, count - len(_ENDING)) : count])[-len(_ENDING) :]
        return Download(size, time.perf_counter() - began)


if __name__ == "__main__":
    # A second client of bench/series.py: it downloads each path in each round.
    port, token, rounds, *paths = sys.argv[1:]
    for _ in range(int(rounds)):
        for path in paths:
            download(int(port), path, token)
