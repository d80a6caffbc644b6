"""The command `mockapi serve`."""

import gc
import os
import shlex
import signal
import sys
from _thread import interrupt_main, start_new_thread
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from mockapi.cli.command_errors import CliError
from mockapi.cli.env_file import EnvFile, unknown_variables
from mockapi.cli.options import SettingsCommand, open_app, settings_of, translate_world_errors
from mockapi.domain.urls import is_loopback
from mockapi.environment import MissingPackageError, unknown_variable_warnings, variable
from mockapi.http.shutdown import Shutdown
from mockapi.logging_config import configuration, format_json_line
from mockapi.server import Background, BindError, bind, url_of
from mockapi.server import serve as serve_app
from mockapi.settings import LogFormat, Settings
from mockapi.tls import ServerTls, TlsError, server_tls
from mockapi.version import __version__
from mockapi.world.free_memory import limit_free_memory
from mockapi.world.registry import Worlds
from mockapi.world.reload import NotReloadableError, scenario_file_of
from mockapi.world.world import World

_STDIN, _STDERR = 0, 2
_ENDED_INPUT = "Stops, because the standard input ended and stop_at_eof is set."
_UNFINISHED = "Ended with unfinished requests. Acknowledged writes are saved."


def _variable_warnings(ctx: click.Context) -> Iterator[str]:
    """Yield warnings about variables that are not settings, those of a file with their lines."""
    yield from unknown_variables(ctx)
    file = ctx.find_root().obj
    lines = file.lines if isinstance(file, EnvFile) else {}
    rest = {name: value for name, value in os.environ.items() if name not in lines}
    for what, remedy in unknown_variable_warnings(rest, Settings.model_fields):
        yield f"{what} {remedy}"


@click.command(
    cls=SettingsCommand, epilog="Example: mockapi serve --scenario vendor-samples --port 9090"
)
@click.option(
    "--watch", is_flag=True, help="Load the scenario file again when it changes. [extra: watch]"
)
def serve(*, watch: bool, **options: Any) -> None:
    """Serve both APIs until stopped."""
    # Read before the other settings, so that their errors have this format, too.
    given = options["log_format"] or variable("LOG_FORMAT") or ""
    as_json = given.lower() == LogFormat.JSON
    for warning in _variable_warnings(click.get_current_context()):
        click.echo(_log_line("warning", warning) if as_json else warning, err=True)
    try:
        with translate_world_errors():
            _serve(settings_of(options), watch=watch)
    except CliError as error:
        if not as_json:
            raise
        click.echo(_log_line("error", error.message), err=True)
        sys.exit(error.exit_code)


def _serve(settings: Settings, *, watch: bool) -> None:
    as_json = settings.log_format is LogFormat.JSON
    if settings.stop_at_eof:
        start_new_thread(_stop_at_eof, (as_json,))
    watcher = _watcher(settings) if watch else None
    app = open_app(settings)
    worlds: Worlds = app.state.worlds
    with closing(worlds):
        try:
            tls = server_tls(settings)
            listener = bind(settings.host, settings.port)
        except TlsError as error:
            raise CliError(str(error)) from error
        except BindError as error:
            raise CliError(f"{error} Choose another with --{error.change}.") from error
        url = settings.public_url or url_of(listener, "http" if tls is None else "https")
        host = listener.getsockname()[0]
        if settings.admin and settings.admin_token is None and not is_loopback(host):
            note = (
                f"The control API on {host} is open to all clients, under any host name. "
                "Set MOCKAPI_ADMIN_TOKEN to protect it."
            )
            click.echo(_log_line("warning", note) if as_json else note, err=True)
        with translate_world_errors():
            greeting = (_announcement if as_json else _greeting)(worlds.first, url, tls)
        click.echo(greeting)
        sys.stdout.flush()
        limit_free_memory()
        # To collect the garbage of requests only, without the objects of the start.
        gc.freeze()
        gc.enable()
        shutdown = Shutdown(partial(_save_and_report, worlds, as_json=as_json))
        shutdown.listen()
        serve_app(
            app,
            listener,
            shutdown,
            parser=settings.http_parser,
            tls=tls,
            log=_log(settings),
            background=None if watcher is None else watcher(worlds),
        )


