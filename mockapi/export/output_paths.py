"""Paths of output files, which appear when they are complete."""

from pathlib import Path


def is_replaceable(path: Path) -> bool:
    """Return True unless *path* is a device or a pipe, which is written directly."""
    return path.is_file() or not path.exists()


def unfinished_path(path: Path) -> Path:
    """Return where the contents of *path* are written until they are complete.

    A symbolic link is followed. A device or a pipe is returned as it is.
    """
    return path.resolve().with_name(f"{path.name}.part") if is_replaceable(path) else path


def finish(unfinished: Path, path: Path) -> None:
    """Move the complete file *unfinished* to *path*."""
    if unfinished != path:
        unfinished.replace(path.resolve())


def discard(unfinished: Path, path: Path) -> None:
    """Remove *unfinished*, if it exists and is not *path* itself."""
    if unfinished != path:
        unfinished.unlink(missing_ok=True)
