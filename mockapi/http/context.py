"""The context of a request: its world, operation, credentials and annotations."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.types import Scope

from mockapi.domain.oauth import Bearer
from mockapi.domain.operations import PathMatch
from mockapi.faults.context import AppliedFault
from mockapi.http.address import Address
from mockapi.http.auth_headers import Credentials, find_credentials
from mockapi.journal.entry import RequestAnnotations
from mockapi.world.registry import Worlds
from mockapi.world.world import World

_KEY = "mockapi.request"
_NO_MATCH = PathMatch()


class RequestContext:
    """The world, operation, credentials and annotations of a request.

    The world routing middleware creates it. Copies of the scope share it, so that a request that
    a fault delivers twice is still one request.
    """

    # Defaults are class attributes, to keep instances small.
    applied_faults: Sequence[AppliedFault] = ()
    deliveries = 1
    """How often faults deliver the request to the API."""
    finish_record: Callable[[], None] = staticmethod(lambda: None)
    """Completes the journal's record; called before a fault breaks the connection."""
    _credentials: Credentials | None = None

    def __init__(
        self,
        scope: Scope,
        worlds: Worlds,
        world: World,
        *,
        address: Address,
        world_root: str = "",
        match: PathMatch = _NO_MATCH,
    ) -> None:
        """Create the context of a request to *world*, which is below *world_root*.

        The path in *scope* is relative to the world, and *match* is the result of its lookup.
        """
        self.worlds = worlds
        self.world = world
        self.address = address
        self.world_root = world_root
        self.path: str = scope["path"]
        self.base = match.base
        """The base of a product that the path is below; empty for any other path."""
        self.template = match.template
        """The path below the base, with `{site_id}` for the site."""
        self.operation = match.operation
        self.annotations = RequestAnnotations()
        if match.oauth_endpoint is not None:
            # Set here, because OAuth endpoints have no guard that sets it.
            self.annotations.set_operation(match.oauth_endpoint)
        self._headers: Sequence[tuple[bytes, bytes]] = scope["headers"]

    @property
    def site(self) -> str | None:
        """The id of the site in the path of the operation."""
        return None if self.operation is None else self.operation.site

    @property
    def credentials(self) -> Credentials:
        """The content of the `Authorization` header, parsed on first use."""
        if self._credentials is None:
            self._credentials = find_credentials(self._headers)
        return self._credentials

    @property
    def root(self) -> str:
        """The path below which clients reach the world."""
        return self.address.prefix + self.world_root

    @contextmanager
    def in_world(self, world: World) -> Generator[None]:
        """Serve the request from *world*, a variant of its own, during the block."""
        own, self.world = self.world, world
        try:
            yield
        finally:
            self.world = own


def has_header(scope: Scope, *names: bytes) -> bool:
    """Return True if the request has a header with one of *names*, in lower case."""
    # A loop, because a generator expression is much slower.
    for name, _ in scope["headers"]:  # noqa: SIM110
        if name in names:
            return True
    return False


def put_context(scope: Scope, context: RequestContext) -> None:
    """Put *context* into *scope*."""
    scope[_KEY] = context


def context_in(scope: Scope) -> RequestContext:
    """Return the context in *scope*. Raise `KeyError` if the request reached no world."""
    context: RequestContext = scope[_KEY]
    return context


def find_context(scope: Scope) -> RequestContext | None:
    """Return the context in *scope*; None if the request reached no world."""
    return scope.get(_KEY)


def context_of(request: Request) -> RequestContext:
    """Return the context of *request*."""
    return context_in(request.scope)


def world_of(request: Request) -> World:
    """Return the world that answers *request*."""
    return context_in(request.scope).world


def worlds_of(request: Request) -> Worlds:
    """Return all worlds of the server that received *request*."""
    return context_in(request.scope).worlds


def world_root_of(request: Request) -> str:
    """Return `/w/` and the name of the request's world; empty for the first world."""
    return context_in(request.scope).world_root


def bearer_of(request: Request) -> Bearer:
    """Return the authenticated bearer. Raise `LookupError` if there is none."""
    bearer = context_in(request.scope).annotations.bearer
    if bearer is None:
        raise LookupError("The request was not authenticated.")
    return bearer


def annotations_of(request: Request) -> RequestAnnotations:
    """Return the annotations of *request* for the journal, to be added to."""
    return context_in(request.scope).annotations


def path_below_base(request: Request) -> str:
    """Return the requested path below the base of its product."""
    path: str = request.scope["path"]
    root: str = request.scope.get("root_path", "")
    return path.removeprefix(root)


def resource_path(request: Request) -> str:
    """Return the path below the base as a URI reference, as in problems."""
    return quote(path_below_base(request), safe="/:@!$&'()*+,;=~", errors="replace")


def prefix_of(request: Request) -> str:
    """Return the path below which clients reach this server; empty without a proxy."""
    return context_of(request).address.prefix


def world_prefix_of(request: Request) -> str:
    """Return the path below which clients reach the request's world."""
    return context_of(request).root


def requested_url_of(request: Request) -> str:
    """Return the URL of the request's world by the address of this request."""
    context = context_of(request)
    return context.address.url + context.world_root


def url_of(request: Request) -> str:
    """Return the URL of the request's world: the configured one or that of this request."""
    public = world_of(request).settings.public_url
    if public is None:
        return requested_url_of(request)
    return public + world_root_of(request)


def is_own_origin(request: Request, origin: str) -> bool:
    """Return True if *origin* is that of a page of this server."""
    public = world_of(request).settings.public_url
    own = {
        context_of(request).address.authority,
        request.headers.get("host", ""),
        urlsplit(public or "").netloc,
    }
    authority = origin.partition("://")[2].lower()
    return authority != "" and authority in {each.lower() for each in own}
