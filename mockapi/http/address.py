"""The address of this server as the client of a request sees it, and the paths of OAuth.

The only module that reads `Host`, `Forwarded` and the `X-Forwarded-*` headers.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.types import Scope

from mockapi.domain.urls import NO_PROXY, WORLD_PATH_PREFIX, is_path_prefix, split_authority
from mockapi.settings import Settings

CANONICAL_BASE = "/ecostruxure/v1/oauth"
OLD_BASES = ("/openesx/v1/oauth", "/openesx/poc/v1/oauth")
IMPERSONATION_BASE = "/ecostruxure/v1/oauth-impersonate"
METADATA_PATH = "/.well-known/oauth-authorization-server"
"""Where clients find the metadata (RFC 8414)."""
MONITORING_PATHS = ("/healthz", "/readyz", "/metrics")
"""Paths of probes and metrics, which the journal does not record and faults do not apply to."""
MCP_PATH = "/mcp"
"""Path of the tools for coding agents, which has the access rules of the control API."""
CONSOLE_CALLBACK = "/console/oauth/callback"
"""Redirect URI of the OAuth flow in the console."""


_KEY = "mockapi.address"
"""Key of the address in a scope, until `take_address` moves it to the request's context."""

_PORTS = {"http": 80, "https": 443}
_SCHEMES = frozenset(_PORTS)
_PAIR = re.compile(r'\s*([A-Za-z]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;,"\s]*)\s*(;|,|$)')
_READ = frozenset(
    {
        b"host",
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
    }
)


class Address(NamedTuple):
    """Scheme, authority and path prefix that lead a client to this server."""

    scheme: str
    authority: str
    prefix: str = ""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.prefix}"


class HostInvalid(Exception):
    """The request has more than one `Host`, or one that is not a host."""


class AddressReader:
    """Reader of the address that a request was sent to, with the headers of trusted proxies."""

    def __init__(self, settings: Settings) -> None:
        public = settings.public_url
        self._public_prefix = None if public is None else urlsplit(public).path
        self._trusts = lru_cache(maxsize=1024)(_Trusted(settings.forwarded_allow_ips))

    def read(self, scope: Scope) -> str:
        """Set address, client and path below the prefix in *scope*; return the value of `Host`.

        Raise `HostInvalid` if that is not a host.
        """
        headers: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in _READ:
                text = value.decode("latin-1")
                if name == b"host" and name in headers:
                    raise HostInvalid("The request has more than one Host.")
                # A list may be split into several headers.
                headers[name] = f"{headers[name]}, {text}" if name in headers else text
        host = headers.pop(b"host", "").strip()
        if host and split_authority(host) is None:
            raise HostInvalid(f"Host: {host[:100]!r} is not a host. Use a name and a port.")
        address = Address(scope["scheme"], host or _socket_of(scope))
        client = scope.get("client")
        if headers and client and self._trusts(client[0]):
            address = _forwarded(address, headers)
            if (listed := headers.get(b"x-forwarded-for")) is not None:
                scope["client"] = (self._sender(listed), 0)
        mounted = scope.get("root_path", "")
        if mounted:
            scope["root_path"] = ""
            _set_path(scope, path_below(mounted, scope["path"]))
        prefix = self._public_prefix
        if prefix is None:
            prefix = address.prefix + mounted
        if prefix:
            _set_path(scope, path_below(prefix, scope["path"]))
        scope[_KEY] = address._replace(prefix=prefix)
        return host

    def _sender(self, listed: str) -> str:
        """Return the last of the *listed* addresses that is not a trusted proxy's own."""
        hosts = [each.strip() for each in listed.split(",")]
        return next((each for each in reversed(hosts) if not self._trusts(each)), hosts[0])


def take_address(scope: Scope) -> Address:
    """Remove the address that `AddressReader` put into *scope*, and return it."""
    address: Address = scope.pop(_KEY)
    return address


def _set_path(scope: Scope, path: str) -> None:
    if path != scope["path"]:
        scope["path"] = path
        scope.pop("raw_path", None)


class _Trusted:
    """The networks of trusted proxies."""

    def __init__(self, listed: str) -> None:
        words = [each.strip() for each in listed.split(",")]
        self._trusts_all = "*" in words
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(each, strict=False) for each in words if each not in ("", "*", NO_PROXY)
        ]

    def __call__(self, host: str) -> bool:
        if self._trusts_all:
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in each for each in self._networks)


def _socket_of(scope: Scope) -> str:
    """Return the authority of the socket, for an HTTP/1.0 request without a `Host`."""
    host, port = scope.get("server") or ("localhost", None)
    if port is None:
        return "localhost"
    host = f"[{host}]" if ":" in host else host
    return host if port == _PORTS[scope["scheme"]] else f"{host}:{port}"


def _forwarded(address: Address, headers: Mapping[bytes, str]) -> Address:
    """Return *address* as the proxy's *headers* give it; `Forwarded` takes precedence."""
    parameters = _first_element(headers.get(b"forwarded", ""))

    def value_of(parameter: str, header: bytes) -> str:
        return parameters.get(parameter) or headers.get(header, "").partition(",")[0].strip()

    scheme = value_of("proto", b"x-forwarded-proto").lower()
    scheme = scheme if scheme in _SCHEMES else address.scheme
    authority = value_of("host", b"x-forwarded-host")
    parts = split_authority(authority)
    if parts is None:
        authority, parts = address.authority, split_authority(address.authority)
    port = headers.get(b"x-forwarded-port", "").partition(",")[0].strip()
    if parts and not parts[1] and port.isascii() and port.isdecimal() and len(port) <= len("65535"):
        authority += "" if int(port) == _PORTS[scheme] else f":{int(port)}"
    # Proxies prepend their prefix to the value or, as in Spring, add it to a list.
    prefixes = headers.get(b"x-forwarded-prefix", "").split(",")
    prefix = "".join(each.strip().rstrip("/") for each in prefixes)
    return Address(scheme, authority, prefix if is_path_prefix(prefix) else "")


def _first_element(forwarded: str) -> Mapping[str, str]:
    """Return the parameters of the first element, from the proxy nearest to the client."""
    found: dict[str, str] = {}
    place = 0
    while (pair := _PAIR.match(forwarded, place)) is not None:
        name, value, end = pair.groups()
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found[name.lower()] = value
        if end != ";":
            break
        place = pair.end()
    return found


def path_below(prefix: str, path: str) -> str:
    """Return *path* without *prefix*, if it has it.

    The well-known path of the metadata precedes the prefix (RFC 8414 section 3).
    """
    start = METADATA_PATH if path.startswith(METADATA_PATH + prefix) else ""
    rest = path[len(start) :]
    if prefix and f"{rest}/".startswith(f"{prefix}/"):
        return start + rest[len(prefix) :] or "/"
    return path


def world_root_in(path: str) -> str:
    """Return `/w/{name}` of a *path* in a named world; an empty string for any other path."""
    path = path.removeprefix(METADATA_PATH)
    if not path.startswith(WORLD_PATH_PREFIX):
        return ""
    return WORLD_PATH_PREFIX + path.removeprefix(WORLD_PATH_PREFIX).partition("/")[0]


def path_in_world(path: str) -> str:
    """Return *path* without the prefix of a named world."""
    root = world_root_in(path)
    return path.replace(root, "", 1) or "/" if root else path
