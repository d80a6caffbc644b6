"""Redirect URIs: comparison with the registered ones, and parameters added to them."""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote_plus, urlencode

_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(?![^/?])")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def is_registered(uri: str, registered: Sequence[str], *, any_loopback_port: bool) -> bool:
    """Return True if *uri* equals one of *registered*, byte for byte.

    With *any_loopback_port* the port of a loopback address may differ.
    """
    if uri in registered:
        return True
    # inferred: a redirect URI on 127.0.0.1 or [::1] may have any port, as RFC 8252 section 7.3
    # requires; one on `localhost` must have the registered port.
    return (
        any_loopback_port
        and _LOOPBACK.match(uri) is not None
        and _without_port(uri) in map(_without_port, registered)
    )


def _without_port(uri: str) -> str:
    return _LOOPBACK.sub(r"\1", uri, count=1)


def with_parameters(uri: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return *uri* with *parameters* added to its query, which is kept as it is.

    A parameter that the registered query has too is replaced: RFC 6749 section 3.1 allows none
    twice, and a client must get back the `state` that it sent.
    """
    base, mark, query = uri.partition("?")
    names = {name for name, _ in parameters}
    kept = [each for each in query.split("&") if _name_of(each) not in names]
    joined = "&".join(filter(None, ["&".join(kept), urlencode(parameters)]))
    # A header is ASCII; the rest of the URI is left alone.
    return quote(f"{base}?{joined}" if mark or joined else base, safe=_ASCII)


def _name_of(parameter: str) -> str:
    return unquote_plus(parameter.partition("=")[0])
