"""Spells what the pages are made of in Markdown."""

import re
from collections.abc import Iterable, Sequence

MADE = "<!-- Made of the code by `make documents`; changes belong there. -->"


def page(title: str, about: str, *parts: str) -> str:
    """Return a whole page; empty parts are left out."""
    return "\n\n".join([MADE, f"# {title}", about, *filter(None, parts)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the empty text where there are no rows."""
    lines = [[_cell(each) for each in row] for row in rows]
    if not lines:
        return ""
    return "\n".join(
        "|" + "|".join(f" {each} " if each else " " for each in line) + "|"
        for line in [list(head), ["---"] * len(head), *lines]
    )


def _cell(text: str) -> str:
    # Within code, too: a table is cut at its bars before anything else is read.
    return " ".join(text.replace("|", "\\|").split())


def code(value: object) -> str:
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    return ", ".join(map(code, values))


def block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def prose(text: str | None) -> str:
    """Return a docstring or description for readers of the pages.

    Notes on sources are left out, emphasised names become code, and assumptions are introduced as
    such.
    """
    paragraphs = re.sub(r"\s*\(contract\.md[^)]*\)", "", text or "").split("\n\n")
    flat = (" ".join(each.split()) for each in paragraphs)
    told = (re.sub(r"^assumption: (.*)", r"Assumption: \1", each) for each in flat)
    return "\n\n".join(re.sub(r"(?<!\*)\*(\w+)\*(?!\*)", r"`\1`", each) for each in told)
