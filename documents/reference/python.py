"""The page of the handle: what a test may ask of a running mockapi in Python."""

import inspect
import re
from collections.abc import Callable, Iterator

from documents.markdown import block, page, prose
from mockapi.client import MockApi
from mockapi.client.clock_client import ClockClient

_WIDTH = 88


def page_text() -> str:
    return page(
        "Python",
        "The fixture `mockapi` is a `MockApi`; so is `MockApi(url)` on a server that runs "
        "elsewhere. It needs the standard library alone, and speaks HTTP alone.",
        "## `MockApi`",
        *_methods(MockApi),
        "## `MockApi.clock`\n\n" + prose(ClockClient.__doc__),
        *_methods(ClockClient),
    )


def _methods(of: type) -> Iterator[str]:
    for name, member in inspect.getmembers(of):
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield f"### `{name}`\n\n{prose(inspect.getdoc(member))}"
        elif inspect.isfunction(member):
            yield f"### `{name}`\n\n{block('text', _spelled(name, member))}"
            yield prose(inspect.getdoc(member))


def _spelled(name: str, member: Callable[..., object]) -> str:
    """Return the signature, one parameter a line where it is long."""
    signature = inspect.signature(member)
    parameters = [_plain(str(each)) for each in list(signature.parameters.values())[1:]]
    if any(each.kind is each.KEYWORD_ONLY for each in signature.parameters.values()):
        first = [each.kind for each in signature.parameters.values()].index(
            inspect.Parameter.KEYWORD_ONLY
        )
        parameters.insert(first - 1, "*")
    answer = signature.return_annotation
    told = answer if isinstance(answer, str) else inspect.formatannotation(answer)
    line = f"{name}({', '.join(parameters)}) -> {_plain(told)}"
    if len(line) <= _WIDTH:
        return line
    inner = "".join(f"    {each},\n" for each in parameters)
    return f"{name}(\n{inner}) -> {_plain(told)}"


def _plain(text: str) -> str:
    modules = r"\b(?:collections\.abc|mockapi\.[a-z_.]+|typing|datetime)\.(?=[A-Za-z])"
    return re.sub(modules, "", text).replace("'", "")
