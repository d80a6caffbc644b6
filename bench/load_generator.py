"""Sends one request repeatedly on 16 connections and counts the responses.

Connections are reused unless the server closes them. It uses wrk if that is installed. The
asyncio client that replaces it uses more CPU time than the server, so its ratios are too good.
"""

import asyncio
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

CONNECTIONS = 16
CLIENT = shutil.which("wrk") or "asyncio"


@dataclass(frozen=True)
class LoadRequest:
    """A request to repeat."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def requests_per_second(request: LoadRequest, seconds: int) -> float:
    """Return the responses per second; raise `RuntimeError` if one is not successful."""
    return _by_wrk(request, seconds) if CLIENT != "asyncio" else _by_asyncio(request, seconds)


def _by_wrk(request: LoadRequest, seconds: int) -> float:
    lines = [f'wrk.method = "{request.method}"', f"wrk.body = [=[{request.body}]=]"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in request.headers.items()]
    with TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text("\n".join(lines), "utf-8")
        # On a busy machine a response may take longer than the two seconds that wrk allows.
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", f"{seconds + 15}s"]
        command = [CLIENT, *options, "-s", str(script), request.url]
        output = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + 20
        ).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{request.url}: {output}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0])


def _by_asyncio(request: LoadRequest, seconds: int) -> float:
    return asyncio.run(_send_all(request, seconds)) / seconds


async def _send_all(request: LoadRequest, seconds: int) -> int:
    ends = asyncio.get_running_loop().time() + seconds
    return sum(await asyncio.gather(*(_send(request, ends) for _ in range(CONNECTIONS))))


async def _send(request: LoadRequest, ends: float) -> int:
    parts = urlsplit(request.url)
    body = request.body.encode()
    headers = {**request.headers, "Host": parts.netloc, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sent = f"{request.method} {parts.path} HTTP/1.1\r\n{lines}\r\n".encode() + body
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    count = 0
    while asyncio.get_running_loop().time() < ends:
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{request.url}: {head.decode()}")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            await reader.readuntil(b"0\r\n\r\n")
        count += 1
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()
    return count
