"""The command `mockapi replay`."""

from collections import Counter
from pathlib import Path

import click

from mockapi.cli.command_errors import CommandError, UsageError
from mockapi.cli.server_client import json_option, print_json
from mockapi.replay.recorded_request import InvalidHarError
from mockapi.replay.recording import read_session
from mockapi.replay.session_replay import ReplayClient, ReplayError, ReplayOutcome, replay_session


@click.command(
    epilog="Example: mockapi replay session.har --to http://127.0.0.1:8080",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "url", required=True, metavar="URL", help="Server.")
@click.option("--token", metavar="TOKEN", help="Token for requests whose token is redacted.")
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKAPI_ADMIN_TOKEN",
    help="Token of the control API. [env: MOCKAPI_ADMIN_TOKEN]",
)
@json_option
def replay(
    file: Path, url: str, *, token: str | None, admin_token: str | None, as_json: bool
) -> None:
    """Send the requests in FILE, a HAR file, again, and compare statuses and JSON structures.

    Redacted tokens are replaced by new tokens of the control API of URL. The exit code is 1 if a
    response differs or the server is not reachable, 2 if FILE or URL is wrong.
    """
    counts: Counter[ReplayOutcome] = Counter()
    results = []
    try:
        client = ReplayClient(url, token=token, admin_token=admin_token)
        for each in replay_session(read_session(file), client):
            counts[each.outcome] += 1
            if as_json:
                results.append(each.to_dict())
            else:
                click.echo(each)
    except (InvalidHarError, ValueError) as error:
        raise UsageError(str(error)) from error
    except ReplayError as error:
        raise CommandError(str(error)) from error
    if as_json:
        print_json(results)
    else:
        click.echo(_summary(counts))
    if counts[ReplayOutcome.DIFFERENT]:
        raise SystemExit(1)


def _summary(counts: Counter[ReplayOutcome]) -> str:
    return (
        f"{counts[ReplayOutcome.ALIKE]} alike, {counts[ReplayOutcome.DIFFERENT]} different, "
        f"{counts[ReplayOutcome.NOT_SENT]} not sent"
    )
