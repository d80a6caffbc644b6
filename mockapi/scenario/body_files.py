"""Files that faults of a scenario respond with: read with the scenario, as a part of its text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from mockapi.domain.body_files import has_content_type, media_type_of, read_body_file
from mockapi.domain.input_text import UnreadableFileError
from mockapi.domain.validation import quoted
from mockapi.scenario.document import Document, value_of

_FAULTS, _FILE, _HEADERS = "faults", "file", "headers"
_OTHER_BODIES = ("json", "text", "base64")
_TEXT = "tag:yaml.org,2002:str"
_MAP = "tag:yaml.org,2002:map"


def names_of_body_files(document: Document) -> Sequence[str]:
    """Return the names of the files that faults of *document* respond with."""
    return [name.value for _, _, name in _responses(document)]


def with_body_files(document: Document, folder: Path) -> Document:
    """Return *document* with the content of files as Base64 in its faults.

    A file is in *folder* or below. A missing one adds an issue.
    """
    if not names_of_body_files(document):
        return document
    issues = list(document.issues)
    replaced: dict[int, yaml.Node] = {}
    for number, node, name in _responses(document):
        try:
            replaced[id(node)] = _with_content(node, _path_of(folder, name.value))
        except UnreadableFileError as error:
            message = f"{quoted(name.value)} {str(error).rstrip('.')}."
            issues.append(document.issue_at([_FAULTS, number, _FILE], message))
    return replace(document, root=_replace_faults(document.root, replaced), issues=tuple(issues))


def _responses(document: Document) -> Iterator[tuple[int, yaml.MappingNode, yaml.ScalarNode]]:
    """Yield number, node and name of the file of each fault that responds with a file only."""
    faults = value_of(document.root, _FAULTS)
    for number, node in enumerate(faults.value if isinstance(faults, yaml.SequenceNode) else ()):
        kind, name = value_of(node, "kind"), value_of(node, _FILE)
        if (
            isinstance(node, yaml.MappingNode)
            and isinstance(kind, yaml.ScalarNode)
            and isinstance(name, yaml.ScalarNode)
            and kind.value == "respond"
            and not any(value_of(node, each) for each in _OTHER_BODIES)
        ):
            yield number, node, name


def _path_of(folder: Path, name: str) -> Path:
    path = folder / name
    # A link to a file outside of the folder is not followed.
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnreadableFileError(f"is not a file in {folder} or below. Copy it there.")
    return path


def _with_content(node: yaml.MappingNode, path: Path) -> yaml.MappingNode:
    """Return the fault *node* with the content of *path* instead of its name."""
    content = read_body_file(path)
    pairs: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        if key.value == _FILE:
            pairs.append((_text("base64", key), _text(content, value)))
        else:
            pairs.append((key, value))
    headers = value_of(node, _HEADERS)
    media_type = (_text("content-type", node), _text(media_type_of(path), node))
    if headers is None:
        pairs.append((_text(_HEADERS, node), _mapping([media_type], node)))
    elif isinstance(headers, yaml.MappingNode):
        names = {key.value: value for key, value in headers.value}
        if not has_content_type(names):
            merged = _mapping([*headers.value, media_type], headers)
            pairs = [(key, merged if value is headers else value) for key, value in pairs]
    return _mapping(pairs, node)


def _replace_faults(root: yaml.Node | None, replaced: dict[int, yaml.Node]) -> yaml.Node | None:
    if not isinstance(root, yaml.MappingNode):
        return root
    pairs = []
    for key, value in root.value:
        if key.value == _FAULTS:
            items = [replaced.get(id(each), each) for each in value.value]
            value = yaml.SequenceNode(value.tag, items, value.start_mark, value.end_mark)  # noqa: PLW2901
        pairs.append((key, value))
    return _mapping(pairs, root)


def _text(value: str, place: yaml.Node) -> yaml.ScalarNode:
    return yaml.ScalarNode(_TEXT, value, place.start_mark, place.end_mark, style='"')


def _mapping(pairs: list[tuple[yaml.Node, yaml.Node]], place: yaml.Node) -> yaml.MappingNode:
    return yaml.MappingNode(_MAP, pairs, place.start_mark, place.end_mark)
