"""Texts: wildcards, documented formats, similar words, and sentences of messages."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from functools import lru_cache

from mockapi.domain.urls import WORLD_NAME


def matches(pattern: str, text: str) -> bool:
    """Return True if the whole *text* matches *pattern*, in which `*` is any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return False
    for piece in middle:
        place = text.find(piece, place, end)
        if place < 0:
            return False
        place += len(piece)
    return True


def matches_path(pattern: str, path: str) -> bool:
    """Return True if *path* matches *pattern*: `*` is any text without a slash, `**` any text."""
    return _compiled(pattern).matches(path)


class _PathPattern:
    """A pattern as a state machine: bit n of an integer means that n elements matched.

    A regular expression would backtrack, and take exponential time for some pairs.
    """

    def __init__(self, pattern: str) -> None:
        elements = re.findall(r"\*\*+|[^*]|\*", pattern)
        self._literals: dict[str, int] = {}
        self._any = self._within = 0
        for place, element in enumerate(elements):
            if element == "*":
                self._within |= 1 << place
            elif element.startswith("**"):
                self._any |= 1 << place
            else:
                self._literals[element] = self._literals.get(element, 0) | 1 << place
        self._end = 1 << len(elements)
        self._prefix = pattern.partition("*")[0]

    def matches(self, path: str) -> bool:
        if not path.startswith(self._prefix):
            return False
        wild = self._any | self._within
        states = 1 | (wild & 1) << 1
        for character in path:
            stay = states & (self._any if character == "/" else wild)
            states = (states & self._literals.get(character, 0)) << 1 | stay
            # Wildcards also match an empty string, and two never follow each other.
            states |= (states & wild) << 1
            if not states:
                return False
        return bool(states & self._end)


_compiled = lru_cache(maxsize=256)(_PathPattern)


def printable(text: str) -> str:
    """Return *text* with `?` for line breaks, control characters and halves of surrogate pairs."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "?" for each in text)


def shortened(text: str, most: int = 100) -> str:
    """Return the first *most* characters of *text*, with an ellipsis if there are more."""
    return text if len(text) <= most else f"{text[:most]}…"


def _ends_sentence(text: str) -> bool:
    return text.endswith((".", "?"))


def as_sentence(text: str) -> str:
    """Return *text* with a full stop, unless it ends with one or a question mark."""
    return text if _ends_sentence(text) else f"{text}."


def join_messages(messages: Iterable[str]) -> str:
    """Return *messages* as one text: with semicolons, or after a full sentence with spaces."""
    text = ""
    for each in messages:
        separator = " " if _ends_sentence(text) else "; "
        text += f"{separator}{each}" if text else each
    return text


_MOST_CHARACTERS = 100
_MOST_NAMES = 1_000
"""Maximum number of names that are compared with one, at some microseconds each."""


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the one of *words* that is most similar to *word*, or None.

    *cutoff* is the minimum similarity, from 0 to 1. Only the first 100 characters of *word* are
    compared, because the comparison takes quadratic time.
    """
    close = get_close_matches(word[:_MOST_CHARACTERS], list(words), 1, cutoff)
    return close[0] if close else None


def suggestion(
    name: str,
    names: Collection[str],
    otherwise: str | None = None,
    *,
    prefix: str = "",
    cutoff: float = 0.6,
) -> str:
    """Return the advice for the unknown *name*: the nearest one of *names*, or all of them.

    Case is ignored, and *prefix* is put before the name. If none has at least the similarity
    *cutoff*, or there are more than 1,000, the advice is *otherwise*, if that is given.
    """
    by_folded = {each.casefold(): each for each in names} if len(names) <= _MOST_NAMES else {}
    close = nearest(name.casefold(), by_folded, cutoff)
    if close is not None:
        return f"Did you mean {prefix}{by_folded[close]}?"
    return f"Use one of {', '.join(names)}." if otherwise is None else otherwise


WORD = r"^[^\s/?#%\\]+$"
SECRET = r"^mock[A-Za-z0-9]{24}$"
EMAIL = r"^[^@\s]+@[^@\s]+$"
REDIRECT_URI = r"^[A-Za-z][A-Za-z0-9+.-]*://?[^\s#]+$"
CLIENT = r"^[A-Za-z0-9]{4,64}$"
SCENARIO = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
SNAPSHOT = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
STATUS = r"^([1-5]\d\d|[1-5]xx|none)$"
EVENT_ID = r"^([0-9a-f]{8}-)?[0-9]{1,18}$"
PATH = "^[/*]"
METHOD = "^[A-Z]+$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
MEDIA_TYPE = r"^[!-~]+/[ -~]+$"
HEADER_NAME = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
HEADER_VALUE = r"^([!-~\u00a0-\u00ff]([\t -~\u00a0-\u00ff]*[!-~\u00a0-\u00ff])?)?$"

MEANINGS = {
    WORD: "without spaces and without / ? # % \\",
    SECRET: "'mock' and 24 letters and digits",
    EMAIL: "an e-mail address such as ada@example.com",
    REDIRECT_URI: "a URI without fragment such as http://127.0.0.1:8765/callback",
    CLIENT: "4 to 64 letters and digits",
    SCENARIO: "the name of a scenario: letters, digits, dashes and underscores",
    SNAPSHOT: "1 to 64 letters, digits, points, dashes and underscores",
    STATUS: "a status such as 404, a class such as 4xx, or none",
    EVENT_ID: "the id of an event, or a number",
    PATH: "a pattern that begins with / or *",
    METHOD: "an HTTP method in capitals",
    DATE: "a date such as 2026-06-01",
    WORLD_NAME: "1 to 100 letters, digits, dots, dashes and underscores that start and end with a "
    "letter or digit",
    MEDIA_TYPE: "a media type such as text/html",
    HEADER_NAME: "a name of a header such as X-Cache",
    HEADER_VALUE: "a value of a header: Latin-1 without line breaks and outer spaces",
}
"""Descriptions of the patterns for messages: "must be ..."."""
