"""Lays one scenario over the one that it extends.

Mappings merge key by key, and what the extending file says wins. A list takes the place of the
other one, but `clients` and `customers` have names (`client_id`, `email`): those of the same
name merge, and new ones follow the others.
"""

from collections.abc import Iterable

import yaml

from mockapi.scenario.document import value_of

KEY = "extends"
_DESCRIPTION = "description"

_NAMED = {"clients": "client_id", "customers": "email"}


def merged(base: yaml.Node | None, over: yaml.Node | None) -> yaml.Node | None:
    """Return *over* laid over *base*, two whole scenarios; its nodes keep their places.

    What *base* says of itself is not true of what it becomes, and is left out.
    """
    return _merged(_without(base, _DESCRIPTION), _without(over, KEY), is_whole=True)


def _merged(
    base: yaml.Node | None, over: yaml.Node | None, *, is_whole: bool = False
) -> yaml.Node | None:
    if not isinstance(base, yaml.MappingNode) or not isinstance(over, yaml.MappingNode):
        return over if over is not None else base
    below: dict[str, tuple[yaml.Node, yaml.Node]] = {
        key.value: (key, value) for key, value in base.value
    }
    for key, value in over.value:
        _, old = below.get(key.value, (key, None))
        if is_whole and key.value in _NAMED:
            below[key.value] = (key, _by_name(old, value, _NAMED[key.value]))
        else:
            below[key.value] = (key, _merged(old, value) or value)
    return yaml.MappingNode(over.tag, list(below.values()), over.start_mark, over.end_mark)


def _by_name(base: yaml.Node | None, over: yaml.Node, name: str) -> yaml.Node:
    if not isinstance(base, yaml.SequenceNode) or not isinstance(over, yaml.SequenceNode):
        return over
    members: list[yaml.Node] = list(base.value)
    standing = _places(members, name)
    for each in over.value:
        stated = value_of(each, name)
        place = standing.get(stated.value) if isinstance(stated, yaml.ScalarNode) else None
        if place is None:
            members.append(each)
        else:
            members[place] = _merged(members[place], each) or each
    return yaml.SequenceNode(over.tag, members, over.start_mark, over.end_mark)


def _places(members: Iterable[yaml.Node], name: str) -> dict[str, int]:
    stated = [(value_of(each, name), place) for place, each in enumerate(members)]
    return {node.value: place for node, place in stated if isinstance(node, yaml.ScalarNode)}


def _without(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return node
    kept = [(key, value) for key, value in node.value if key.value != name]
    return yaml.MappingNode(node.tag, kept, node.start_mark, node.end_mark)
