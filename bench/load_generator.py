"""Sends one request repeatedly on several connections, and counts and times the responses.

Connections are reused unless the server closes them. It uses wrk if that is installed. The
asyncio client that replaces it uses more CPU time than the server, so its ratios are too good.
"""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

CONNECTIONS = 16
CLIENT = shutil.which("wrk") or "asyncio"
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class LoadRequest:
    """A request to repeat."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class LoadResult:
    """Responses per second, and the time within which 99 of 100 arrive, in milliseconds."""

    rate: float
    p99: float


def send_load(request: LoadRequest, seconds: int, connections: int = CONNECTIONS) -> LoadResult:
    """Return the result of a load; raise `RuntimeError` if a response is not successful."""
    send = _by_wrk if CLIENT != "asyncio" else _by_asyncio
    return send(request, seconds, connections)


def _by_wrk(request: LoadRequest, seconds: int, connections: int) -> LoadResult:
    lines = [f'wrk.method = "{request.method}"', f"wrk.body = [=[{request.body}]=]"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in request.headers.items()]
    with TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text("\n".join(lines), "utf-8")
        # On a busy machine a response may take longer than the two seconds that wrk allows.
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", f"{seconds + 15}s"]
        command = [CLIENT, *options, "--latency", "-s", str(script), request.url]
        output = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + 20
        ).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{request.url}: {output}")
    (p99, unit), *_ = re.findall(r"99%\s+([\d.]+)(us|ms|s)\b", output)
    (rate,) = re.findall(r"Requests/sec:\s+([\d.]+)", output)
    return LoadResult(float(rate), float(p99) * _MILLISECONDS[unit])


def _by_asyncio(request: LoadRequest, seconds: int, connections: int) -> LoadResult:
    times = asyncio.run(_send_all(request, seconds, connections))
    return LoadResult(len(times) / seconds, 1000 * quantile(times, 0.99))


def quantile(times: Sequence[float], share: float) -> float:
    """Return the time within which *share* of the responses arrive."""
    return sorted(times)[int(share * len(times))]


async def _send_all(request: LoadRequest, seconds: int, connections: int) -> Sequence[float]:
    ends = asyncio.get_running_loop().time() + seconds
    senders = (_send(request, ends) for _ in range(connections))
    return [took for times in await asyncio.gather(*senders) for took in times]


async def _send(request: LoadRequest, ends: float) -> Sequence[float]:
    """Return the seconds that each response took."""
    parts = urlsplit(request.url)
    body = request.body.encode()
    headers = {**request.headers, "Host": parts.netloc, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sent = f"{request.method} {parts.path} HTTP/1.1\r\n{lines}\r\n".encode() + body
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    clock = asyncio.get_running_loop().time
    times = []
    while (began := clock()) < ends:
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{request.url}: {head.decode()}")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            await reader.readuntil(b"0\r\n\r\n")
        times.append(clock() - began)
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()
    return times
