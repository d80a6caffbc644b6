"""Failure of a test that never switched on one of its faults."""

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockapi.handle import MockApi


def check_at_end(test: pytest.Item, world: "MockApi", ending: ExitStack) -> None:
    """Fail *test* at the end of *ending* if it made a fault of *world* and never switched it on."""
    world.unused_faults.are_checked = True
    ending.callback(_fail_if_unused, test, world)


def _fail_if_unused(test: pytest.Item, world: "MockApi") -> None:
    folder = test.config.invocation_params.dir
    lines = [
        f"{os.path.relpath(each.file, folder)}:{each.line}: {each}" for each in world.unused_faults
    ]
    if lines:
        raise pytest.fail.Exception("\n".join(lines), pytrace=False)
