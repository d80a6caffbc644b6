"""Reads a scenario file and says of each mistake where it stands."""

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mockapi.domain.wording import reason
from mockapi.scenario import extends
from mockapi.scenario.agreement import disagreements
from mockapi.scenario.document import Document, compose, value_of
from mockapi.scenario.finding import place_of, unknown
from mockapi.scenario.mistakes import (
    KEY_REQUIRED,
    KEY_UNKNOWN,
    Mistake,
    ScenarioError,
    of_the_file,
)
from mockapi.scenario.schema import Scenario


def read(path: Path) -> tuple[Scenario, str]:
    """Return the scenario in *path* with its text; all mistakes raise one `ScenarioError`.

    The text of a scenario that extends another holds both.
    """
    text = _text_of(path)
    alone = _alone(text, str(path))
    if alone is not None:
        return alone, text
    document, text = document_of(path)
    return scenario_of(document), text


# A parallel suite makes a world for each test, of the same few texts.
@lru_cache(maxsize=16)
def _alone(text: str, file: str) -> Scenario | None:
    """Return the scenario of a *text* that extends no other; None where it does."""
    document = compose(text, file)
    return scenario_of(document) if value_of(document.root, extends.KEY) is None else None


def parse(text: str, file: str) -> Scenario:
    """Return the scenario that *text* spells; *file* names it in mistakes."""
    return _alone(text, file) or scenario_of(document_in(text, file))


def document_in(text: str, file: str) -> Document:
    """Return the document that *text* spells, laid over those it extends."""
    return _extended(compose(text, file), (Path(file),))


def document_of(path: Path, above: tuple[Path, ...] = ()) -> tuple[Document, str]:
    """Return the document in *path*, laid over those it extends, with one text of the whole.

    *above* are the files that extend this one.
    """
    text = _text_of(path)
    own = compose(text, str(path))
    whole = _extended(own, (*above, path))
    return whole, text if whole is own else whole.text()


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        told = f"is not UTF-8 from byte {error.start} on; save it as UTF-8"
        raise ScenarioError([of_the_file(str(path), told)]) from error
    except PermissionError as error:
        told = "may not be read by this user; `chmod a+r` lets everybody"
        raise ScenarioError([of_the_file(str(path), told)]) from error
    except OSError as error:
        told = f"cannot be read: {error.strerror}"
        raise ScenarioError([of_the_file(str(path), told)]) from error


def _extended(own: Document, files: tuple[Path, ...]) -> Document:
    named = value_of(own.root, extends.KEY)
    if named is None:
        return own
    where = [extends.KEY]
    if not isinstance(named, yaml.ScalarNode):
        raise ScenarioError([own.mistake(where, "must name one scenario or one file")])
    base = place_of(named.value, files[-1].parent)
    if base is None:
        raise ScenarioError([own.mistake(where, unknown())])
    if base.resolve() in [file.resolve() for file in files]:
        names = " -> ".join(str(file) for file in (*files, base))
        raise ScenarioError([own.mistake(where, f"extends itself: {names}")])
    below, _ = document_of(base, files)
    # Laid one over the other, a key stated twice would be one.
    if mistakes := [*below.repeated_keys(), *own.repeated_keys()]:
        raise ScenarioError(mistakes)
    return Document(own.file, extends.merged(below.root, own.root))


def scenario_of(document: Document) -> Scenario:
    """Return the scenario in *document*; all mistakes raise one `ScenarioError`."""
    mistakes = list(document.repeated_keys())
    data = document.data()
    mistakes += [document.mistake(*each) for each in disagreements(data)]
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        mistakes += [_mistake(document, each) for each in error.errors()]
    if mistakes:
        raise ScenarioError(sorted(mistakes, key=lambda each: (each.file, each.line, each.column)))
    return scenario


def _mistake(document: Document, error: ErrorDetails) -> Mistake:
    kind, steps = error["type"], error["loc"]
    message = reason(error)
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
