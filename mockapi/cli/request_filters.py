"""Options that select requests of the journal."""

from collections.abc import Callable
from typing import get_args

import click

from mockapi.cli.command_errors import WholeNumber
from mockapi.cli.server_client import complete_site
from mockapi.domain.operations import ApiName, OperationId

FILTERS = (
    "operation",
    "product",
    "method",
    "path",
    "status",
    "client",
    "customer",
    "site",
    "error",
    "fault",
    "since",
)
"""Names of the options, which are those of the control API."""


def request_filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to *command*; the client of OAuth has the parameter `client_id`."""
    for option in reversed(
        (
            click.option(
                "--operation",
                metavar="ID",
                help="Operation, such as listSites.",
                shell_complete=lambda *given: _starting_with(get_args(OperationId), given[-1]),
            ),
            click.option("--product", type=click.Choice(get_args(ApiName)), help="API."),
            click.option("--method", metavar="METHOD", help="HTTP method, such as POST."),
            click.option("--path", metavar="PATTERN", help="Path; * is any text."),
            click.option(
                "--status", metavar="STATUS", help="Status such as 404, 4xx, or none (no response)."
            ),
            click.option("--client-id", metavar="ID", help="OAuth client."),
            click.option("--customer", metavar="ID|EMAIL", help="Customer."),
            click.option("--site", metavar="ID", help="Site.", shell_complete=complete_site),
            click.option("--error", metavar="NAME", help="Error, such as SiteNotFound."),
            click.option("--fault", metavar="ID|KIND", help="Fault that was applied."),
            click.option(
                "--since",
                type=WholeNumber(),
                metavar="NUMBER",
                help="Only requests with a higher number.",
            ),
        )
    ):
        command = option(command)
    return command


def _starting_with(words: tuple[str, ...], incomplete: str) -> list[str]:
    return [each for each in words if each.startswith(incomplete)]
