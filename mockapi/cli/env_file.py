"""Variables `MOCKAPI_*` of a file, by default of `.env`, for one command."""

import io
import logging
import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from mockapi.cli.command_errors import CliError
from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.environment import PREFIX, unknown_variable_warnings

if TYPE_CHECKING:
    from dotenv.parser import Binding

DEFAULT = Path(".env")
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class EnvFile:
    """The file of a command. *lines* are those of the variables that it sets."""

    path: Path
    lines: Mapping[str, int] = field(default_factory=dict)


def read_env_file(ctx: click.Context, param: click.Parameter, given: str | None) -> None:
    """Set the variables of the file *given*, or else of `.env`, until *ctx* is closed.

    The environment has priority. Raise `CliError` if a file that is given does not exist, if the
    file cannot be read, and for a `MOCKAPI_*` line that is not a variable.
    """
    path = Path(given).expanduser() if given else DEFAULT
    ctx.obj = EnvFile(path)
    # `.env` may also be a folder with a virtual environment.
    if not given and not path.is_file():
        return
    try:
        values, lines = _read(path)
    except CliError:
        if ctx.resilient_parsing:  # the completion of a shell
            return
        raise
    ctx.obj = EnvFile(path, lines)
    ctx.with_resource(_environment(values))


def unknown_variables(ctx: click.Context) -> Iterator[str]:
    """Yield a warning, with file and line, for each variable of the file that is not a setting."""
    file = ctx.find_root().obj
    if not isinstance(file, EnvFile) or not file.lines:
        return
    # Imported lazily: settings add 100 ms to start-up, and most commands run without a file.
    from mockapi.settings import Settings

    for name, line in file.lines.items():
        values = {name: os.environ[name]}
        for what, remedy in unknown_variable_warnings(values, Settings.model_fields):
            yield f"{file.path}:{line}: {what} {remedy}"


def variable_place(name: str) -> str:
    """Return `MOCKAPI_{name}`, after the file and the line that set it."""
    variable = PREFIX + name
    ctx = click.get_current_context(silent=True)
    file = ctx and ctx.find_root().obj
    if isinstance(file, EnvFile) and variable in file.lines:
        return f"{file.path}:{file.lines[variable]}: {variable}"
    return variable


def remember(ctx: click.Context, name: str, value: str | None) -> Path:
    """Set `MOCKAPI_{name}` in the file of the command, or remove it if *value* is None.

    Return the path. Raise `CliError` if the file cannot be written.
    """
    file: EnvFile = ctx.find_root().obj
    variable = PREFIX + name
    try:
        if value is not None:
            _dotenv().set_key(file.path, variable, value, quote_mode="never", follow_symlinks=True)
        elif file.path.exists() and _dotenv().get_key(file.path, variable) is not None:
            _dotenv().unset_key(file.path, variable, follow_symlinks=True)
    except OSError as error:
        raise CliError(
            f"{file.path} cannot be written: {error.strerror}. "
            f"Set {variable} in the environment instead."
        ) from error
    return file.path


@contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    """Add *values* to the environment during the block."""
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            os.environ.pop(name, None)


def _read(path: Path) -> tuple[Mapping[str, str], Mapping[str, int]]:
    """Return the values that the environment does not have, and their lines."""
    try:
        text = read_utf8(path, _MOST_BYTES)
    except UnreadableFileError as error:
        message = str(error).rstrip(".")
        raise CliError(
            f"--env-file: {path} {message}. Give another file with --env-file."
        ) from error
    lines, kept = {}, []
    for each in _dotenv().parse_stream(io.StringIO(text)):
        words = each.original.string.strip()
        is_variable = not each.error and each.key is not None and each.value is not None
        if is_variable:
            kept.append(each.original.string)
        # Other programs read the other lines of `.env`.
        if PREFIX not in words.partition("=")[0].upper() or words.startswith("#"):
            continue
        if not is_variable:
            raise CliError(
                f"{path}:{_line(each)}: {words.splitlines()[0][:80]!r} is not a variable. "
                "Use NAME=VALUE, with quotes around a value that has spaces or #."
            )
        if each.key and each.key.upper().startswith(PREFIX) and each.key not in os.environ:
            lines[each.key] = _line(each)
    found = _dotenv().dotenv_values(stream=io.StringIO("".join(kept)))
    return {name: found[name] or "" for name in lines}, lines


def _dotenv() -> ModuleType:
    # Imported lazily: dotenv adds 10 ms to start-up, and most commands run without a file.
    from dotenv import main

    # Its warnings are about lines of other programs, and about a variable that is not set.
    main.logger.setLevel(logging.ERROR)
    return main


def _line(binding: "Binding") -> int:
    """Return the line of *binding*, whose text begins with the empty lines before it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
