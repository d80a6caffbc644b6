"""Raw requests to servers on sockets."""

from collections.abc import Callable

import pytest
from http_steps import Reply, exchange

Ask = Callable[..., Reply]


@pytest.fixture
def ask(server_url) -> Ask:
    """Send a raw request to a server with the given settings."""

    def send(request: str, **settings: object) -> Reply:
        return exchange(server_url(**settings), request)

    return send
