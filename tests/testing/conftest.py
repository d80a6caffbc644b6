"""Runs of suites in this process, where the server's modules are already imported."""

import warnings
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

import pytest

import mockapi.testing
from mockapi.loading import import_all


@pytest.fixture(scope="session")
def _imported_modules() -> None:
    """Import lazy modules first, because pytester removes modules imported during a run."""
    import_all()
    for module in iter_modules(mockapi.testing.__path__, "mockapi.testing."):
        if module.name != "mockapi.testing.testcontainers":
            import_module(module.name)


@pytest.fixture
def run_suite(
    _imported_modules: None, pytester: pytest.Pytester
) -> Callable[..., pytest.RunResult]:
    """Function that runs the tests in the folder of *pytester* with command line arguments."""

    def run_suite(*arguments: str) -> pytest.RunResult:
        with warnings.catch_warnings():
            # As in a new process; this one turns warnings into errors.
            warnings.resetwarnings()
            warnings.filterwarnings("ignore", "The configuration option .asyncio_")
            return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)

    return run_suite
