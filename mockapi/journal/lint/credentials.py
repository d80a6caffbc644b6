"""Checks how tokens are got and used: scopes that lack, tokens wasted, tokens long dead."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import pairwise

from mockapi.domain.oauth.scopes import Scope
from mockapi.journal.entry import Entry
from mockapi.journal.lint.warning import LintWarning

_A_NUMBER = re.compile("[0-9]{1,9}")
_DEAD = ("TokenExpired", "TokenRevoked")
_WASTED_AFTER = 1
"""Requests with a token that was thrown away although it was good: so few waste it."""


def missing_scopes(entries: Sequence[Entry]) -> Iterator[LintWarning]:
    found: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    refreshed = []
    for entry in entries:
        if entry.lent_scope is not None:
            found[entry.operation, entry.lent_scope].append(entry.number)
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
        if entry.refusal in _DEAD and entry.credential is not None:
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
    answer = fetch.answer_body.parsed()
    stated = str(answer.get("expires_in")) if isinstance(answer, dict) else ""
    return float(stated) if _A_NUMBER.fullmatch(stated) else 0.0


def _is_refresh_without_offline_access(entry: Entry) -> bool:
    form, answer = entry.request_body.parsed(), entry.answer_body.parsed()
    if entry.operation != "token" or entry.status != HTTPStatus.OK:
        return False
    if not isinstance(form, dict) or form.get("grant_type") != "refresh_token":
        return False
    scopes = str(answer.get("scope")).split() if isinstance(answer, dict) else []
    return Scope.OFFLINE_ACCESS not in scopes
