"""Server for the duration of a `with` block: for unittest, behave and notebooks."""

from contextlib import AbstractContextManager, ExitStack, closing
from typing import Any

from mockapi.app import create_app
from mockapi.client import MockApi
from mockapi.client.transport import hide_client_frames
from mockapi.domain.json_values import is_scenario_text
from mockapi.scenario.errors import ScenarioError
from mockapi.server import BindError, serve_in_thread
from mockapi.settings import Settings
from mockapi.testing.overrides import (
    InvalidOverrideError,
    WorldOverrides,
    build_settings,
    missing_scenario_message,
    scenario_argument,
    scenario_error_message,
)
from mockapi.tls import temporary_tls


def __tracebackhide__(raised: Any) -> bool:  # noqa: N807 - pytest's name
    hidden = (BindError, ScenarioError)
    return hide_client_frames(raised) or (raised is not None and isinstance(raised.value, hidden))


def run(**settings: Any) -> AbstractContextManager[MockApi]:
    """Return a context manager that runs a server in a thread and yields a client for it.

    *settings* are the fields of `Settings`, and `faults` and `presets` as in the pytest marker.
    Other values come from the environment or the scenario. Without `port`, a free port is used.
    Raise `ValueError` for an unknown option or an invalid value. On entry, raise `ScenarioError`
    if the scenario has mistakes, `TlsError` if HTTPS is not possible, and `BindError` if the
    address is not available.
    """
    overrides = WorldOverrides.parse(settings, "run()", Settings.model_fields)
    return _RunningServer(overrides, build_settings({"port": 0, **overrides.settings}, "run()"))


class _RunningServer(AbstractContextManager[MockApi]):
    def __init__(self, overrides: WorldOverrides, settings: Settings) -> None:
        self._overrides = overrides
        self._settings = settings

    def __enter__(self) -> MockApi:
        with ExitStack() as starting:
            server = self._start(starting)
            self._overrides.enable_faults(server)
            self._stopping = starting.pop_all()
        return server

    def __exit__(self, *_: object) -> None:
        self._stopping.close()

    def _start(self, starting: ExitStack) -> MockApi:
        settings = self._settings
        try:
            app = create_app(settings)
        except ScenarioError as error:
            raise self._with_source(error) from None
        starting.enter_context(closing(app.state.worlds))
        tls = starting.enter_context(temporary_tls(settings))
        try:
            url = starting.enter_context(
                serve_in_thread(
                    app,
                    host=settings.host,
                    port=settings.port,
                    parser=settings.http_parser,
                    tls=tls,
                )
            )
        except BindError as error:
            advice = (
                "Remove `port`, and run() uses a free port."
                if error.change == "port"
                else "Use another `host`."
            )
            raise BindError(f"{error} {advice}", error.change) from None
        ca_file = None if tls is None else tls.ca_file
        return MockApi(url, admin_token=settings.admin_token, ca_file=ca_file)

    def _with_source(self, error: ScenarioError) -> Exception:
        scenario = self._settings.scenario
        missing = missing_scenario_message(scenario)
        is_argument = "scenario" in self._overrides.settings
        if missing is None and is_argument and is_scenario_text(scenario):
            message = scenario_error_message(scenario, error)
            return InvalidOverrideError(f"run(): {scenario_argument(scenario)}: {message}")
        if missing is None:
            return error
        source = "run(): scenario=" if is_argument else "MOCKAPI_SCENARIO: "
        return InvalidOverrideError(f"{source}{scenario!r}: {missing}")
