"""Reads a scenario file and says of each mistake where it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.domain.validation import describe_error, describe_union_error
from mockapi.scenario import discovery
from mockapi.scenario.consistency import disagreements
from mockapi.scenario.discovery import ENDINGS, file_in, offered_file, unknown
from mockapi.scenario.document import Document, compose, value_of
from mockapi.scenario.errors import (
    KEY_REQUIRED,
    KEY_UNKNOWN,
    OF_A_FILE,
    OF_A_REQUEST,
    Limits,
    Mistake,
    ScenarioError,
    of_the_file,
)
from mockapi.scenario.schema import Scenario

_LONGEST_CACHED = 50_000
_MOST_PLACED = 1_000


def read(path: Path) -> tuple[Scenario, str]:
    """Return the scenario in *path* with its text; all mistakes raise one `ScenarioError`.

    The text of a scenario that extends another holds both.
    """
    text = text_of(path)
    alone = _alone(text, str(path), OF_A_FILE)
    if alone is not None:
        return alone, text
    document, text = document_of(path)
    return scenario_of(document), text


def parse(text: str, file: str, limits: Limits = OF_A_FILE) -> Scenario:
    """Return the scenario that *text* spells; *file* names it in mistakes."""
    return _alone(text, file, limits) or scenario_of(document_in(text, file, limits), limits)


def _alone(text: str, file: str, limits: Limits) -> Scenario | None:
    """Return the scenario of a *text* that extends no other; None where it does."""
    if len(text) > _LONGEST_CACHED:
        return _parsed_alone(text, file, limits)
    return _cached_alone(text, file, limits)


def _parsed_alone(text: str, file: str, limits: Limits) -> Scenario | None:
    document = compose(text, file, limits)
    if value_of(document.root, discovery.KEY) is not None:
        return None
    return scenario_of(document, limits)


# A parallel suite makes a world for each test, of the same few texts.
_cached_alone = lru_cache(maxsize=16)(_parsed_alone)


def document_in(text: str, file: str, limits: Limits = OF_A_REQUEST) -> Document:
    """Return the document that *text* spells, laid over the offered scenario that it extends.

    A text has no folder, so it cannot extend a file: who sends it may not read files here.
    """
    return _extended(compose(text, file, limits), (), None)


def document_of(path: Path, above: tuple[Path, ...] = ()) -> tuple[Document, str]:
    """Return the document in *path*, laid over those it extends, with one text of the whole.

    *above* are the files that extend this one.
    """
    text = text_of(path)
    own = compose(text, str(path))
    whole = _extended(own, (*above, path), path.parent)
    return whole, text if whole is own else whole.text()


def text_of(path: Path) -> str:
    """Return the text of the scenario file *path*; raise `ScenarioError` if it has none."""
    try:
        return read_utf8(path, OF_A_FILE.characters)
    except UnreadableFileError as error:
        raise ScenarioError([of_the_file(str(path), str(error))]) from error


def _extended(own: Document, files: tuple[Path, ...], folder: Path | None) -> Document:
    named = value_of(own.root, discovery.KEY)
    if named is None:
        return own
    where = [discovery.KEY]
    if not isinstance(named, yaml.ScalarNode):
        raise ScenarioError([own.mistake(where, "must name one scenario or one file")])
    base = None if folder is None else file_in(folder, named.value)
    base = base or offered_file(named.value)
    if base is None:
        raise ScenarioError([own.mistake(where, _unknown_base(named.value, folder))])
    if base.resolve() in [file.resolve() for file in files]:
        names = " -> ".join(str(file) for file in (*files, base))
        raise ScenarioError([own.mistake(where, f"extends itself: {names}")])
    below, _ = document_of(base, files)
    # Laid one over the other, a key stated twice would be one.
    if mistakes := [*below.mistakes, *own.mistakes]:
        raise ScenarioError(mistakes)
    merged = discovery.merged(below.root, own.root)
    return Document(own.file, merged, doubts=(*below.doubts, *own.doubts))


def _unknown_base(name: str, folder: Path | None) -> str:
    if Path(name).suffix not in ENDINGS:
        return unknown()
    if folder is None:
        return "a scenario that is sent as text cannot extend a file. Name a shipped scenario."
    return f"no such file in {folder} or in a folder below. Put it there."


def scenario_of(document: Document, limits: Limits = OF_A_FILE) -> Scenario:
    """Return the scenario in *document*; all mistakes raise one `ScenarioError`.

    Raise it, too, for a scenario with more sites than *limits* allow.
    """
    data = document.data()
    if (stated := _number_of_sites(data)) > limits.stated_sites:
        told = (
            f"{stated} sites are stated; at most {limits.stated_sites} may be. Use a `portfolio`."
        )
        raise ScenarioError([document.mistake((), told)])
    found = list(disagreements(data))
    mistakes = [document.mistake(*each) for each in found[:_MOST_PLACED]]
    more = len(found) - len(mistakes)
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        errors = _first_errors(error, data)
        more += error.error_count() - len(errors)
        mistakes += _of_each_value(document, errors)
    mistakes = [*document.mistakes, *_without_results(mistakes, document.mistakes)]
    if mistakes:
        raise ScenarioError(mistakes, more)
    if (sites := scenario.count()[1]) > limits.sites:
        told = f"the scenario has {sites} sites; at most {limits.sites} may be. Lower `count`."
        raise ScenarioError([document.mistake(("portfolio", "count"), told)])
    return scenario


def _without_results(mistakes: Iterable[Mistake], causes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Yield those *mistakes* that are not about the same part as one of *causes*, or around it."""
    affected: set[str] = set()
    for cause in causes:
        steps = cause.path.split(".")
        affected |= {".".join(steps[:length]) for length in range(len(steps) + 1)}
    return (each for each in mistakes if each.path not in affected)


