"""Checks what requests say: unknown names, older paths, missing types, haste after a 429."""

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
    "missing-scope": "let in without the scope that a strict edition wants",
    "older-path": "an older base or an older name of a resource",
    "window-gap": "windows of one site that leave time between them unread",
    "window-overlap": "windows of one site that read the same time again",
    "token-per-request": "a new token although the one before was still good",
    "no-back-off": "a request soon after a 429, before `Retry-After` was over",
    "dead-token": "a token that was used again after it was refused as expired or revoked",
    "no-content-type": "a body without `Content-Type`",
}
"""What each code means; the README lists them in these words."""


@dataclass(frozen=True)
class LintWarning:
    """What a client does wrong, and the requests that show it."""

    code: str
    explanation: str
    requests: Sequence[int]


_A_NUMBER = re.compile("[0-9]{1,9}")
_DEAD = ("TokenExpired", "TokenRevoked")
_WASTED_AFTER = 1
"""Requests with a token that was thrown away although it was good: so few waste it."""


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
            f"{operation} was let in without {scope}, which the APIs may insist on.",
            numbers,
        )
    if refreshed:
        yield LintWarning(
            "missing-scope",
            "A refresh token came from a consent without offline_access; "
            "MOCKAPI_OFFLINE_ACCESS_RULE would have issued none.",
            refreshed,
        )


def tokens_per_request(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Look at the tokens that each client was issued for a customer, in their order.

    One thrown away once may be a restart; a habit shows in two.
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
                f"Client {client} fetched a new token although the one before was good and "
                "hardly used; a token lives an hour.",
                sorted({each.number for pair in wasted for each in pair}),
            )


def dead_tokens(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    refused: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        if entry.error in _DEAD and entry.credential is not None:
            refused[entry.credential].append(entry.number)
    for numbers in refused.values():
        if len(numbers) > 1:
            yield LintWarning(
                "dead-token",
                "A token was used again after it had been refused as expired or revoked; "
                "refresh it, or ask for a new consent.",
                numbers,
            )


def _is_wasted(uses: Sequence[Entry], first: Entry, second: Entry) -> bool:
    """Return True if *first* issued a token whose *uses* up to *second* did not warrant another."""
    begin = bisect_right(uses, first.number, key=_number)
    between = uses[begin : bisect_left(uses, second.number, key=_number)]
    if any(entry.status == HTTPStatus.UNAUTHORIZED for entry in between):
        return False
    return len(between) <= _WASTED_AFTER and (second.at - first.at).total_seconds() < _lifetime(
        first
    )


def _number(entry: Entry) -> int:
    return entry.number


def _lifetime(fetch: Entry) -> float:
    answer = fetch.response_body.parsed()
    stated = str(answer.get("expires_in")) if isinstance(answer, dict) else ""
    return float(stated) if _A_NUMBER.fullmatch(stated) else 0.0


def _is_refresh_without_offline_access(entry: Entry) -> bool:
    form, answer = entry.request_body.parsed(), entry.response_body.parsed()
    if entry.operation != "token" or entry.status != HTTPStatus.OK:
        return False
    if not isinstance(form, dict) or form.get("grant_type") != "refresh_token":
        return False
    scopes = str(answer.get("scope")).split() if isinstance(answer, dict) else []
    return Scope.OFFLINE_ACCESS not in scopes


_MOST_NAMES = 200
_USUAL_BACK_OFF = timedelta(seconds=1)
"""What is waited after a 429 that does not say how long."""


def unknown_names(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    yield from _by_name(
        entries,
        "unknown-parameter",
        lambda entry: entry.ignored,
        "does not know the query parameter {name!r}, and ignores it.",
    )
    yield from _by_name(
        entries,
        "unknown-member",
        lambda entry: entry.unknown_members,
        "does not know the member {name!r} of its body, and ignores it.",
    )


def older_paths(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for entry in entries:
        for older in entry.older_paths:
            found[older].append(entry.number)
    for older, numbers in found.items():
        yield LintWarning(
            "older-path",
            f"{older} is of an older edition; MOCKAPI_STRICT_PATHS refuses it in the newest.",
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
            "A body came without Content-Type; the APIs want application/json.",
            numbers,
        )


def missing_back_offs(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    """Look at each 429, and at the next request of the same token from the same address."""
    numbers: set[int] = set()
    following: dict[tuple[str | None, str | None], Entry] = {}
    for entry in reversed(entries):
        after = following.get(_caller(entry))
        if (
            after is not None
            and entry.status == HTTPStatus.TOO_MANY_REQUESTS
            and _waited(entry, after) < _wanted(entry)
        ):
            numbers |= {entry.number, after.number}
        following[_caller(entry)] = entry
    if numbers:
        yield LintWarning(
            "no-back-off",
            "After a 429 the next request came before Retry-After was over; without the header, "
            "within a second.",
            sorted(numbers),
        )


def _caller(entry: Entry) -> tuple[str | None, str | None]:
    return (entry.credential or entry.client, entry.address)


def _waited(entry: Entry, after: Entry) -> timedelta:
    """Return the longer of the waits by the world's clock and by the machine's."""
    steady = after.began - entry.began - entry.duration_ms / 1000
    return max(after.at - entry.at, timedelta(seconds=steady))


def _wanted(entry: Entry) -> timedelta:
    """Return what Retry-After asks for, in seconds or until a date (RFC 9110 section 10.2.3)."""
    stated = entry.answer_header("retry-after")
    if stated is None:
        return _USUAL_BACK_OFF
    if re.fullmatch("[0-9]{1,9}", stated):
        return timedelta(seconds=int(stated))
    try:
        return parsedate_to_datetime(stated) - entry.at
    except (ValueError, TypeError):
        return _USUAL_BACK_OFF


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
    for (operation, name), numbers in islice(found.items(), _MOST_NAMES):
        yield LintWarning(code, f"{operation} {explanation.format(name=name)}", numbers)
    if (more := len(found) - _MOST_NAMES) > 0:
        others = {number for each in found.values() for number in each}
        yield LintWarning(code, f"{more:,} more names are unknown, too.", sorted(others))
