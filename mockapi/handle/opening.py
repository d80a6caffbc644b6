"""HTTP requests by the standard library, without a proxy for this machine."""

from functools import cache
from http.client import HTTPResponse
from urllib.parse import urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener, urlopen

from mockapi.domain.urls import is_loopback

__tracebackhide__ = True


def open_url(request: Request | str, timeout: float) -> HTTPResponse:
    """Send *request*, a URL or more, and return the response; raise what `urlopen` raises.

    Proxies of the environment are used for other machines only: a company's proxy cannot reach
    this one, and `NO_PROXY` is often unset.
    """
    url = request if isinstance(request, str) else request.full_url
    direct = is_loopback(urlsplit(url).hostname or "")
    opened = _direct().open if direct else urlopen
    response: HTTPResponse = opened(request, timeout=timeout)
    return response


@cache
def _direct() -> OpenerDirector:
    return build_opener(ProxyHandler({}))
