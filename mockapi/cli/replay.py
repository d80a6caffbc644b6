"""The command `mockapi replay`."""

from collections import Counter
from pathlib import Path

import click

from mockapi.cli.errors import Refusal, Unanswered
from mockapi.cli.server_client import json_option, print_json
from mockapi.replay import (
    Outcome,
    SessionUnreadable,
    Target,
    TargetFailed,
    read_session,
    replay_session,
)


@click.command(
    epilog="Example: mockapi replay session.har --to http://127.0.0.1:8080",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "url", required=True, metavar="URL", help="Server that is asked.")
@click.option("--token", metavar="TOKEN", help="Used wherever the session's token is redacted.")
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKAPI_ADMIN_TOKEN",
    help="For the control API of a mockapi that demands one. [env: MOCKAPI_ADMIN_TOKEN]",
)
@json_option
def replay(
    file: Path, url: str, *, token: str | None, admin_token: str | None, as_json: bool
) -> None:
    """Send the session in FILE, a HAR file, again, and compare statuses and shapes.

    Redacted tokens are replaced by tokens that the control API of URL mints. The exit code is 1
    where an answer differs or nobody answers, 2 where FILE or URL are wrong.
    """
    outcomes: Counter[Outcome] = Counter()
    told = []
    try:
        target = Target(url, token=token, admin_token=admin_token)
        for each in replay_session(read_session(file), target):
            outcomes[each.outcome] += 1
            if as_json:
                told.append(each.told())
            else:
                click.echo(each)
    except (SessionUnreadable, ValueError) as error:
        raise Refusal(str(error)) from error
    except TargetFailed as error:
        raise Unanswered(str(error)) from error
    if as_json:
        print_json(told)
    else:
        click.echo(_summary(outcomes))
    if outcomes[Outcome.DIFFERENT]:
        raise SystemExit(1)


def _summary(outcomes: Counter["Outcome"]) -> str:
    return (
        f"{outcomes[Outcome.ALIKE]} alike, {outcomes[Outcome.DIFFERENT]} different, "
        f"{outcomes[Outcome.NOT_SENT]} not sent"
    )
