"""Reads the marker `mockapi` of a test."""

from typing import TYPE_CHECKING

import pytest

from mockapi.pytest_plugin.options import beside

if TYPE_CHECKING:
    from mockapi.embedded.wishes import Wish


def marked(test: pytest.Item) -> "Wish":
    """Return what the markers of *test* say; the one nearest to it wins.

    Raises `WrongWish` for a word or a value that there is not.
    """
    from mockapi.embedded.wishes import Wish, WrongWish

    whole = Wish()
    for marker in test.iter_markers("mockapi"):
        where = f"The marker mockapi of {test.nodeid}"
        if marker.args:
            raise WrongWish(f"{where} takes words by name, such as scenario={marker.args[0]!r}.")
        stated = dict(marker.kwargs)
        if isinstance(stated.get("scenario"), str):
            stated["scenario"] = beside(stated["scenario"], test.path)
        whole = whole.over(Wish.of(stated, where))
    return whole