def _watcher(settings: Settings) -> Callable[[Worlds], Background]:
    """Return the task that loads the scenario of the default world again when it changes."""
    try:
        # Imported lazily: watchfiles is an extra, and the checks of scenarios slow the start.
        from mockapi.cli.watch import watch
    except ImportError as error:
        raise MissingPackageError("--watch", "watchfiles", "watch") from error
    as_json = settings.log_format is LogFormat.JSON

    def report(level: str, line: str) -> None:
        click.echo(_log_line(level, line) if as_json else line, err=True)

    try:
        with translate_world_errors():
            path = scenario_file_of(settings)
    except NotReloadableError as error:
        raise CliError(f"--watch: {error}") from error
    return lambda worlds: partial(watch, worlds, path, report)


def _stop_at_eof(as_json: bool) -> None:
    """Begin the shutdown when the standard input ends."""
    with suppress(OSError):
        while os.read(_STDIN, 4096):
            pass
    _log_at_end("info", _ENDED_INPUT, as_json=as_json)
    # Works on Windows, too, where SIGTERM would end the process at once.
    interrupt_main(signal.SIGTERM)


def _save_and_report(worlds: Worlds, *, as_json: bool) -> None:
    """Save committed data, and log that requests are unfinished."""
    worlds.first.store.checkpoint()
    _log_at_end("warning", _UNFINISHED, as_json=as_json)


def _log_at_end(level: str, message: str, *, as_json: bool) -> None:
    line = _log_line(level, message) if as_json else message
    with suppress(OSError):
        # Because a full pipe must not block the end of the process.
        os.set_blocking(_STDERR, False)
        os.write(_STDERR, f"{line}\n".encode())


def _log(settings: Settings) -> Mapping[str, Any] | None:
    """Return the logging configuration; None if the settings give none."""
    if not {"log_format", "log_level"} & settings.model_fields_set:
        return None

    return configuration(settings.log_format, settings.log_level)


def _announcement(world: World, url: str, tls: ServerTls | None) -> str:
    """Return the greeting as one line of JSON without secrets, for log collectors."""
    return _log_line(
        "info",
        "mockapi serves",
        version=__version__,
        scenario=world.scenario_name,
        edition=world.edition.name,
        now=f"{world.now():%Y-%m-%dT%H:%M:%SZ}",
        address=url,
        documents=f"{url}/docs",
        **({"authority": str(tls.ca_file)} if tls is not None and tls.ca_file else {}),
    )


def _log_line(level: str, message: str, **members: str) -> str:
    return format_json_line(level, message, members)


def _greeting(world: World, url: str, tls: ServerTls | None) -> str:
    now = world.now()
    title = f"mockapi {__version__} serves {world.scenario_name}, edition {world.edition.name}"
    lines = [f"{title}, at {now:%Y-%m-%d %H:%M} UTC", ""]
    shown = {"address": url}
    if world.settings.admin:
        shown["console"] = f"{url}/"
    shown["API docs"] = f"{url}/docs"
    clients = world.store.clients()
    if clients:
        shown["client id"] = clients[0].client_id
        shown["client secret"] = clients[0].client_secret or "none: a public client, with PKCE"
    credentials = world.demo_credentials()
    if credentials is not None:
        shown["access token"] = credentials.access_token
        shown["personal token"] = credentials.personal_token
    lines += [f"  {name:<15} {value}" for name, value in shown.items()]
    ca_file = None if tls is None else tls.ca_file
    if credentials is not None:
        trust = "" if ca_file is None else f" --cacert {shlex.quote(str(ca_file))}"
        curl = f"curl{trust} -H 'Authorization: Bearer {credentials.access_token}'"
        lines += ["", f"  {curl} {url}/ecostruxure/scoring/v1/sites"]
    if ca_file is not None:
        lines += ["", *_trust_lines(ca_file)]
    return "\n".join([*lines, ""])


def _trust_lines(ca_file: Path) -> list[str]:
    """Return how clients trust the authority in *ca_file*."""
    path = shlex.quote(str(ca_file))
    shown = {
        "requests": f"REQUESTS_CA_BUNDLE={path}",
        "httpx": f"SSL_CERT_FILE={path}",
        "node": f"NODE_EXTRA_CA_CERTS={path}",
        "Java": (
            f"keytool -importcert -noprompt -alias mockapi -file {path}"
            " -keystore mockapi.p12 -storepass mockapi"
        ),
        "": "-Djavax.net.ssl.trustStore=mockapi.p12 -Djavax.net.ssl.trustStorePassword=mockapi",
    }
    return [f"  {name:<15} {value}" for name, value in shown.items()]
