"""Asks one thing of a server over and over, on 16 connections, and counts the answers.

Connections are kept, unless the server closes them.
By wrk where it is installed; else by a client of our own, which costs more than the server
and therefore flatters every ratio.
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
class Question:
    """One request, to be repeated."""

    url: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def per_second(question: Question, seconds: int) -> float:
    """Return how many answers came in a second; raise where one was not a success."""
    return _by_wrk(question, seconds) if CLIENT != "asyncio" else _by_asyncio(question, seconds)


def _by_wrk(question: Question, seconds: int) -> float:
    lines = [f'wrk.method = "{question.method}"', f"wrk.body = [=[{question.body}]=]"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in question.headers.items()]
    with TemporaryDirectory() as folder:
        script = Path(folder) / "question.lua"
        script.write_text("\n".join(lines), "utf-8")
        # On a busy machine a response may take longer than the two seconds that wrk allows.
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", f"{seconds + 15}s"]
        command = [CLIENT, *options, "-s", str(script), question.url]
        output = subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=seconds + 20
        ).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(f"{question.url}: {output}")
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", output)[0])


def _by_asyncio(question: Question, seconds: int) -> float:
    return asyncio.run(_ask_all(question, seconds)) / seconds


async def _ask_all(question: Question, seconds: int) -> int:
    ends = asyncio.get_running_loop().time() + seconds
    return sum(await asyncio.gather(*(_ask(question, ends) for _ in range(CONNECTIONS))))


async def _ask(question: Question, ends: float) -> int:
    parts = urlsplit(question.url)
    body = question.body.encode()
    headers = {**question.headers, "Host": parts.netloc, "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    sent = f"{question.method} {parts.path} HTTP/1.1\r\n{head}\r\n".encode() + body
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    answers = 0
    while asyncio.get_running_loop().time() < ends:
        writer.write(sent)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{question.url}: {answer.decode()}")
        length = re.search(rb"(?i)content-length: (\d+)", answer)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            await reader.readuntil(b"0\r\n\r\n")
        answers += 1
        if b"connection: close" in answer.lower():
            writer.close()
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()
    return answers
