"""Markdown elements of the generated pages."""

import re
from collections.abc import Iterable, Sequence

NOTICE = "<!-- Generated from the code by `make documents`. Do not edit. -->"


def page(title: str, about: str, *parts: str) -> str:
    """Return a page without the empty parts."""
    return "\n\n".join([NOTICE, f"# {title}", about, *filter(None, parts)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, or the empty string without rows."""
    lines = [[_cell(each) for each in row] for row in rows]
    if not lines:
        return ""
    return "\n".join(
        "|" + "|".join(f" {each} " if each else " " for each in line) + "|"
        for line in [list(head), ["---"] * len(head), *lines]
    )


def _cell(text: str) -> str:
    # In code spans too, because Markdown splits the cells first.
    return " ".join(text.replace("|", "\\|").split())


def code(value: object) -> str:
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    return ", ".join(map(code, values))


def block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def prose(text: str | None) -> str:
    """Return a docstring or description for readers of the pages.

    Source notes are removed, emphasised names become code, and assumptions get a label.
    """
    paragraphs = re.sub(r"\s*\(contract\.md[^)]*\)", "", text or "").split("\n\n")
    flat = (" ".join(each.split()) for each in paragraphs)
    labelled = (re.sub(r"^assumption: (.*)", r"Assumption: \1", each) for each in flat)
    return "\n\n".join(re.sub(r"(?<!\*)\*(\w+)\*(?!\*)", r"`\1`", each) for each in labelled)
