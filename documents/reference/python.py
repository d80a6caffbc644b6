"""Page of the Python client `MockApi`."""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from documents.markdown import block, page, prose
from mockapi import datasets
from mockapi.client import MockApi
from mockapi.client.clock_and_snapshots import ClockClient

_WIDTH = 88


def page_text() -> str:
    return page(
        "Python",
        "The fixture `mockapi` is a `MockApi`. For a server that already runs, create one with "
        "`MockApi(url)`. It uses only the standard library and HTTP.",
        "## `MockApi`",
        *_methods(MockApi),
        "## `MockApi.clock`\n\n" + prose(ClockClient.__doc__),
        *_methods(ClockClient),
        "## `mockapi.datasets`\n\n" + prose(datasets.__doc__),
        *_functions(datasets, datasets.__all__),
    )


def _functions(of: ModuleType, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        function = getattr(of, name)
        yield f"### `{name}`\n\n{block('text', _signature(name, function, without=0))}"
        yield prose(inspect.getdoc(function))


def _methods(of: type) -> Iterator[str]:
    for name, member in inspect.getmembers(of):
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield f"### `{name}`\n\n{prose(inspect.getdoc(member))}"
        elif inspect.isfunction(member):
            yield f"### `{name}`\n\n{block('text', _signature(name, member))}"
            yield prose(inspect.getdoc(member))


def _signature(name: str, member: Callable[..., object], *, without: int = 1) -> str:
    """Return the signature, with one parameter per line if it is long.

    The first parameters are omitted: *without* is 1 for methods.
    """
    signature = inspect.signature(member)
    parameters = [_plain(str(each)) for each in list(signature.parameters.values())[without:]]
    if any(each.kind is each.KEYWORD_ONLY for each in signature.parameters.values()):
        first = [each.kind for each in signature.parameters.values()].index(
            inspect.Parameter.KEYWORD_ONLY
        )
        parameters.insert(first - without, "*")
    answer = signature.return_annotation
    returned = answer if isinstance(answer, str) else inspect.formatannotation(answer)
    line = f"{name}({', '.join(parameters)}) -> {_plain(returned)}"
    if len(line) <= _WIDTH:
        return line
    inner = "".join(f"    {each},\n" for each in parameters)
    return f"{name}(\n{inner}) -> {_plain(returned)}"


def _plain(text: str) -> str:
    modules = r"\b(?:collections\.abc|mockapi\.[a-z_.]+|typing|datetime)\.(?=[A-Za-z])"
    return re.sub(modules, "", text).replace("'", "")
