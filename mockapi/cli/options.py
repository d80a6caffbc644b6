"""Reads the options that several commands share, and opens what they ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from pydantic import ValidationError

from mockapi.app import create_app
from mockapi.cli import completers
from mockapi.cli.errors import Refusal, Unanswered
from mockapi.domain.errors import StorageFailed
from mockapi.domain.validation import describe_error, describe_union_error
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import Settings
from mockapi.store.database_file import FileInUseError, InvalidDatabaseFileError
from mockapi.world.initial_state import WorldMismatchError
from mockapi.world.world import World


class SettingsCommand(click.Command):
    """A command with one option for each setting, in the words of the setting.

    The options are made when they are asked for: `healthcheck` runs every other second in a
    container and must not load what reads settings.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
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
                    shell_complete=None if is_flag else completers.settings_value,
                    help=f"{field.description} [env: MOCKAPI_{name.upper()}{default}]",
                )
            )
        return [*params, *super().get_params(ctx)]


def settings_of(options: dict[str, Any]) -> "Settings":
    # Empty counts as unset, as it does in the environment.
    stated = {name: value for name, value in options.items() if value not in (None, "")}
    try:
        return Settings(**stated)
    except ValidationError as error:
        complaints: dict[str, list[str]] = {}
        inputs: dict[str, object] = {}
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else "settings"
            place = f"--{name.replace('_', '-')}" if name in stated else f"MOCKAPI_{name.upper()}"
            complaints.setdefault(place, []).append(describe_error(each))
            # The first error has the value as given; a later one may have it converted.
            inputs.setdefault(place, each["input"])
        lines = [
            f"{place}: {describe_union_error(found, inputs[place])}"
            for place, found in complaints.items()
        ]
        raise Refusal("\n".join(lines)) from error


def open_app(settings: "Settings") -> Any:
    """Return the app around the world that *settings* ask for, or refuse."""
    with refusing():
        return create_app(settings)


def open_world(settings: "Settings") -> "World":
    """Return the world that *settings* ask for, without the APIs around it, or refuse."""
    with refusing():
        return World.open(settings)


@contextmanager
def refusing() -> Iterator[None]:
    """Say in one line why a world cannot be opened."""
    try:
        yield
    except (ScenarioError, InvalidDatabaseFileError, WorldMismatchError) as error:
        raise Refusal(str(error)) from error
    except (FileInUseError, StorageFailed) as error:
        raise Unanswered(str(error)) from error
