"""Validation of URLs."""

from urllib.parse import urlsplit


def is_http_url(url: object) -> bool:
    """Return True if *url* is text with an http or https scheme, a host and a usable port."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        return parts is not None and (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        )
    except ValueError:
        return False
