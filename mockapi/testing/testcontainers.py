"""Gives tests a mockapi in a container of their own, by way of testcontainers.

Needs the extra `testcontainers`, and imports nothing of it, nor this module, unless asked for.
"""

from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from time import sleep
from typing import Any, Self

from mockapi.client import MockApi, MockApiError
from mockapi.client.transport import is_scenario_file, open_url
from mockapi.domain.clock import steady

try:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import WaitStrategy, WaitStrategyTarget
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "`mockapi.testing.testcontainers` needs the package testcontainers. "
        'Install it with pip install "mockapi-ecostruxure[testcontainers]".'
    ) from error

PORT = 8080
_FOLDER = "/scenarios"
_ENDED = ("exited", "dead")
_PAUSE = 0.1


class Answering(WaitStrategy):
    """Waits until the server answers; of one that has ended it reports the last line."""

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        """Return once it answers; raises `MockApiError` where it ended, else `TimeoutError`."""
        deadline = steady() + self._startup_timeout
        while True:
            try:
                host, port = container.get_container_host_ip(), container.get_exposed_port(PORT)
                # Not by HttpWaitStrategy, which would ask the proxies of the environment.
                with open_url(f"http://{host}:{port}/healthz", timeout=1):
                    return
            except (OSError, HTTPException) as error:
                _refuse_ended(container)
                if steady() >= deadline:
                    raise TimeoutError("The container does not answer at /healthz.") from error
            sleep(_PAUSE)


def _refuse_ended(container: WaitStrategyTarget) -> None:
    wrapped = container.get_wrapped_container()
    wrapped.reload()
    if wrapped.status in _ENDED:
        lines = b"\n".join(container.get_logs()).decode(errors="replace").split("\n")
        said = [line for line in lines if line.strip()]
        told = said[-1] if said else "it said nothing."
        raise MockApiError(f"The server in the container ended: {told}") from None


class MockApiContainer(DockerContainer):
    """A container that is ready once it is started; use it in `with`.

    *settings* are those of the server in lower case (`scenario`, `seed`, `admin_token`, ...). A
    *scenario* that is a path to a file is copied into the container, with the scenarios beside
    it. Raises `TypeError` for a setting that there is none of, and when it is started
    `MockApiError` for what the server refuses.
    """

    def __init__(
        self,
        image: str = "mockapi",
        *,
        container: Mapping[str, Any] | None = None,
        **settings: object,
    ) -> None:
        """Describe a container of *image*; *container* are arguments of `DockerContainer`."""
        _refuse_unknown(settings)
        super().__init__(image, **(container or {}))
        self.with_exposed_ports(PORT)
        self.waiting_for(Answering())
        token = settings.get("admin_token")
        self._admin_token = None if token is None else str(token)
        if is_scenario_file(settings.get("scenario", "")):
            settings["scenario"] = self._with_scenario(Path(str(settings["scenario"])))
        for name, value in settings.items():
            self.with_env(f"MOCKAPI_{name.upper()}", _as_text(value))

    def _with_scenario(self, path: Path) -> str:
        """Copy *path* and its neighbours in; return where it is then."""
        for each in filter(is_scenario_file, sorted(path.resolve(strict=True).parent.iterdir())):
            self.with_copy_into_container(each, f"{_FOLDER}/{each.name}")
        return f"{_FOLDER}/{path.name}"

    def start(self) -> Self:
        """Start the container and wait until it answers."""
        super().start()
        return self

    @property
    def url(self) -> str:
        """The address that a client on this machine reaches the server by."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def handle(self) -> MockApi:
        """Return a handle on the server's first world: tokens, clock, faults, journal."""
        return MockApi(self.url, admin_token=self._admin_token)


def _as_text(value: object) -> str:
    """Return *value* as an environment variable says it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_unknown(settings: Mapping[str, object]) -> None:
    # Imported lazily: the settings need pydantic, which starting a container does not.
    from mockapi.settings import Settings

    # The container's own: it listens on all of its addresses, on the port that is exposed.
    offered = Settings.model_fields.keys() - {"host", "port"}
    for name in settings:
        if name not in offered:
            known = ", ".join(sorted(offered))
            raise TypeError(f"There is no setting {name!r}; there are {known}.")
