"""Takes a scenario's text apart into lines that a page can show in colours."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_KEY = re.compile(r"^(\s*(?:- )*)([A-Za-z_][\w-]*)(:)(?=\s|$)")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""")

_LONGEST = 2_000
"""Characters up to which a comment is sought in a line."""


class Part(NamedTuple):
    """A piece of a line, and what it is: a key, a comment, or plain."""

    kind: str
    text: str


def lines_of(text: str) -> Sequence[Sequence[Part]]:
    """Return the lines of *text*, each as its parts; joined again they are the text."""
    return [list(_parts(line)) for line in text.splitlines()]


def _parts(line: str) -> Iterator[Part]:
    comment = _comment_in(line)
    code, said = line[:comment], line[comment:]
    key = _KEY.match(code)
    if key is not None:
        yield Part("", key[1])
        yield Part("key", key[2])
        code = code[key.end(2) :]
    yield Part("", code)
    yield Part("comment", said)


def _comment_in(line: str) -> int:
    """Return where the comment of *line* begins; its end where there is none."""
    # The pattern takes quadratic time for some lines.
    if len(line) > _LONGEST:
        return len(line)
    # Quoted text of the same length in its place: a # in it begins no comment.
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), line)
    found = re.search(r"(?:^|(?<=\s))#", plain)
    return len(line) if found is None else found.start()
