"""Makes worlds for tests: on servers of the session's own, or on one elsewhere."""

import gc
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from mockapi.environment import variable
from mockapi.testing.errors import is_told

if TYPE_CHECKING:
    from mockapi.client import MockApi
    from mockapi.settings import Settings
    from mockapi.world.registry import Worlds

__tracebackhide__ = is_told

Delete = Callable[[], None]
WorldMaker = Callable[["Settings", str], "tuple[MockApi, Delete]"]
"""Makes a world by settings and a name; returns it with the way to delete it."""


def servers(running: ExitStack) -> WorldMaker:
    """Return what makes worlds; a server starts when it is first asked for, within *running*."""
    elsewhere = variable("URL")
    return _on_the_server_at(elsewhere) if elsewhere else _on_servers_of_our_own(running)


@contextmanager
def _without_collecting() -> Generator[None]:
    """Let nobody look for garbage: imports make none, and searching is a sixth of their time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _on_servers_of_our_own(running: ExitStack) -> WorldMaker:
    with _without_collecting():
        from mockapi.client import MockApi
        from mockapi.settings import OF_A_WORLD, Settings

    # What only worlds differ in, one server can serve.
    alike = {each: Settings.model_fields[each].get_default() for each in OF_A_WORLD}
    alike["scenario"] = "empty"
    started: dict[Settings, tuple[Worlds, str]] = {}

    def make(settings: "Settings", name: str) -> "tuple[MockApi, Delete]":
        if settings.data is not None:
            from mockapi.testing.overrides import WrongWish

            raise WrongWish(
                "MOCKAPI_DATA is for a server; a test's world is kept in memory. Leave it out."
            )
        demand_control_api(settings)
        server = settings.model_copy(update=alike)
        if server not in started:
            started[server] = _start(server, running)
        worlds, url = started[server]
        worlds.create(name, {each: getattr(settings, each) for each in OF_A_WORLD})

        def delete() -> None:
            # The test may have deleted it itself.
            if name in worlds:
                worlds.delete(name)

        return MockApi(f"{url}/w/{name}", admin_token=settings.admin_token), delete

    return make


def _start(settings: "Settings", running: ExitStack) -> "tuple[Worlds, str]":
    with _without_collecting():
        from mockapi.app import create_app
        from mockapi.server import serve_in_thread

        app = create_app(settings)
    running.enter_context(closing(app.state.worlds))
    return app.state.worlds, running.enter_context(serve_in_thread(app))


def demand_control_api(settings: "Settings") -> None:
    """Raise `WrongWish` where there is none, for a handle does nothing without."""
    if not settings.admin:
        from mockapi.testing.overrides import WrongWish

        raise WrongWish(
            "MOCKAPI_ADMIN=false takes the control API away, which the fixtures need. Leave it out."
        )


def _on_the_server_at(url: str) -> WorldMaker:
    from mockapi.client import MockApi, MockApiError
    from mockapi.settings import OF_A_WORLD

    def make(settings: "Settings", name: str) -> "tuple[MockApi, Delete]":
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


def _called(name: str, create: "Callable[[str], MockApi]", number: int = 1) -> "MockApi":
    """Return what *create* makes by a *name*, numbered where another run's world has it."""
    from mockapi.client import MockApiError

    try:
        return create(name if number == 1 else f"{name}-{number}")
    except MockApiError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
    return _called(name, create, number + 1)
