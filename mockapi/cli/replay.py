"""The command `mockapi replay`."""

from collections import Counter
from pathlib import Path

import click

from mockapi.cli.refusals import Refusal, Unanswered


@click.command(epilog="Example: mockapi replay session.har --to http://127.0.0.1:8080")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "url", required=True, metavar="URL", help="Server that is asked.")
@click.option("--token", metavar="TOKEN", help="Used wherever the session's token is redacted.")
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKAPI_ADMIN_TOKEN",
    help="For the control API of a mockapi that demands one. [env: MOCKAPI_ADMIN_TOKEN]",
)
def replay(file: Path, url: str, token: str | None, admin_token: str | None) -> None:
    """Send the session in FILE, a HAR file, again, and compare statuses and shapes.

    Redacted tokens are replaced by tokens that the control API of URL mints. The exit code is 1
    where an answer differs or nobody answers, 2 where FILE or URL are wrong.
    """
    from mockapi.replay import (
        Outcome,
        SessionUnreadable,
        Target,
        TargetFailed,
        read_session,
    )
    from mockapi.replay import replay as replayed

    outcomes: Counter[Outcome] = Counter()
    try:
        target = Target(url, token=token, admin_token=admin_token)
        for each in replayed(read_session(file), target):
            outcomes[each.outcome] += 1
            click.echo(each)
    except (SessionUnreadable, ValueError) as error:
        raise Refusal(str(error)) from error
    except TargetFailed as error:
        raise Unanswered(str(error)) from error
    click.echo(
        f"{outcomes[Outcome.ALIKE]} alike, {outcomes[Outcome.DIFFERENT]} different, "
        f"{outcomes[Outcome.NOT_SENT]} not sent"
    )
    if outcomes[Outcome.DIFFERENT]:
        raise SystemExit(1)
