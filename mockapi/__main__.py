"""Runs the command, `mockapi` or `python -m mockapi`."""

import errno
import gc
import os
import sys
from typing import NoReturn

from mockapi.http.shutdown import Shutdown

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


def main() -> NoReturn:
    """Run the command; a pipe that closes early is no error."""
    # Imports make objects by the hundred thousand and hardly any garbage: looking for it all
    # the while takes a sixth of the start. `serve` switches collection on again.
    gc.disable()
    if sys.argv[1:2] == ["serve"]:
        # Before the imports: without a handler the first process of a container ignores SIGTERM.
        Shutdown().listen()
    # Imported lazily: signals are handled before anything else is loaded.
    from mockapi.cli import cli

    try:
        cli(prog_name="mockapi")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno not in _FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"Cannot write the output: {error.strerror}.")
    sys.exit(0)


if __name__ == "__main__":
    main()
