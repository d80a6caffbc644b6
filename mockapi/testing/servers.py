"""Factories of worlds for tests, on servers of the session or on a remote server."""

from collections.abc import Callable
from http import HTTPStatus

from mockapi.client import MockApi, MockApiError
from mockapi.client.transport import hide_client_frames
from mockapi.environment import variable
from mockapi.settings import WORLD_SETTINGS, Settings
from mockapi.testing.overrides import InvalidOverrideError

__tracebackhide__ = hide_client_frames

Delete = Callable[[], None]
WorldMaker = Callable[[Settings, str], tuple[MockApi, Delete]]
"""Creates a world from settings and a name; returns its client and a function that deletes it."""


def require_control_api(settings: Settings) -> None:
    """Raise `InvalidOverrideError` if *settings* disable the control API."""
    if not settings.admin:
        raise InvalidOverrideError(
            "MOCKAPI_ADMIN=false disables the control API, which the fixtures need. Remove it."
        )


def remote_world_maker(url: str) -> WorldMaker:
    """Return a function that creates worlds on the server at *url*."""

    def make(settings: Settings, name: str) -> tuple[MockApi, Delete]:
        server = MockApi(url, admin_token=variable("ADMIN_TOKEN"))
        # The server's own settings apply where the suite sets none.
        given = settings.model_dump(
            mode="json", include=set(WORLD_SETTINGS & settings.model_fields_set)
        )
        world = _create_numbered(name, lambda each: server.create_world(each, **given))

        def delete() -> None:
            try:
                world.delete()
            except MockApiError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise

        return world, delete

    return make


def _create_numbered(name: str, create: Callable[[str], MockApi], number: int = 1) -> MockApi:
    """Return the world that *create* makes, numbered if another run uses the *name*."""
    try:
        return create(name if number == 1 else f"{name}-{number}")
    except MockApiError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
    return _create_numbered(name, create, number + 1)
