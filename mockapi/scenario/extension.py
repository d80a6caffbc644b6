"""Merge of a scenario with the one it extends."""

from collections.abc import Iterable

import yaml

from mockapi.scenario.document import value_of

EXTENDS = "extends"
_DESCRIPTION = "description"

MERGED_LISTS = {"clients": "client_id", "customers": "email"}
"""Lists whose items are merged with those of the base that have the same key."""


def merge_scenarios(base: yaml.Node | None, extension: yaml.Node | None) -> yaml.Node | None:
    """Return *base* with the values of *extension*; all nodes retain their places.

    The description of *base* is omitted: it does not apply to the result.
    """
    return _merge(_without(base, _DESCRIPTION), _without(extension, EXTENDS), is_root=True)


def _merge(
    base: yaml.Node | None, extension: yaml.Node | None, *, is_root: bool = False
) -> yaml.Node | None:
    if not isinstance(base, yaml.MappingNode) or not isinstance(extension, yaml.MappingNode):
        return extension if extension is not None else base
    result: dict[str, tuple[yaml.Node, yaml.Node]] = {
        key.value: (key, value) for key, value in base.value
    }
    for key, value in extension.value:
        _, old = result.get(key.value, (key, None))
        if is_root and key.value in MERGED_LISTS:
            result[key.value] = (key, _merge_items(old, value, MERGED_LISTS[key.value]))
        else:
            result[key.value] = (key, _merge(old, value) or value)
    return yaml.MappingNode(
        extension.tag, list(result.values()), extension.start_mark, extension.end_mark
    )


def _merge_items(base: yaml.Node | None, extension: yaml.Node, identifier: str) -> yaml.Node:
    if not isinstance(base, yaml.SequenceNode) or not isinstance(extension, yaml.SequenceNode):
        return extension
    items: list[yaml.Node] = list(base.value)
    positions = _positions(items, identifier)
    for each in extension.value:
        value = value_of(each, identifier)
        position = positions.get(value.value) if isinstance(value, yaml.ScalarNode) else None
        if position is None:
            items.append(each)
        else:
            items[position] = _merge(items[position], each) or each
    return yaml.SequenceNode(extension.tag, items, extension.start_mark, extension.end_mark)


def _positions(items: Iterable[yaml.Node], identifier: str) -> dict[str, int]:
    values = [(value_of(each, identifier), position) for position, each in enumerate(items)]
    return {node.value: position for node, position in values if isinstance(node, yaml.ScalarNode)}


def _without(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return node
    rest = [(key, value) for key, value in node.value if key.value != name]
    return yaml.MappingNode(node.tag, rest, node.start_mark, node.end_mark)
