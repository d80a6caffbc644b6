"""The command `mockapi replay`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from mockapi.cli.command_errors import FOUND, CliError
from mockapi.cli.output_files import check_output_file, write_output_file
from mockapi.cli.server_client import (
    ControlApiClient,
    json_option,
    print_json,
    translate_client_errors,
    validate_url,
)
from mockapi.replay.drift import DriftReport, IgnoreRule, InvalidRulesError, read_rules
from mockapi.replay.drift_collector import DriftCollector
from mockapi.replay.drift_documents import document_of, validate_ending
from mockapi.replay.recorded_request import InvalidHarError
from mockapi.replay.recording import read_session
from mockapi.replay.session_replay import (
    ReplayClient,
    ReplayError,
    ReplayOutcome,
    ReplayResult,
    replay_session,
)


@click.command(
    epilog="Example: mockapi replay session.har --to http://127.0.0.1:8080",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "url", required=True, metavar="URL", help="Server, or with /w/NAME one of its worlds."
)
@click.option("--token", metavar="TOKEN", help="Token in place of the bearer tokens in FILE.")
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="MOCKAPI_ADMIN_TOKEN",
    help="Token of the control API. [env: MOCKAPI_ADMIN_TOKEN]",
)
@click.option(
    "--report",
    "reports",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Write the drift by operation to FILE: .html, .md, or .xml for JUnit. Repeatable.",
)
@click.option(
    "--ignore",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Differences to ignore, one OPERATION KIND PLACE per line.",
)
@json_option
def replay(
    file: Path,
    url: str,
    *,
    token: str | None,
    admin_token: str | None,
    reports: Sequence[Path],
    ignore: Path | None,
    as_json: bool,
) -> None:
    """Send the requests in FILE, a HAR file, again, and compare statuses and JSON structures.

    With --report or --ignore, compare by operation, also headers, formats and values of
    enumerations. Redacted tokens are replaced by new tokens of the control API of URL.
    """
    validate_url(url, "--to")
    with translate_client_errors(url), _translate_input_errors():
        inputs = [file] if ignore is None else [file, ignore]
        for path in reports:
            validate_ending(path)
            check_output_file("--report", path, inputs=inputs)
        rules = None if ignore is None else read_rules(ignore)
        client = ReplayClient(ControlApiClient(url, admin_token=admin_token or None), token=token)
        results = replay_session(read_session(file), client)
        if reports or rules is not None:
            report = _drift(results, rules or (), file.name, url, as_json=as_json)
            for path in reports:
                write_output_file("--report", path, document_of(report, path))
            count, is_different = len(report.operations), report.count > 0
        else:
            counts = _compare(results, as_json=as_json)
            count = counts[ReplayOutcome.ALIKE] + counts[ReplayOutcome.DIFFERENT]
            is_different = counts[ReplayOutcome.DIFFERENT] > 0
    if not count:
        raise CliError(
            f"{file}: no request was sent, so nothing was compared. The reasons are listed above."
        )
    if is_different:
        raise SystemExit(FOUND)


@contextmanager
def _translate_input_errors() -> Iterator[None]:
    """Raise `CliError` instead of the errors of the recording, the rules and the tokens."""
    try:
        yield
    except (InvalidHarError, InvalidRulesError, ReplayError, ValueError) as error:
        raise CliError(str(error)) from error


def _compare(results: Iterable[ReplayResult], *, as_json: bool) -> Counter[ReplayOutcome]:
    """Print each of *results*; return the number of each outcome."""
    counts: Counter[ReplayOutcome] = Counter()
    views = []
    for each in results:
        counts[each.outcome] += 1
        if as_json:
            views.append(each.to_dict())
        else:
            click.echo(each)
    if as_json:
        print_json(views)
    else:
        click.echo(_summary(counts))
    return counts


def _drift(
    results: Iterable[ReplayResult],
    rules: Sequence[IgnoreRule],
    recording: str,
    url: str,
    *,
    as_json: bool,
) -> DriftReport:
    collector = DriftCollector()
    for each in results:
        collector.add(each)
    report = collector.report(recording, url, rules)
    if as_json:
        print_json(report.to_dict())
    else:
        _print_drift(report, rules)
    return report


def _print_drift(report: DriftReport, rules: Sequence[IgnoreRule]) -> None:
    for operation in report.operations:
        outcome = ReplayOutcome.DIFFERENT if operation.drifts else ReplayOutcome.ALIKE
        click.echo(f"{outcome:4} {operation.operation} ({operation.requests})")
        for drift in operation.drifts:
            click.echo(f"     {drift}")
    for name, reason in report.not_compared:
        click.echo(f"{ReplayOutcome.NOT_SENT:4} {name}\n     {reason}")
    for rule in rules:
        if not rule.uses:
            click.echo(f"warning: the rule in line {rule.line} ignores nothing", err=True)
    ignored = sum(each.ignored for each in report.operations)
    click.echo(
        f"{report.count} different, {ignored} ignored, {len(report.not_compared)} not compared, "
        f"in {len(report.operations)} operations"
    )


def _summary(counts: Counter[ReplayOutcome]) -> str:
    return (
        f"{counts[ReplayOutcome.ALIKE]} alike, {counts[ReplayOutcome.DIFFERENT]} different, "
        f"{counts[ReplayOutcome.NOT_SENT]} not sent"
    )
