"""JSON as the events of a YAML parser, so that one composer reads both.

YAML 1.2 contains JSON by definition, but libyaml does not: it refuses escaped surrogate pairs and
long keys, and folds some characters within strings.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

import yaml

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{},:"]+')
_OPENING = {"[": yaml.SequenceStartEvent, "{": yaml.MappingStartEvent}
_CLOSING = {"]": yaml.SequenceEndEvent, "}": yaml.MappingEndEvent}


class JsonError(ValueError):
    """The text is not JSON from *position* on."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.position = position


def is_like_json(text: str) -> bool:
    """Tell whether *text* begins as JSON does; YAML in braces does so, too."""
    return text.lstrip()[:1] in ("{", "[")


def demand_json(text: str) -> None:
    """Raise `JsonError` for a *text* that is not JSON, `RecursionError` if it nests too deep."""
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=float)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.pos) from error


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not a number of JSON", 0)


def events(text: str, file: str) -> Iterator[yaml.Event]:
    """Yield the events of *text*, which must be JSON; *file* names it in their marks."""
    line, line_start, end = 0, 0, 0
    for found in _TOKEN.finditer(text):
        token, at = found[0], found.start()
        if breaks := text.count("\n", end, at):
            line += breaks
            line_start = text.rindex("\n", end, at) + 1
        end = found.end()
        mark = yaml.Mark(file, at, line, at - line_start, None, 0)
        if token in _OPENING:
            yield _OPENING[token](None, None, True, mark, mark)
        elif token in _CLOSING:
            yield _CLOSING[token](mark, mark)
        elif token[0] == '"':
            value = json.loads(token, strict=False)
            yield yaml.ScalarEvent(None, None, (False, True), value, mark, mark, style='"')
        else:
            yield yaml.ScalarEvent(None, None, (True, False), token, mark, mark)
