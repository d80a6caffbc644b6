"""Options that several commands share, and worlds and apps for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from mockapi.app import create_app
from mockapi.cli import completers
from mockapi.cli.command_errors import CliError
from mockapi.cli.env_file import variable_place
from mockapi.domain.errors import StorageFailed
from mockapi.domain.validation import describe_error, describe_union_error
from mockapi.environment import MissingPackageError
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import Settings
from mockapi.store.database_file import FileInUseError, InvalidDatabaseFileError
from mockapi.world.initial_state import WorldMismatchError
from mockapi.world.world import World


class SettingsCommand(click.Command):
    """A command with one option per setting.

    The options are created lazily, because `healthcheck` runs often in a container and must not
    import the settings.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        params: list[click.Parameter] = []
        for name, field in Settings.model_fields.items():
            option = "--" + name.replace("_", "-")
            is_flag = field.annotation is bool
            default = "" if field.default is None else f", default: {_text_of(field.default)}"
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


def _text_of(default: object) -> str:
    """Return *default* as a variable of the environment gives it."""
    value = to_jsonable_python(default)
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings_of(options: dict[str, Any]) -> Settings:
    """Return the settings with *options*. Raise `CliError` if a value is invalid."""
    # Empty counts as unset, as in the environment.
    given = {name: value for name, value in options.items() if value not in (None, "")}
    try:
        return Settings(**given)
    except ValidationError as error:
        messages: dict[str, list[str]] = {}
        inputs: dict[str, object] = {}
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else "settings"
            place = f"--{name.replace('_', '-')}" if name in given else variable_place(name.upper())
            messages.setdefault(place, []).append(describe_error(each))
            # The first error has the given value; later ones may have a converted one.
            inputs.setdefault(place, each["input"])
        lines = [
            f"{place}: {describe_union_error(found, inputs[place])}"
            for place, found in messages.items()
        ]
        raise CliError("\n".join(lines)) from error


def open_app(settings: Settings) -> Any:
    """Return the app with the world of *settings*. Raise `CliError` if it cannot be opened."""
    with translate_world_errors():
        return create_app(settings)


def open_world(settings: Settings) -> World:
    """Return the world of *settings* without an app. Raise `CliError` if it cannot be opened."""
    with translate_world_errors():
        return World.open(settings)


@contextmanager
def translate_world_errors() -> Iterator[None]:
    """Raise `CliError` instead of the errors of opening a world."""
    try:
        yield
    except (ScenarioError, InvalidDatabaseFileError, WorldMismatchError) as error:
        raise CliError(str(error)) from error
    except (FileInUseError, MissingPackageError, StorageFailed) as error:
        raise CliError(str(error)) from error
