"""Entry point of `mockapi` and `python -m mockapi`."""

import errno
import gc
import os
import sys
from typing import NoReturn

from mockapi.http.shutdown import Shutdown
from mockapi.loading import import_fastapi

_FAILED = 2
"""`FAILED` of the commands, which are imported lazily."""
_WRITE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EAGAIN)


def main() -> NoReturn:
    """Run the command. A pipe that closes early is not an error."""
    # Imports create many objects and little garbage; collecting it takes a sixth of the start.
    # `serve` enables the collector again.
    gc.disable()
    if _command(sys.argv[1:]) == "serve":
        # Before the imports, because without a handler process 1 of a container ignores SIGTERM.
        Shutdown().listen()
        # Looking for plugins, pydantic reads the metadata of every installed package. Not for
        # `run`, because the program that it starts may need them.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        import_fastapi()
    # Imported lazily: signal handlers are installed first.
    from mockapi.cli import cli

    try:
        cli(prog_name="mockapi")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno not in _WRITE_ERRORS:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.write(f"Cannot write the output: {error.strerror}.\n")
        sys.exit(_FAILED)
    sys.exit(0)


def _command(words: list[str]) -> str | None:
    """Return the command, which may follow `--env-file FILE`."""
    if words and words[0].startswith("--env-file"):
        words = words[1:] if "=" in words[0] else words[2:]
    return words[0] if words else None


if __name__ == "__main__":
    main()
