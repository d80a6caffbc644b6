"""Runs the command, `mockapi` or `python -m mockapi`."""

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command; a pipe that closes early is no error."""
    # Imports make objects by the hundred thousand and hardly any garbage: looking for it all
    # the while takes a sixth of the start. `serve` switches collection on again.
    gc.disable()
    from mockapi.cli import cli

    try:
        cli(prog_name="mockapi")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


if __name__ == "__main__":
    main()
