"""Checks of requests: unknown names, scopes, tokens, older paths, media types and back-off."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from itertools import islice, pairwise

from mockapi.domain.oauth import Scope
from mockapi.journal.entry import Entry

CODES: Mapping[str, str] = {
    "unknown-parameter": "a query parameter that the operation ignores",
    "unknown-member": "a member of a body that the operation ignores",
    "missing-scope": "accepted without the scope that a strict API requires",
    "older-path": "an older base path or an older name of a resource",
    "window-gap": "windows of one site with gaps between them",
    "window-overlap": "windows of one site that overlap",
    "token-per-request": "a new token although the previous one was still valid",
    "no-back-off": "a request after a 429, before the time in `Retry-After`",
    "dead-token": "a token that was used again after it was rejected as expired or revoked",
    "no-content-type": "a body without `Content-Type`",
}
"""Meanings of the codes, as in the documentation."""

FIXES: Mapping[str, str] = {
    "unknown-parameter": "Remove the parameter, or correct its name. For time windows the names "
    "are `updatedAt[gte]` and `updatedAt[lt]`.",
    "unknown-member": "Remove the member, or correct its name as in the OpenAPI document.",
    "missing-scope": "Request the scope in `/authorize`, and let the customer consent again.",
    "older-path": "Use the paths of the latest edition, below `/ecostruxure/scoring/v1`.",
    "window-gap": "Begin each window of `updatedAt` where the last one ended.",
    "window-overlap": "Begin each window of `updatedAt` where the last one ended, not before.",
    "token-per-request": "Store the access token, and use it until `expires_in` is over.",
    "no-back-off": "After a 429 wait for the seconds in `Retry-After`, or double the wait.",
    "dead-token": "After a 401 refresh the token once. If that fails, ask for a new consent.",
    "no-content-type": "Send `Content-Type: application/json` with each JSON body.",
}
"""What to change in the client, by code."""

GUIDES: Mapping[str, str] = {
    "unknown-parameter": "reference/endpoints.md",
    "unknown-member": "reference/endpoints.md",
    "missing-scope": "how-to/oauth-clients.md",
    "older-path": "reference/editions.md",
    "window-gap": "explanation/readings.md",
    "window-overlap": "explanation/readings.md",
    "token-per-request": "how-to/oauth-clients.md",
    "no-back-off": "how-to/faults.md",
    "dead-token": "how-to/oauth-clients.md",
    "no-content-type": "reference/endpoints.md",
}
"""Page of the documentation, by code."""


@dataclass(frozen=True)
class LintWarning:
    """A problem of a client, and the numbers of the requests that show it."""

    code: str
    explanation: str
    requests: Sequence[int]


_NUMBER = re.compile("[0-9]{1,9}")
_REJECTED = ("TokenExpired", "TokenRevoked")
_MAX_WASTED_USES = 1
"""A valid token that is replaced after at most this number of requests is wasted."""


def missing_scopes(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    found: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    refreshed = []
    for entry in entries:
        if entry.missing_scope is not None:
            found[entry.operation, entry.missing_scope].append(entry.number)
        if _is_refresh_without_offline_access(entry):
            refreshed.append(entry.number)
    for (operation, scope), numbers in found.items():
        yield LintWarning(
            "missing-scope",
            f"{operation} was accepted without the scope {scope}, which the real APIs may require.",
            numbers,
        )
    if refreshed:
        yield LintWarning(
            "missing-scope",
            "A refresh token was issued without the scope offline_access. "
            "With MOCKAPI_OFFLINE_ACCESS_RULE it would not be issued.",
            refreshed,
        )


def tokens_per_request(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Check the tokens that were issued per client and customer, in order.

    One wasted token may be due to a restart; two are a pattern.
    """
    customers = {entry.credential: entry.customer for entry in entries if entry.credential}
    issued: defaultdict[tuple[str | None, str | None], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.issued is not None:
            issued[entry.client, customers.get(entry.issued)].append(entry)
    uses: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.credential is not None:
            uses[entry.credential].append(entry)
    for (client, _), fetches in issued.items():
        wasted = [
            (first, second)
            for first, second in pairwise(fetches)
            if _is_wasted(uses[first.issued or ""], first, second)
        ]
        if len(wasted) > 1:
            yield LintWarning(
                "token-per-request",
                f"Client {client} fetched a new token although the previous one was valid and "
                "hardly used. Reuse a token until it expires.",
                sorted({each.number for pair in wasted for each in pair}),
            )


def dead_tokens(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    refused: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        if entry.error in _REJECTED and entry.credential is not None:
            refused[entry.credential].append(entry.number)
    for numbers in refused.values():
        if len(numbers) > 1:
            yield LintWarning(
                "dead-token",
                "A token was used again after it was rejected as expired or revoked. "
                "Refresh it, or ask for a new consent.",
                numbers,
            )


def _is_wasted(uses: Sequence[Entry], first: Entry, second: Entry) -> bool:
    """Return True if the token of *first* was valid and hardly used before *second*."""
    begin = bisect_right(uses, first.number, key=_number)
    between = uses[begin : bisect_left(uses, second.number, key=_number)]
    if any(entry.status == HTTPStatus.UNAUTHORIZED for entry in between):
        return False
    return len(between) <= _MAX_WASTED_USES and (second.at - first.at).total_seconds() < _lifetime(
        first
    )


def _number(entry: Entry) -> int:
    return entry.number


def _lifetime(fetch: Entry) -> float:
    answer = fetch.response_body.parsed()
    value = str(answer.get("expires_in")) if isinstance(answer, dict) else ""
    return float(value) if _NUMBER.fullmatch(value) else 0.0


def _is_refresh_without_offline_access(entry: Entry) -> bool:
    if entry.operation != "token" or entry.status != HTTPStatus.OK:
        return False
    form, answer = entry.request_body.parsed(), entry.response_body.parsed()
    if not isinstance(form, dict) or form.get("grant_type") != "refresh_token":
        return False
    scopes = str(answer.get("scope")).split() if isinstance(answer, dict) else []
    return Scope.OFFLINE_ACCESS not in scopes


_MAX_NAMES = 200
_DEFAULT_BACK_OFF = timedelta(seconds=1)
"""Minimum wait after a 429 without `Retry-After`."""


def unknown_names(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    yield from _by_name(
        entries,
        "unknown-parameter",
        lambda entry: entry.ignored,
        "ignores the unknown query parameter {name!r}.",
    )
    yield from _by_name(
        entries,
        "unknown-member",
        lambda entry: entry.unknown_members,
        "ignores the unknown member {name!r} of the body.",
    )


def older_paths(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        for older in entry.older_paths:
            found[older].append(entry.number)
    for older, numbers in found.items():
        yield LintWarning(
            "older-path",
            f"{older} belongs to an older edition, and MOCKAPI_STRICT_PATHS rejects it.",
            numbers,
        )


def content_types(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    numbers = [
        entry.number
        for entry in entries
        if (entry.request_body.size or entry.header("transfer-encoding"))
        and entry.header("content-type") is None
    ]
    if numbers:
        yield LintWarning(
            "no-content-type",
            "A body was sent without Content-Type. Send application/json.",
            numbers,
        )


def missing_back_offs(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Check the next request after each 429, per token and address."""
    numbers: set[int] = set()
    following: dict[tuple[str | None, str | None], Entry] = {}
    for entry in reversed(entries):
        after = following.get(_caller(entry))
        if (
            after is not None
            and entry.status == HTTPStatus.TOO_MANY_REQUESTS
            and _waited(entry, after) < _required_wait(entry)
        ):
            numbers |= {entry.number, after.number}
        following[_caller(entry)] = entry
    if numbers:
        yield LintWarning(
            "no-back-off",
            "After a 429, the next request came before the time in Retry-After or, without the "
            "header, within a second.",
            sorted(numbers),
        )


def _caller(entry: Entry) -> tuple[str | None, str | None]:
    return (entry.credential or entry.client, entry.address)


def _waited(entry: Entry, after: Entry) -> timedelta:
    """Return the longer wait of the world's clock and the machine's clock."""
    steady = after.began - entry.began - entry.duration_ms / 1000
    return max(after.at - entry.at, timedelta(seconds=steady))


def _required_wait(entry: Entry) -> timedelta:
    """Return the duration in `Retry-After`: seconds, or until a date (RFC 9110 section 10.2.3)."""
    value = entry.response_header("retry-after")
    if value is None:
        return _DEFAULT_BACK_OFF
    if re.fullmatch("[0-9]{1,9}", value):
        return timedelta(seconds=int(value))
    try:
        return parsedate_to_datetime(value) - entry.at
    except (ValueError, TypeError):
        return _DEFAULT_BACK_OFF


def _by_name(
    entries: Sequence[Entry],
    code: str,
    names: Callable[[Entry], Sequence[str]],
    explanation: str,
) -> Iterator[LintWarning]:
    found: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    for entry in entries:
        for name in names(entry):
            found[entry.operation, name].append(entry.number)
    for (operation, name), numbers in islice(found.items(), _MAX_NAMES):
        yield LintWarning(code, f"{operation} {explanation.format(name=name)}", numbers)
    if (more := len(found) - _MAX_NAMES) > 0:
        others = {number for each in found.values() for number in each}
        yield LintWarning(code, f"{more:,} more names are unknown.", sorted(others))
