"""Makes worlds for tests: on servers of the session's own, or on one elsewhere."""

from collections.abc import Callable
from http import HTTPStatus

from mockapi.client import MockApi, MockApiError
from mockapi.environment import variable
from mockapi.settings import OF_A_WORLD, Settings
from mockapi.testing.errors import is_told
from mockapi.testing.overrides import WrongWish

__tracebackhide__ = is_told

Delete = Callable[[], None]
WorldMaker = Callable[[Settings, str], tuple[MockApi, Delete]]
"""Makes a world by settings and a name; returns it with the way to delete it."""


def demand_control_api(settings: Settings) -> None:
    """Raise `WrongWish` where there is none, for a handle does nothing without."""
    if not settings.admin:
        raise WrongWish(
            "MOCKAPI_ADMIN=false takes the control API away, which the fixtures need. Leave it out."
        )


def remote_world_maker(url: str) -> WorldMaker:
    def make(settings: Settings, name: str) -> tuple[MockApi, Delete]:
        server = MockApi(url, admin_token=variable("ADMIN_TOKEN"))
        # What the suite leaves open is as the server's owner set it.
        stated = settings.model_dump(
            mode="json", include=set(OF_A_WORLD & settings.model_fields_set)
        )
        world = _called(name, lambda each: server.create_world(each, **stated))

        def delete() -> None:
            try:
                world.delete()
            except MockApiError as error:
                if error.status != HTTPStatus.NOT_FOUND:
                    raise

        return world, delete

    return make


def _called(name: str, create: Callable[[str], MockApi], number: int = 1) -> MockApi:
    """Return what *create* makes by a *name*, numbered where another run's world has it."""
    try:
        return create(name if number == 1 else f"{name}-{number}")
    except MockApiError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
    return _called(name, create, number + 1)
