"""Validation of URLs and of their parts."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

WORLD_PATH_PREFIX = "/w/"
"""Prefix of the paths of named worlds."""

DEFAULT_WORLD = "default"
"""Name of a server's default world in messages."""

WORLD_NAME = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$"
"""Pattern of names of worlds, which are used in paths and cookies without encoding."""

INLINE_SCENARIO = "inline"
"""Name of a scenario that was given as text instead of a file."""


_AUTHORITY = re.compile(
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?P<port>:[0-9]{0,5})?"
)
# Without `,` and `;`, which end a path in headers.
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+=:@%-]+)*")


def is_http_url(url: object) -> bool:
    """Return True if *url* is text with an http or https scheme, a host and a usable port."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        return parts is not None and (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:
        return False


def split_authority(authority: str) -> tuple[str, str] | None:
    """Return the host in lower case and the port with its colon; None if not valid."""
    found = _AUTHORITY.fullmatch(authority)
    return None if found is None else (found["host"].lower(), found["port"] or "")


def is_path_prefix(path: str) -> bool:
    """Return True if *path* is empty or begins with a slash and does not end in one."""
    return _PREFIX.fullmatch(path) is not None


def is_loopback(host: str) -> bool:
    """Return True if *host*, a name or an address, is a loopback host."""
    host = host.lower().strip("[]").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False
