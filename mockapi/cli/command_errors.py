"""Errors of commands: one line for the user, and an exit code."""

import re
from math import isfinite, nan
from typing import Any

import click

from mockapi.domain.text_matching import as_sentence, suggestion

FOUND = 1
"""Exit code of a command that did its work and found something."""

FAILED = 2
"""Exit code of a command that could not do its work."""


class CliError(click.ClickException):
    """One line that says why a command cannot do its work, and what to do."""

    exit_code = FAILED

    def show(self, file: Any = None) -> None:
        """Print the message to standard error."""
        click.echo(self.format_message(), file=file, err=True)


class FindingError(CliError):
    """A result that a script reacts to, such as a failed expectation."""

    exit_code = FOUND


class NumberInRange(click.ParamType[float]):
    """A number of at least *minimum*."""

    name = "number"

    def __init__(self, minimum: float | None = None) -> None:
        self._minimum = minimum

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return *value* as a number. Fail if it is not one, or too small."""
        try:
            number = float(value)
        except ValueError:
            number = nan
        if not isfinite(number) or (self._minimum is not None and number < self._minimum):
            least = "" if self._minimum is None else f" of at least {self._minimum:g}"
            self.fail(f"{str(value)!r} is not a number{least}.", param, ctx)
        return number


class WholeNumber(click.ParamType[int]):
    """A whole number."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return *value* as a whole number. Fail if it is not one."""
        try:
            return int(value)
        except ValueError:
            self.fail(f"{str(value)!r} is not a whole number.", param, ctx)


_ENV_FILE = "--env-file"
_UNKNOWN_COMMAND = re.compile(r"No such command (?P<word>'.*')", re.DOTALL)
_EXTRA = re.compile(r"Got unexpected extra arguments? \((?P<words>.*)\)", re.DOTALL)


def usage_error(error: click.UsageError) -> CliError:
    """Return *error*, raised by click, in the words of mockapi."""
    command = error.ctx.command_path if error.ctx else "mockapi"
    return CliError(f"{_message(error, command)} See `{command} --help`.")


def _message(error: click.UsageError, command: str) -> str:
    text = as_sentence(error.message)
    if isinstance(error, click.NoSuchOption) and error.option_name == _ENV_FILE:
        text = f"Put {_ENV_FILE} before the command: mockapi {_ENV_FILE} FILE {command[8:]}."
    elif isinstance(error, click.NoSuchOption):
        advice = suggestion(error.option_name, error.possibilities or (), "")
        text = f"{error.option_name!r} is not an option of `{command}`. {advice}".rstrip()
    elif isinstance(error, click.MissingParameter):
        text = f"`{command}` needs {_name_of(error.param)}."
    elif isinstance(error, click.BadParameter):
        text = f"{_name_of(error.param)}: {_value_message(error)}"
    elif isinstance(error, click.BadOptionUsage):
        text = _option_message(error)
    elif (unknown := _UNKNOWN_COMMAND.fullmatch(error.message.rstrip("."))) is not None:
        text = f"{unknown['word']} is not a command of `{command}`."
    elif (extra := _EXTRA.fullmatch(error.message.rstrip("."))) is not None:
        text = f"{extra['words']!r} is not expected after `{command}`. Remove it."
    return text


def _option_message(error: click.BadOptionUsage) -> str:
    """Return the message for a value that an option lacks, or that a flag does not take."""
    name, params = error.option_name, error.ctx.command.get_params(error.ctx) if error.ctx else ()
    flags = [each for each in params if isinstance(each, click.Option) and each.is_flag]
    for flag in flags:
        if name in (*flag.opts, *flag.secondary_opts):
            others = [max(each, key=len) for each in (flag.opts, flag.secondary_opts) if each]
            advice = " or ".join(others) if len(others) > 1 else f"{name} alone"
            return f"{name} takes no value. Use {advice}."
    return f"{name} needs a value."


def _value_message(error: click.BadParameter) -> str:
    if error.param is None or not isinstance(error.param.type, click.Choice):
        return error.message
    value = error.message.partition(" is not one of")[0]
    return f"{value} is not known. Use {', '.join(map(str, error.param.type.choices))}."


def _name_of(param: click.Parameter | None) -> str:
    if param is None:
        return "a value"
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.make_metavar(click.Context(click.Command("mockapi"))).strip("[].")
