"""Servers on sockets, and raw requests to them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from http_steps import Reply, exchange

from mockapi import Settings, create_app, serve_in_thread

Ask = Callable[..., Reply]


@pytest.fixture(scope="module")
def served() -> Iterator[Callable[..., str]]:
    """Start a server per combination of settings, and return the URL."""
    urls: dict[str, str] = {}
    with ExitStack() as running:

        def serve(**settings: object) -> str:
            name = repr(sorted(settings.items()))
            if name not in urls:
                chosen = Settings(**settings)
                app = create_app(chosen)
                running.enter_context(closing(app.state.worlds))
                urls[name] = running.enter_context(serve_in_thread(app, host=chosen.host))
            return urls[name]

        yield serve


@pytest.fixture
def ask(served) -> Ask:
    """Send a raw request to a server with the given settings."""

    def send(request: str, **settings: object) -> Reply:
        return exchange(served(**settings), request)

    return send
