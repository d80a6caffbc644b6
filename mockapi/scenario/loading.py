"""Loading of scenario files."""

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from mockapi.domain.input_text import UnreadableFileError, read_utf8
from mockapi.domain.validation import quoted
from mockapi.scenario.body_files import names_of_body_files, with_body_files
from mockapi.scenario.discovery import (
    ENDINGS,
    find_by_name,
    find_in_folder,
    is_shipped,
    unknown_scenario_message,
)
from mockapi.scenario.document import Document, compose, value_of
from mockapi.scenario.errors import FILE_LIMITS, REQUEST_LIMITS, Limits, ScenarioError, file_issue
from mockapi.scenario.extension import EXTENDS, merge_scenarios
from mockapi.scenario.schema import Scenario
from mockapi.scenario.validation import scenario_of

_MAX_CACHED_CHARACTERS = 50_000


def read(path: Path) -> tuple[Scenario, str]:
    """Return the scenario in *path* and its text, merged with the one it extends.

    Raise `ScenarioError` with all issues if it is invalid.
    """
    text = text_of(path)
    standalone = _standalone(text, str(path), FILE_LIMITS)
    if standalone is not None:
        return standalone, text
    document, text = document_of(path)
    return scenario_of(document), text


def parse(text: str, file: str, limits: Limits = FILE_LIMITS) -> Scenario:
    """Return the scenario in *text*; *file* is its name in issues.

    Raise `ScenarioError` with all issues if it is invalid.
    """
    return _standalone(text, file, limits) or scenario_of(document_in(text, file, limits), limits)


def _standalone(text: str, file: str, limits: Limits) -> Scenario | None:
    """Return the scenario in *text*; None if it needs other files."""
    if len(text) > _MAX_CACHED_CHARACTERS:
        return _parse_standalone(text, file, limits)
    return _parse_cached(text, file, limits)


def _parse_standalone(text: str, file: str, limits: Limits) -> Scenario | None:
    document = compose(text, file, limits)
    if value_of(document.root, EXTENDS) is not None or names_of_body_files(document):
        return None
    return scenario_of(document, limits)


# Cached because a parallel test suite creates a world per test from few texts.
_parse_cached = lru_cache(maxsize=16)(_parse_standalone)


def document_in(text: str, file: str, limits: Limits = REQUEST_LIMITS) -> Document:
    """Return the document in *text*, merged with the scenario that it extends.

    A text cannot extend a file outside of `/scenarios`: its sender may not read files here.
    """
    return _merged_with_base(compose(text, file, limits), (), None)


def document_of(path: Path, above: tuple[Path, ...] = ()) -> tuple[Document, str]:
    """Return the document in *path*, merged with those that it extends, and its text.

    Both have the content of files that faults respond with. *above* are the files that extend
    this one.
    """
    text = text_of(path)
    own = compose(text, str(path))
    merged = _merged_with_base(with_body_files(own, path.parent), (*above, path), path.parent)
    return merged, text if merged is own else merged.text()


def files_of(path: Path, above: tuple[Path, ...] = ()) -> set[Path]:
    """Return *path* and the files that it needs, also missing ones: bases and body files.

    Shipped scenarios are left out. An invalid file needs no others.
    """
    if path in above or is_shipped(path):
        return set()
    found = {path}
    with suppress(ScenarioError):
        own = compose(text_of(path), str(path))
        found |= {path.parent / name for name in names_of_body_files(own)}
        base = value_of(own.root, EXTENDS)
        if isinstance(base, yaml.ScalarNode):
            near = path.parent / base.value
            is_file = near.suffix in ENDINGS and near.exists()
            far = None if is_file else find_by_name(base.value)
            found |= files_of(far or near, (*above, path))
    return found


def text_of(path: Path) -> str:
    """Return the text of the scenario file *path*. Raise `ScenarioError` if it is unreadable."""
    try:
        return read_utf8(path, FILE_LIMITS.characters)
    except UnreadableFileError as error:
        raise ScenarioError([file_issue(str(path), str(error))]) from error


def _merged_with_base(own: Document, files: tuple[Path, ...], folder: Path | None) -> Document:
    """Return *own* merged with its base; without it, and with issues, if it is unusable."""
    name = value_of(own.root, EXTENDS)
    if name is None:
        return own
    if not isinstance(name, yaml.ScalarNode):
        return _without_base(own, "this is not a name. Use the name of a scenario or of a file.")
    base = None if folder is None else find_in_folder(folder, name.value)
    base = base or find_by_name(name.value)
    if base is None:
        return _without_base(own, _unknown_base_message(name.value, folder))
    if base.resolve() in [file.resolve() for file in files]:
        names = " -> ".join(str(file) for file in (*files, base))
        return _without_base(own, f"the file extends itself: {names}. Remove one `extends`.")
    try:
        below, _ = document_of(base, files)
    except ScenarioError as error:
        return replace(own, issues=(*error.issues, *own.issues), lacks_base=True)
    root = merge_scenarios(below.root, own.root)
    issues, warnings = (*below.issues, *own.issues), (*below.warnings, *own.warnings)
    return Document(own.file, root, issues, warnings, below.lacks_base)


def _without_base(own: Document, message: str) -> Document:
    issue = own.issue_at([EXTENDS], message)
    return replace(own, issues=(*own.issues, issue), lacks_base=True)


def _unknown_base_message(name: str, folder: Path | None) -> str:
    if Path(name).suffix not in ENDINGS:
        return f"{quoted(name)}: {unknown_scenario_message(name)}"
    if folder is None:
        return (
            f"{quoted(name)}: a scenario that is sent as text cannot extend a file. "
            "Use the name of a shipped scenario."
        )
    return f"{quoted(name)} is not a file in {folder} or below. Add it, or correct the name."
