"""Examines this machine, its settings and a server that runs: one function a finding."""

import ipaddress
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import astuple, dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError, URLError

from mockapi.client.transport import open_url
from mockapi.domain.clock import SystemClock
from mockapi.environment import unknown_variable_warnings
from mockapi.scenario.discovery import MOUNT, find_scenario
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import read
from mockapi.server import BindError, bind
from mockapi.settings import Settings
from mockapi.store.database_file import (
    FileInUseError,
    InvalidDatabaseFileError,
    acquire_lock,
    lock_path,
    permission_message,
    validate_database_file,
)
from mockapi.store.engine import VERSION, missing_feature
from mockapi.version import __version__

_LISTENS = "0A"
_PROCESSES = Path("/proc")


def listener_on(port: int) -> str | None:
    """Return the name and the id of the process that listens on *port*; None where unknown."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for folder in _PROCESSES.glob("[0-9]*") if sockets else ():
        try:
            if any(str(each.readlink()) in sockets for each in (folder / "fd").iterdir()):
                name = (folder / "comm").read_text("utf-8", "replace").strip()
                return f"{name}, process {folder.name}"
        except OSError:  # another user's, or gone meanwhile
            continue
    return None


def _inodes(port: int) -> set[str]:
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROCESSES / "net" / table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENS and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found


State = Literal["ok", "warn", "fail"]
_SKEW = 5.0
"""Seconds; the header `Date` tells whole ones, and an answer takes its time."""


@dataclass(frozen=True)
class Finding:
    """What was looked at and found; *remedy* says what to do about what is not well."""

    check: str
    state: State
    detail: str
    remedy: str = ""


def findings(
    settings: "Settings", url: str | None, variables: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what is found of *settings*, of the server at *url* and of environment *variables*."""
    yield _versions()
    yield _sqlite()
    yield from _variables(variables)
    yield _scenario(settings)
    yield _data(settings)
    yield _control(settings)
    own = _url_of(settings)
    yield _port(settings, _answer_of(own))
    yield from _server(url or own)


def _versions() -> Finding:
    told = f"mockapi {__version__}, Python {platform.python_version()}, SQLite {VERSION}"
    return Finding("version", "ok", told)


def _sqlite() -> Finding:
    missing = missing_feature()
    if missing is None:
        return Finding("sqlite", "ok", "does all that worlds need")
    return Finding("sqlite", "fail", f"lacks {missing}", "Use a Python with SQLite 3.36 or newer.")


def _variables(variables: Mapping[str, str]) -> Iterator[Finding]:
    found = list(unknown_variable_warnings(variables, Settings.model_fields))
    for doubt in found:
        what, _, remedy = doubt.partition(". ")
        yield Finding("variables", "warn", what, remedy)
    if not found:
        yield Finding("variables", "ok", "every MOCKAPI_* is a setting")


def _scenario(settings: "Settings") -> Finding:
    if MOUNT.exists() and not os.access(MOUNT, os.R_OK | os.X_OK):
        remedy = "Let this user read the folder that is mounted there."
        return Finding("scenario", "fail", f"{MOUNT} cannot be read", remedy)
    try:
        customers, sites = read(find_scenario(settings.scenario))[0].count()
    except ScenarioError as error:
        remedy = f"`mockapi check {settings.scenario}` lists every mistake."
        return Finding("scenario", "fail", str(error).splitlines()[0], remedy)
    told = f"{settings.scenario} can be read: {customers} customers, {sites} sites"
    return Finding("scenario", "ok", told)


def _data(settings: "Settings") -> Finding:
    path = settings.data
    if path is None:
        return Finding("data", "ok", "worlds are kept in memory")
    try:
        validate_database_file(path)
        # Where nobody left a lock nobody holds one; a doctor leaves nothing behind.
        if lock_path(path).exists():
            with closing(acquire_lock(path)):
                pass
    except (InvalidDatabaseFileError, OSError) as error:
        return Finding("data", "fail", str(error), "Choose another file with MOCKAPI_DATA.")
    except FileInUseError as error:
        detail, _, remedy = str(error).partition(". ")
        return Finding("data", "fail", detail, f"{remedy[:1].upper()}{remedy[1:]}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        detail, _, remedy = (
            f"{path} cannot store a world: {permission_message(path.parent)}".partition(". ")
        )
        return Finding("data", "fail", detail, f"{remedy[:1].upper()}{remedy[1:]}")
    return Finding("data", "ok", f"{path} can store a world")


def _control(settings: "Settings") -> Finding:
    if not settings.admin:
        return Finding("control API", "ok", "is switched off")
    if settings.admin_token is not None:
        return Finding("control API", "ok", "demands a token")
    if _is_loopback(settings.host):
        return Finding("control API", "ok", "is reached from this machine alone")
    return Finding(
        "control API",
        "warn",
        f"whoever reaches {settings.host} may use it",
        "Set MOCKAPI_ADMIN_TOKEN, or MOCKAPI_ADMIN=false.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(settings: "Settings", found: "_Answer") -> Finding:
    where = f"{settings.host}:{settings.port}"
    try:
        bind(settings.host, settings.port).close()
    except BindError as error:
        detail, owner = str(error).removesuffix("."), None
        if error.change == "port":
            owner = listener_on(settings.port)
        remedy = f"Choose another with MOCKAPI_{error.change.upper()}"
        remedy += ", or stop what listens there." if error.change == "port" else "."
        # A mockapi that runs is what many want; that it does is told of the server.
        state: State = "warn" if found.server is not None else "fail"
        return Finding("port", state, detail + (f" by {owner}" if owner else ""), remedy)
    return Finding("port", "ok", f"{where} is free")


@dataclass(frozen=True)
class _Server:
    """What a mockapi says of itself, and how far its `Date` is from this machine's, in seconds."""

    version: str
    scenario: str
    skew: float


@dataclass(frozen=True)
class _Answer:
    """The mockapi at an address; without one, why nobody answers there, or None for another."""

    server: _Server | None = None
    silence: str | None = None


def _answer_of(url: str) -> _Answer:
    try:
        with open_url(f"{url.rstrip('/')}/healthz", timeout=3) as answer:
            date = parsedate_to_datetime(answer.headers["Date"])
            told = json.load(answer)
        skew = abs((SystemClock().now() - date).total_seconds())
        return _Answer(_Server(told["version"], told["scenario"], skew))
    except HTTPError:
        return _Answer()
    except URLError as error:
        return _Answer(silence=_reason(error.reason))
    except (HTTPException, OSError, ValueError, LookupError, TypeError):
        return _Answer()


def _server(url: str) -> Iterator[Finding]:
    answer = _answer_of(url)
    if answer.silence is not None:
        yield Finding("server", "ok", f"none answers at {url}: {answer.silence}")
        return
    if answer.server is None:
        remedy = "Name the server with --url."
        yield Finding("server", "warn", f"what answers at {url} is no mockapi", remedy)
        return
    version, scenario, skew = astuple(answer.server)
    same = version == __version__
    yield Finding(
        "server",
        "ok" if same else "warn",
        f"mockapi {version} serves {scenario} at {url}",
        "" if same else f"This command is of {__version__}; use the same version of both.",
    )
    if skew <= _SKEW:
        yield Finding("clock", "ok", "the server's Date agrees with this machine's clock")
    else:
        yield Finding(
            "clock",
            "warn",
            f"the server's Date is {skew:.0f} s away from this machine's clock",
            "Set the clocks right; with MOCKAPI_DATE_HEADER=world it tells the world's time.",
        )


def _reason(error: object) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _url_of(settings: "Settings") -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
