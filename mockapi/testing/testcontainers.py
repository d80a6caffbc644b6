"""Container of mockapi for tests, based on testcontainers.

Needs the extra `testcontainers`. No other module imports this one.
"""

from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from time import sleep
from typing import Any, Self

from mockapi.client import MockApi, MockApiError
from mockapi.client.transport import is_scenario_file, open_url
from mockapi.domain.clock import steady
from mockapi.domain.json_values import scenario_text_of
from mockapi.environment import MissingPackageError

try:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import WaitStrategy, WaitStrategyTarget
except ImportError as error:
    raise MissingPackageError(
        "mockapi.testing.testcontainers", "testcontainers", "testcontainers"
    ) from error

PORT = 8080
_FOLDER = "/scenarios"
_EXITED = ("exited", "dead")
_PAUSE = 0.1


class HealthWaitStrategy(WaitStrategy):
    """Wait strategy that polls `/healthz` and detects a container that has exited."""

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        """Return when the server responds.

        Raise `MockApiError` if the container has exited, `TimeoutError` after the timeout.
        """
        deadline = steady() + self._startup_timeout
        while True:
            try:
                host, port = container.get_container_host_ip(), container.get_exposed_port(PORT)
                # Not with HttpWaitStrategy, which would use the proxies of the environment.
                with open_url(f"http://{host}:{port}/healthz", timeout=1):
                    return
            except (OSError, HTTPException) as error:
                _raise_if_exited(container)
                if steady() >= deadline:
                    raise TimeoutError(
                        "The container does not respond at /healthz. See its log."
                    ) from error
            sleep(_PAUSE)


def _raise_if_exited(container: WaitStrategyTarget) -> None:
    wrapped = container.get_wrapped_container()
    wrapped.reload()
    if wrapped.status in _EXITED:
        lines = b"\n".join(container.get_logs()).decode(errors="replace").split("\n")
        written = [line for line in lines if line.strip()]
        reason = written[-1] if written else "its log is empty."
        raise MockApiError(f"The server in the container stopped: {reason}") from None


class MockApiContainer(DockerContainer):
    """A container of the image that is ready when `with` or `start` returns.

    *settings* are those of the server in lower case (`scenario`, `seed`, `admin_token`, ...). If
    *scenario* is a path, all scenario files of its folder are copied into the container. Raises
    `TypeError` for an unknown setting, and on start `MockApiError` if the server rejects a value.
    """

    def __init__(
        self,
        image: str = "mockapi",
        *,
        container: Mapping[str, Any] | None = None,
        **settings: object,
    ) -> None:
        """Configure a container of *image*; *container* are arguments of `DockerContainer`."""
        _check_names(settings)
        super().__init__(image, **(container or {}))
        self.with_exposed_ports(PORT)
        self.waiting_for(HealthWaitStrategy())
        token = settings.get("admin_token")
        self._admin_token = None if token is None else str(token)
        if is_scenario_file(settings.get("scenario", "")):
            settings["scenario"] = self._with_scenario(Path(str(settings["scenario"])))
        for name, value in settings.items():
            self.with_env(f"MOCKAPI_{name.upper()}", _as_text(value))

    def _with_scenario(self, path: Path) -> str:
        """Copy *path* and the other scenarios of its folder; return the path in the container."""
        for each in filter(is_scenario_file, sorted(path.resolve(strict=True).parent.iterdir())):
            self.with_copy_into_container(each, f"{_FOLDER}/{each.name}")
        return f"{_FOLDER}/{path.name}"

    def start(self) -> Self:
        """Start the container and wait until the server responds."""
        super().start()
        return self

    @property
    def url(self) -> str:
        """URL of the server for clients on this machine."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def handle(self) -> MockApi:
        """Return a client of the server's first world: tokens, clock, faults, journal."""
        return MockApi(self.url, admin_token=self._admin_token)


def _as_text(value: object) -> str:
    """Return *value* in the format of environment variables."""
    if isinstance(value, Mapping):
        return scenario_text_of(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_names(settings: Mapping[str, object]) -> None:
    # Imported lazily: the settings need pydantic, which starting a container does not.
    from mockapi.settings import Settings

    # Fixed by the image, which listens on all addresses and on the exposed port.
    accepted = Settings.model_fields.keys() - {"host", "port"}
    for name in settings:
        if name not in accepted:
            known = ", ".join(sorted(accepted))
            raise TypeError(f"{name!r} is not a setting. Settings: {known}.")
