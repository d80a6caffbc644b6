"""Hides what opens a door: tokens, codes, client secrets, passwords, cookies.

What is hidden leaves a stub by which its owner knows it again: `mock…Ada1`.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus

ELLIPSIS = "…"
_SHORTEST_WITH_STUB = 16
_SHORTEST_SOUGHT = 8

_PARTS = (
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "authorization",
    "assertion",
    "verifier",
    "cookie",
    "session",
    "credential",
)
_WHOLE = frozenset({"code", "authcode", "devicecode", "usercode", "idtokenhint"})
_INNOCENT = ("type", "typehint", "endpoint", "supported", "expiresin", "expiresat")
_HINTS = re.compile("|".join((*_PARTS, "code", "api[^a-z]key", r"\\")), re.IGNORECASE)
_MEMBER = re.compile(r'("(?:[^"\\]|\\.)*")\s*:\s*')
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s,\]}"\[{]+', re.DOTALL)

Pairs = Sequence[tuple[str, str]]


def is_secret(name: str) -> bool:
    """Tell whether what is called *name*, in a header, a query, a form or JSON, is a secret."""
    plain = re.sub("[^a-z]", "", name.lower())
    if plain in _WHOLE:
        return True
    return any(part in plain for part in _PARTS) and not plain.endswith(_INNOCENT)


def stub(secret: str) -> str:
    """Return what is shown of *secret*: four letters of each end, of a short one none."""
    if len(secret) < _SHORTEST_WITH_STUB:
        return ELLIPSIS
    return f"{secret[:4]}{ELLIPSIS}{secret[-4:]}"


def query_text(pairs: Pairs) -> str:
    """Return *pairs* as a query or a form, stubs legible."""

    def encoded(text: str) -> str:
        return ELLIPSIS.join(quote_plus(part) for part in text.split(ELLIPSIS))

    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)


def parse_pairs(text: str) -> Pairs:
    """Return the parameters in *text*; what is no UTF-8 is told as U+FFFD."""
    return parse_qsl(text, keep_blank_values=True, errors="replace")


class Redactor:
    """Redacts the parts of one request and its answer, and remembers what it hid."""

    def __init__(self) -> None:
        self._hidden: dict[str, str] = {}

    def hide(self, secret: str) -> str:
        """Return the stub of *secret*, from now on hidden wherever else it turns up."""
        shown = stub(secret)
        if len(secret) >= _SHORTEST_SOUGHT:
            self._hidden[secret] = shown
            self._hidden.setdefault(quote(secret, safe=""), shown)
        return shown

    def scrub(self, text: str) -> str:
        """Return *text* without any secret that was hidden before; the longest go first."""
        for secret in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(secret, self._hidden[secret])
        return text

    def pairs(self, pairs: Pairs) -> Pairs:
        return [(name, self.hide(value) if is_secret(name) else value) for name, value in pairs]

    def header(self, name: str, value: str) -> str:
        """Return what is shown of the header *name*; the scheme of credentials stays."""
        known = name.lower()
        if known in ("authorization", "proxy-authorization"):
            scheme, _, secret = value.partition(" ")
            if not secret:
                return self.hide(value)
            shown = self.hide(secret.strip())
            # The end of what Basic encodes is the end of the client's secret.
            return f"{scheme} {ELLIPSIS if scheme.lower() == 'basic' else shown}"
        if known in ("cookie", "set-cookie"):
            return self._cookies(value, only_first=known == "set-cookie")
        if known in ("location", "referer", "content-location"):
            return self._reference(value)
        return self.hide(value) if is_secret(name) else value

    def _cookies(self, value: str, *, only_first: bool) -> str:
        shown = []
        for index, each in enumerate(value.split(";")):
            name, equals, secret = each.partition("=")
            if only_first and index > 0:
                shown.append(each)
                continue
            self.hide(secret.strip() if equals else name.strip())
            shown.append(f"{name}={ELLIPSIS}" if equals else ELLIPSIS)
        return ";".join(shown)

    def _reference(self, value: str) -> str:
        address, mark, rest = value.partition("?")
        query, hash_, fragment = (rest if mark else value).partition("#")
        if not mark:
            address, query = query, ""
        shown_query = mark + query_text(self.pairs(parse_pairs(query))) if query else mark
        if "=" in fragment:
            fragment = query_text(self.pairs(parse_pairs(fragment)))
        return f"{address}{shown_query}{hash_}{fragment}"

    def json_text(self, text: str) -> str:
        """Return *text*, which is JSON or the beginning of it, without its secrets."""
        if not _HINTS.search(text):
            return text
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            return self._torn(text)
        shown = self.tree(tree)
        return text if shown == tree else json.dumps(shown, ensure_ascii=False)

    def tree(self, tree: Any, *, hidden: bool = False) -> Any:
        """Return the JSON *tree*, every scalar hidden that is, or is within, a secret."""
        if isinstance(tree, dict):
            return {
                name: self.tree(value, hidden=hidden or is_secret(name))
                for name, value in tree.items()
            }
        if isinstance(tree, list):
            return [self.tree(each, hidden=hidden) for each in tree]
        if hidden and isinstance(tree, str):
            return self.hide(tree)
        if hidden and isinstance(tree, int | float) and not isinstance(tree, bool):
            return self.hide(str(tree))
        return tree

    def _torn(self, text: str) -> str:
        """Redact JSON that does not parse; where it cannot be told what is what, cut it."""
        shown: list[str] = []
        place = 0
        while member := _MEMBER.search(text, place):
            try:
                name = json.loads(member[1])
            except ValueError:
                return f"{''.join(shown)}{text[place : member.start()]}{ELLIPSIS}"
            shown.append(text[place : member.end()])
            place = member.end()
            if not is_secret(name):
                continue
            value = _SCALAR.match(text, place)
            if value is None:
                return f"{''.join(shown)}{ELLIPSIS}"
            shown.append(f'"{self.hide(value[0].strip(chr(34)))}"')
            place = value.end()
        return "".join((*shown, text[place:]))