def _number_of_sites(data: Any) -> int:
    """Return how many sites are stated one by one, valid or not."""
    owners = data.get("customers") if isinstance(data, dict) else None
    stated = [data, *(owners if isinstance(owners, list) else ())]
    lists = [each.get("sites") for each in stated if isinstance(each, dict)]
    return sum(len(each) for each in lists if isinstance(each, list))


def _first_errors(error: ValidationError, data: Any) -> list[ErrorDetails]:
    """Return all errors if they are few, else those of the first parts of *data*.

    Each takes a thousand bytes and more.
    """
    if error.error_count() <= _MOST_PLACED:
        return error.errors()
    try:
        Scenario.model_validate(_shortened(data, [_MOST_PLACED]))
    except ValidationError as first:
        return first.errors()[:_MOST_PLACED]
    return error.errors()[:_MOST_PLACED]


def _shortened(data: Any, left: list[int]) -> Any:
    """Return *data* without those items of lists that follow the first values, *left* in number."""
    left[0] -= 1
    if isinstance(data, dict):
        return {key: _shortened(value, left) for key, value in data.items()}
    if isinstance(data, list):
        return [_shortened(each, left) for each in data if left[0] > 0]
    return data


def _of_each_value(document: Document, errors: Iterable[ErrorDetails]) -> Iterator[Mistake]:
    """Yield one mistake for each value; it has an error for each kind of value that may stand."""
    placed = ((_mistake(document, each), each["input"]) for each in errors)
    for _, alike in groupby(placed, key=lambda each: (each[0].path, each[0].line, each[0].column)):
        found = list(alike)
        mistake, stated = found[0]
        yield replace(
            mistake, message=describe_union_error([each.message for each, _ in found], stated)
        )


def _mistake(document: Document, error: ErrorDetails) -> Mistake:
    kind, steps = error["type"], error["loc"]
    message = describe_error(error)
    if kind == "extra_forbidden":
        message = KEY_UNKNOWN
    elif kind == "missing":
        message = KEY_REQUIRED
    elif kind == "union_tag_not_found":
        steps, message = (*steps, _discriminator(error)), KEY_REQUIRED
    elif kind == "union_tag_invalid":
        steps = (*steps, _discriminator(error))
        message = f"{error['ctx']['tag']!r} is not known; known are {error['ctx']['expected_tags']}"
    return document.mistake(steps, message, missing=message == KEY_REQUIRED)


def _discriminator(error: ErrorDetails) -> str:
    """Return the key by which the members of a union are told apart."""
    return str(error["ctx"]["discriminator"]).strip("'")
