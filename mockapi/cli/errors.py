"""Says what went wrong in one line, with the exit code that is due."""

from typing import Any

import click

WRONG_INPUT = 2


class Refusal(click.ClickException):
    """One line that says what is wrong and what to do about it."""

    exit_code = WRONG_INPUT

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=True)


class Unanswered(Refusal):
    """The input was right, but nobody answers or the address cannot be had."""

    exit_code = 1
