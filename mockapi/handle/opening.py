"""HTTP requests by the standard library, without a proxy for this machine."""

from functools import cache
from http.client import HTTPResponse
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from mockapi.domain.urls import is_loopback



def open_url(request: Request | str, timeout: float) -> HTTPResponse:
    """Send *request*, a URL or more, and return the response; raise what `urllib` raises.

    Proxies of the environment are used for other machines only: a company's proxy cannot reach
    this one, and `NO_PROXY` is often unset.
    """
    url = request if isinstance(request, str) else request.full_url
    direct = is_loopback(urlsplit(url).hostname or "")
    # Not `urlopen`: it keeps the proxies that were set when it was first called.
    opener = _direct() if direct else build_opener()
    response: HTTPResponse = opener.open(request, timeout=timeout)
    return response


@cache
def _direct() -> OpenerDirector:
    return build_opener(ProxyHandler({}))
