"""Shell completion of arguments and options.

Imports are lazy, because every command imports this module.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem


class AnyCase(click.Choice[str]):
    """A case-insensitive choice, which the shell completes as declared: `PT15M`."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__(choices, case_sensitive=False)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        start = incomplete.lower()
        return [CompletionItem(each) for each in self.choices if each.lower().startswith(start)]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a path with the shell's own completion."""
    return [CompletionItem(incomplete, type="file")]


def scenarios(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a shipped or mounted scenario, or else a path."""
    # Imported lazily: every command imports this module, but only completion calls this.
    from mockapi.scenario.discovery import available_scenarios

    return starting_with(available_scenarios(), incomplete) or files(ctx, param, incomplete)


def editions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of an edition."""
    # Imported lazily: every command imports this module, but only completion calls this.
    from mockapi.domain.edition import EDITIONS

    return starting_with(EDITIONS, incomplete)


def settings_value(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the value of a setting that has a list of values."""
    # Imported lazily: every command imports this module, but only completion calls this.
    from mockapi.settings import Settings

    name = param.name or ""
    if name in ("scenario", "edition", "data"):
        completer = {"scenario": scenarios, "edition": editions, "data": files}[name]
        return completer(ctx, param, incomplete)
    schema = Settings.model_json_schema()
    return starting_with(_words(schema["properties"][name], schema), incomplete)


def fault_kinds(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a kind of fault, or with `--preset` the name of a preset."""
    # Imported lazily: every command imports this module, but only completion calls this.
    from mockapi.faults.kinds import KINDS
    from mockapi.faults.parsing import fault_presets

    return starting_with(fault_presets() if ctx.params.get("preset") else KINDS, incomplete)


def fault_settings(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete `name=` of a setting of a fault, and the value if it has a list of values."""
    # Imported lazily: every command imports this module, but only completion calls this.
    from mockapi.faults.kinds import KINDS

    kind = KINDS.get(ctx.params.get("kind") or "")
    if kind is None or ctx.params.get("preset"):
        return []
    schema = kind.model_json_schema()
    own = {name: each for name, each in schema["properties"].items() if name != "kind"}
    groups = {name: schema["$defs"][own.pop(name)["$ref"].rpartition("/")[2]] for name in _GROUPS}
    known = own | groups["match"]["properties"] | groups["when"]["properties"]
    # bash splits `name=value` at the equals sign, which is a word then.
    given = [each for each in ctx.params.get("settings") or () if each != "="]
    if given and given[-1] in known:
        return starting_with(_words(known[given[-1]], schema), incomplete)
    name, equals, _ = incomplete.partition("=")
    if equals:
        words = _words(known.get(name, {}), schema)
        return starting_with((f"{name}={each}" for each in words), incomplete)
    taken = {each.partition("=")[0] for each in given}
    return starting_with((f"{name}=" for name in known if name not in taken), incomplete)


_GROUPS = ("match", "when")


def starting_with(words: Iterable[str], incomplete: str) -> list[CompletionItem]:
    """Return those of *words* that start with *incomplete*."""
    return [CompletionItem(each) for each in words if each.startswith(incomplete)]


def _words(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    """Yield the values that *schema*, a part of *whole*, lists."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    for each in schema.get("anyOf", ()):
        yield from _words(each, whole)
    if schema.get("type") == "boolean":
        yield from ("true", "false")
    values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
    yield from map(str, values)
