"""Reads the marker `mockapi` of a test, and whatever else is said in its words."""

import os
from collections.abc import Mapping
from typing import Any

import pytest

from mockapi.testing.errors import is_told
from mockapi.testing.options import beside
from mockapi.testing.overrides import Wish, WrongWish

__tracebackhide__ = is_told


def marked(test: pytest.Item) -> Wish:
    """Return what the markers of *test* say; the one nearest to it wins.

    Raises `WrongWish` for a word or a value that there is not.
    """
    whole = Wish()
    for marker in test.iter_markers("mockapi"):
        where = f"The marker mockapi of {test.nodeid}"
        if marker.args:
            raise WrongWish(f"{where} takes words by name, such as scenario={marker.args[0]!r}.")
        whole = whole.over(wish_of(marker.kwargs, where, test))
    return whole


def wish_of(stated: Mapping[str, Any], where: str, test: pytest.Item) -> Wish:
    """Return what *test* states *where*; a path to a scenario may be one beside the test's file."""
    scenario = stated.get("scenario")
    if isinstance(scenario, str | os.PathLike):
        stated = {**stated, "scenario": beside(os.fspath(scenario), test.path)}
    return Wish.of(stated, where)
