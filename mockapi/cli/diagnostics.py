"""Checks of `mockapi doctor`: machine, settings and running server."""

import json
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError, URLError

from mockapi.cli.server_client import START_REMEDY, default_url
from mockapi.client import MockApiError
from mockapi.client.transport import TlsConnectionError, no_response, open_url
from mockapi.domain.clock import SystemClock
from mockapi.domain.json_values import is_scenario_text
from mockapi.domain.urls import INLINE_SCENARIO, is_loopback
from mockapi.environment import MissingPackageError, ca_file, unknown_variable_warnings
from mockapi.scenario.discovery import MOUNT, find_scenario
from mockapi.scenario.errors import ScenarioError
from mockapi.scenario.loading import parse, read
from mockapi.server import BindError, bind
from mockapi.settings import Settings
from mockapi.store.database_access import VERSION, missing_feature
from mockapi.store.database_file import (
    FileInUseError,
    InvalidDatabaseFileError,
    acquire_lock,
    lock_path,
    permission_message,
    translate_open_errors,
    validate_database_file,
)
from mockapi.version import __version__

_LISTENS = "0A"
_PROCESSES = Path("/proc")


def listener_on(port: int) -> str | None:
    """Return name and id of the process that listens on *port*; None if unknown."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for folder in _PROCESSES.glob("[0-9]*") if sockets else ():
        try:
            if any(str(each.readlink()) in sockets for each in (folder / "fd").iterdir()):
                name = (folder / "comm").read_text("utf-8", "replace").strip()
                return f"{name}, process {folder.name}"
        except OSError:  # of another user, or ended meanwhile
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
"""Maximum clock difference in seconds; `Date` has whole seconds, and a response takes time."""


@dataclass(frozen=True)
class CheckResult:
    """The result of one check; *remedy* says how to solve a problem."""

    check: str
    state: State
    detail: str
    remedy: str = ""


def run_checks(
    settings: Settings, url: str | None, variables: Mapping[str, str]
) -> Iterator[CheckResult]:
    """Yield the results for *settings*, the server at *url*, and the environment *variables*."""
    yield _versions()
    yield _sqlite()
    yield from _variables(variables)
    yield from _extras(settings)
    yield _scenario(settings)
    yield _data(settings)
    yield _control(settings)
    own = default_url(settings.host, str(settings.port))
    yield _port(settings, _probe(own))
    yield from _server(url or own, is_given=url is not None)


def _versions() -> CheckResult:
    versions = f"mockapi {__version__}, Python {platform.python_version()}, SQLite {VERSION}"
    return CheckResult("version", "ok", versions)


def _sqlite() -> CheckResult:
    missing = missing_feature()
    if missing is None:
        return CheckResult("sqlite", "ok", "has the required features")
    return CheckResult(
        "sqlite", "fail", f"lacks {missing}", "Use a Python with SQLite 3.36 or newer."
    )


def _variables(variables: Mapping[str, str]) -> Iterator[CheckResult]:
    found = list(unknown_variable_warnings(variables, Settings.model_fields))
    for what, remedy in found:
        yield CheckResult("variables", "warn", what.removesuffix("."), remedy)
    if not found:
        yield CheckResult("variables", "ok", "all MOCKAPI_* are settings")


_EXTRAS = {
    "tls": ("trustme", "trustme"),
    "metrics": ("prometheus-client", "prometheus_client"),
    "mcp": ("mcp", "mcp"),
}
"""Package and module of each extra that is named as its setting."""


def _extras(settings: Settings) -> Iterator[CheckResult]:
    missing = [
        MissingPackageError(f"MOCKAPI_{extra.upper()}", package, extra)
        for extra, (package, module) in _EXTRAS.items()
        if getattr(settings, extra) and find_spec(module) is None
    ]
    for each in missing:
        yield CheckResult("extras", "fail", *_split_remedy(str(each)))
    if not missing:
        yield CheckResult("extras", "ok", "the packages that the settings need are installed")


def _scenario(settings: Settings) -> CheckResult:
    if MOUNT.exists() and not os.access(MOUNT, os.R_OK | os.X_OK):
        remedy = "Allow this user to read the mounted folder."
        return CheckResult("scenario", "fail", f"{MOUNT} cannot be read", remedy)
    is_text = is_scenario_text(settings.scenario)
    name = INLINE_SCENARIO if is_text else settings.scenario
    try:
        found = parse(settings.scenario, name) if is_text else read(find_scenario(name))[0]
    except ScenarioError as error:
        remedy = f"`mockapi check {name}` lists all errors."
        if is_text:
            remedy = "Correct the JSON in MOCKAPI_SCENARIO."
        return CheckResult("scenario", "fail", str(error).splitlines()[0], remedy)
    customers, sites = found.count()
    detail = f"{name} is valid: {customers} customers, {sites} sites"
    return CheckResult("scenario", "ok", detail)


def _data(settings: Settings) -> CheckResult:
    path = settings.data
    if path is None:
        return CheckResult("data", "ok", "worlds are in memory")
    try:
        with translate_open_errors(path):
            validate_database_file(path)
            # Without a lock file the data file is not in use; `acquire_lock` would create one.
            if lock_path(path).exists():
                acquire_lock(path).close()
    except (InvalidDatabaseFileError, FileInUseError) as error:
        detail, remedy = _split_remedy(str(error))
        remedy = remedy or "Choose another file with MOCKAPI_DATA."
        return CheckResult("data", "fail", detail, remedy)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        message = f"{path} cannot store a world: {permission_message(path.parent)}"
        return CheckResult("data", "fail", *_split_remedy(message))
    return CheckResult("data", "ok", f"{path} can store a world")


def _split_remedy(message: str) -> tuple[str, str]:
    """Return what is wrong, and the remedy, a sentence of its own; empty if there is none."""
    if not message.endswith("."):
        return message, ""
    detail, _, remedy = message.rpartition(". ")
    return detail, remedy


def _control(settings: Settings) -> CheckResult:
    if not settings.admin:
        return CheckResult("control API", "ok", "is disabled")
    if settings.admin_token is not None:
        return CheckResult("control API", "ok", "requires a token")
    if is_loopback(settings.host):
        return CheckResult("control API", "ok", "accepts requests from this machine only")
    return CheckResult(
        "control API",
        "warn",
        f"accepts requests from any machine that reaches {settings.host}",
        "Set MOCKAPI_ADMIN_TOKEN, or MOCKAPI_ADMIN=false.",
    )


def _port(settings: Settings, found: "_Probe") -> CheckResult:
    where = f"{settings.host}:{settings.port}"
    try:
        bind(settings.host, settings.port).close()
    except BindError as error:
        detail, owner = str(error).removesuffix("."), None
        if error.change == "port":
            owner = listener_on(settings.port)
        remedy = f"Choose another with MOCKAPI_{error.change.upper()}"
        remedy += ", or stop the process that uses it." if error.change == "port" else "."
        # A running mockapi is not a problem; the check of the server reports it.
        state: State = "warn" if found.server is not None else "fail"
        return CheckResult("port", state, detail + (f" by {owner}" if owner else ""), remedy)
    return CheckResult("port", "ok", f"{where} is free")


@dataclass(frozen=True)
class _ServerInfo:
    """A running mockapi, and the difference of its clock to this machine in seconds."""

    version: str
    scenario: str
    skew: float


@dataclass(frozen=True)
class _Probe:
    """The mockapi at a URL, or why it does not respond; neither for another program."""

    server: _ServerInfo | None = None
    failure: MockApiError | None = None


def _probe(url: str) -> _Probe:
    try:
        with open_url(f"{url.rstrip('/')}/healthz", timeout=3, ca_file=ca_file()) as answer:
            date = parsedate_to_datetime(answer.headers["Date"])
            info = json.load(answer)
        skew = abs((SystemClock().now() - date).total_seconds())
        return _Probe(_ServerInfo(info["version"], info["scenario"], skew))
    except HTTPError:
        return _Probe()
    except URLError as error:
        return _Probe(failure=no_response(url, error.reason))
    except TlsConnectionError as error:
        return _Probe(failure=error)
    except (HTTPException, OSError, ValueError, LookupError, TypeError):
        return _Probe()


def _server(url: str, *, is_given: bool) -> Iterator[CheckResult]:
    answer = _probe(url)
    if answer.failure is not None:
        detail, _, remedy = str(answer.failure).removesuffix(".").partition(". ")
        if isinstance(answer.failure, TlsConnectionError):
            yield CheckResult("server", "fail", detail, f"{remedy}.")
        elif is_given:
            yield CheckResult("server", "fail", detail, START_REMEDY)
        else:
            yield CheckResult("server", "ok", f"no server runs at {url}")
        return
    if answer.server is None:
        remedy = "Give the URL of the server with --url."
        yield CheckResult("server", "warn", f"{url} is not the URL of a mockapi", remedy)
        return
    version, scenario, skew = astuple(answer.server)
    same = version == __version__
    yield CheckResult(
        "server",
        "ok" if same else "warn",
        f"mockapi {version} serves {scenario} at {url}",
        "" if same else f"This command has version {__version__}. Use the same version of both.",
    )
    if skew <= _SKEW:
        yield CheckResult("clock", "ok", "the server's Date agrees with this machine's clock")
    else:
        yield CheckResult(
            "clock",
            "warn",
            f"the server's Date differs from this machine's clock by {skew:.0f} s",
            "Correct the clocks, unless MOCKAPI_DATE_HEADER=world sends the world's time.",
        )
