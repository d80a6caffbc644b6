"""Offers the command `mockapi`: serve, get, check, describe, schema, healthcheck.

Exit codes: 0 done, 1 the answer was an error or nobody answered, 2 the input was wrong.
"""

import gc
import http.client
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockapi.version import __version__

if TYPE_CHECKING:
    from mockapi.settings import Settings
    from mockapi.world.world import World

_WRONG_INPUT = 2


class Refusal(click.ClickException):
    """One line that says what is wrong and what to do about it."""

    exit_code = _WRONG_INPUT

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=True)


class Unanswered(Refusal):
    """The input was right, but nobody answers or the address cannot be had."""

    exit_code = 1


class SettingsCommand(click.Command):
    """A command with one option for each setting, in the words of the setting.

    The options are made when they are asked for: `healthcheck` runs every other second in a
    container and must not load what reads settings.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        from mockapi.settings import Settings

        params: list[click.Parameter] = []
        for name, field in Settings.model_fields.items():
            option = "--" + name.replace("_", "-")
            is_flag = field.annotation is bool
            default = "" if field.default is None else f", default: {field.default}"
            params.append(
                click.Option(
                    [f"{option}/--no-{option[2:]}" if is_flag else option, name],
                    default=None,
                    metavar=None if is_flag else "VALUE",
                    help=f"{field.description} [env: MOCKAPI_{name.upper()}{default}]",
                )
            )
        return [*params, *super().get_params(ctx)]


def _settings(options: dict[str, Any]) -> "Settings":
    from pydantic import ValidationError

    from mockapi.settings import Settings

    # Empty counts as unset, as it does in the environment.
    stated = {name: value for name, value in options.items() if value not in (None, "")}
    try:
        return Settings(**stated)
    except ValidationError as error:
        complaints: dict[str, str] = {}
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else "settings"
            place = f"--{name.replace('_', '-')}" if name in stated else f"MOCKAPI_{name.upper()}"
            message = each["msg"].removeprefix("Value error, ")
            if place in complaints:
                message = f"{complaints[place]} or {message.removeprefix('Input should be ')}"
            complaints[place] = message
        lines = [f"{place}: {message}" for place, message in complaints.items()]
        raise Refusal("\n".join(lines)) from error


def _open(settings: "Settings") -> Any:
    from mockapi.app import create_app
    from mockapi.scenario.document import ScenarioError
    from mockapi.store.file import OtherFile
    from mockapi.store.lock import FileInUse
    from mockapi.world.agreement import WorldMismatch

    try:
        return create_app(settings)
    except (ScenarioError, OtherFile, WorldMismatch) as error:
        raise Refusal(str(error)) from error
    except FileInUse as error:
        raise Unanswered(str(error)) from error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mockapi")
def cli() -> None:
    """The EcoStruxure scoring APIs on your own machine, without credentials."""


@cli.command(
    cls=SettingsCommand, epilog="Example: mockapi serve --scenario vendor-samples --port 9090"
)
def serve(**options: Any) -> None:
    """Serve both APIs until stopped."""
    from mockapi.server import CannotListen, bind, leave_when_told, url_of
    from mockapi.server import serve as serve_app
    from mockapi.settings import doubts

    leave_when_told()
    for doubt in doubts(os.environ):
        click.echo(doubt, err=True)
    settings = _settings(options)
    app = _open(settings)
    with closing(app.state.world):
        try:
            listener = bind(settings.host, settings.port)
        except CannotListen as error:
            raise Unanswered(f"{error} Choose another with --{error.change}.") from error
        click.echo(_greeting(app.state.world, settings.public_url or url_of(listener)))
        sys.stdout.flush()
        # What the start made stays; only what requests make is worth looking through.
        gc.freeze()
        gc.enable()
        serve_app(app, listener)


def _greeting(world: "World", url: str) -> str:
    now = world.now()
    title = f"mockapi {__version__} serves {world.scenario_name}, edition {world.edition.name}"
    lines = [f"{title}, at {now:%Y-%m-%d %H:%M} UTC", ""]
    shown = {"address": url, "documents": f"{url}/docs"}
    clients = world.store.clients()
    if clients:
        shown["client id"] = clients[0].client_id
        shown["client secret"] = clients[0].client_secret or "none: a public client, with PKCE"
    credentials = world.ready_credentials()
    if credentials is not None:
        shown["access token"] = credentials.access_token
        shown["personal token"] = credentials.personal_token
    lines += [f"  {name:<15} {value}" for name, value in shown.items()]
    if credentials is not None:
        curl = f"curl -H 'Authorization: Bearer {credentials.access_token}'"
        lines += ["", f"  {curl} {url}/ecostruxure/scoring/v1/sites"]
    return "\n".join([*lines, ""])


@cli.command(epilog="Example: mockapi get /ecostruxure/scoring/v1/sites --scenario vendor-samples")
@click.argument("path")
@click.option("--token", help="Bearer token; the scenario's first customer's if unset.")
@click.option("-i", "--include", is_flag=True, help="Print status and headers too.")
@click.option("--scenario", default=None, metavar="VALUE", help="Scenario to ask.")
@click.option("--edition", default=None, metavar="VALUE", help="Edition to answer in.")
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option("--data", default=None, metavar="VALUE", help="File that keeps the world.")
def get(path: str, token: str | None, include: bool, **options: Any) -> None:
    """Answer one GET request in this process, without a server."""
    import asyncio

    from mockapi.inprocess import fetch

    if not path.startswith("/"):
        raise Refusal(f"PATH must begin with a slash: /{path}")
    app = _open(_settings(options))
    with closing(app.state.world) as world:
        if token is None:
            credentials = world.ready_credentials()
            if credentials is not None:
                is_user = path.startswith("/ecostruxure/user/")
                token = credentials.personal_token if is_user else credentials.access_token
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = asyncio.run(fetch(app, path, headers))
    if include:
        click.echo(f"HTTP/1.1 {answer.status}")
        for name, value in answer.headers:
            click.echo(f"{name}: {value}")
        click.echo()
    sys.stdout.flush()
    sys.stdout.buffer.write(answer.body + b"\n")
    sys.stdout.buffer.flush()
    if not answer.body and not include:
        leads = dict(answer.headers).get("location")
        click.echo(f"HTTP {answer.status}" + (f", leads to {leads}" if leads else ""), err=True)
    if answer.status >= http.client.BAD_REQUEST:
        sys.exit(1)


@cli.command(epilog="Example: mockapi check scenarios/demo.yaml")
@click.argument("files", nargs=-1, required=True)
def check(files: Sequence[str]) -> None:
    """Read scenario FILES and list every mistake as file:line:column: path: message.

    What is suspicious though legal is listed too, after `warning:`, and does not count.
    """
    from mockapi.scenario.document import ScenarioError
    from mockapi.scenario.lint import lint
    from mockapi.scenario.load import find

    failed = False
    for name in files:
        try:
            scenario, doubts = lint(Path(name) if Path(name).exists() else find(name))
        except ScenarioError as error:
            failed = True
            click.echo(str(error), err=True)
        else:
            for doubt in doubts:
                click.echo(f"warning: {doubt}", err=True)
            customers, sites = scenario.count()
            click.echo(f"{name}: ok ({customers} customers, {sites} sites)")
    if failed:
        sys.exit(_WRONG_INPUT)


@cli.command(epilog="Example: mockapi describe portfolio")
@click.argument("scenario")
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option("--json", "as_json", is_flag=True, help="Print every site and meter as JSON.")
@click.option("--all", "every_site", is_flag=True, help="List every site, however many.")
def describe(scenario: str, seed: str | None, as_json: bool, every_site: bool) -> None:
    """Show what SCENARIO becomes: its customers, their sites, and what stands in them."""
    from mockapi.world import description

    world = _open(_settings({"scenario": scenario, "seed": seed})).state.world
    if as_json:
        click.echo(json.dumps(description.as_json(world), indent=2, ensure_ascii=False))
    else:
        for line in description.as_text(world, every_site=every_site):
            click.echo(line)


@cli.command(epilog="Example: mockapi schema > scenario.schema.json")
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from mockapi.scenario.json_schema import schema_text

    click.echo(schema_text(), nl=False)


@cli.command()
@click.option("--host", default=None, help="Address to ask; MOCKAPI_HOST or loopback if unset.")
@click.option("--port", type=int, default=None, help="Port; MOCKAPI_PORT or 8080 if unset.")
def healthcheck(host: str | None, port: int | None) -> None:
    """Ask a running server whether it is ready; exit code 1 if it is not."""
    host = host or os.environ.get("MOCKAPI_HOST") or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not bound to
        host = "127.0.0.1"
    port = port or int(os.environ.get("MOCKAPI_PORT") or 8080)
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        text = answer.read().decode()
    except OSError as error:
        raise Unanswered(f"Nobody answers at {host}:{port}: {error}") from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Unanswered(f"{host}:{port} answered {answer.status}")
    click.echo(text)
