"""Validation of URLs and of their parts."""

import re
from ipaddress import ip_address, ip_network
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


def server_url(scheme: str, host: str, port: int | str) -> str:
    """Return the URL of a server, with brackets around an IPv6 address."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


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


NO_PROXY = "none"
"""Value of `MOCKAPI_FORWARDED_ALLOW_IPS` for trusting no proxy."""
_HOST_NAME = re.compile(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def check_base_url(url: str) -> str:
    """Return *url* without a final slash. Raise `ValueError` if it is not a base URL."""
    base = url.rstrip("/")
    scheme, _, rest = base.partition("://")
    authority, slash, path = rest.partition("/")
    is_base = split_authority(authority) is not None and is_path_prefix(slash + path)
    if scheme not in ("http", "https") or not is_base:
        raise ValueError(
            f"must be a URL such as http://mockapi:8080 or https://example.com/mock, not {url!r}"
        )
    return base


def check_networks(text: str) -> str:
    """Return *text*. Raise `ValueError` if it does not list addresses and networks."""
    for each in text.split(","):
        word = each.strip()
        try:
            if word not in ("", "*", NO_PROXY):
                ip_network(word, strict=False)
        except ValueError:
            raise ValueError(
                f"must list addresses such as 127.0.0.1, 172.16.0.0/12, `*` or `none`, not {word!r}"
            ) from None
    return text


def check_host_names(text: str) -> str:
    """Return *text*. Raise `ValueError` if it does not list host names."""
    for word in split_names(text):
        if not _HOST_NAME.fullmatch(word):
            raise ValueError(
                f"must list host names such as mock.local or *.local, without ports, not {word!r}"
            )
    return text


def split_names(text: str) -> tuple[str, ...]:
    """Return the names of a comma-separated list, in lower case."""
    return tuple(each.strip().lower() for each in text.split(",") if each.strip())
