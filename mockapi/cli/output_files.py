"""Output files of commands: checked before the work, complete after it."""

import os
from collections.abc import Iterable
from pathlib import Path

from mockapi.cli.command_errors import CliError
from mockapi.export.output_paths import discard, finish, is_replaceable, unfinished_path

STDOUT = "-"


def check_output_file(
    option: str, path: Path, *, force: bool = True, inputs: Iterable[Path] = ()
) -> None:
    """Raise `CliError`, which names *option*, if *path* cannot be written.

    An existing file needs *force*, but no device and no pipe does. None may be one of the *inputs*
    of the command.
    """
    if path.is_dir():
        raise CliError(f"{option}: {path} is a folder. Give the path of a file.")
    if not path.parent.exists():
        raise CliError(f"{option}: the folder {str(path.parent)!r} does not exist. Create it.")
    if any(_is_same(path, each) for each in inputs):
        raise CliError(f"{option}: {path} is an input of this command. Give another file.")
    if path.exists() and is_replaceable(path) and not force:
        raise CliError(f"{option}: {path} exists already. Add --force to overwrite it.")
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(None, "Permission denied")
        if is_replaceable(path):
            unfinished_path(path).touch()
            unfinished_path(path).unlink()
    except OSError as error:
        raise _unwritable(option, path, error) from error


def write_output_file(option: str, path: Path, text: str) -> None:
    """Write *text*; the file appears when it is complete. Raise `CliError`, which names *option*.

    Halves of surrogate pairs are written as `?`.
    """
    unfinished = unfinished_path(path)
    try:
        try:
            unfinished.write_text(text, "utf-8", "replace")
            finish(unfinished, path)
        finally:
            discard(unfinished, path)
    except OSError as error:
        raise _unwritable(option, path, error) from error


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them does not exist
        return False


def _unwritable(option: str, path: Path, error: OSError) -> CliError:
    reason = error.strerror or "unknown error"
    return CliError(f"{option}: {path} cannot be written: {reason}. Give the path of another file.")
