"""Assumptions that the code marks with `assumption:`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADING = "Assumptions"


def assumptions_in(path: Path) -> Iterator[str]:
    """Yield the assumptions in *path*, each on one line."""
    text = path.read_text("utf-8")
    blocks = [
        re.sub(r"^\s*# ?", "", block, flags=re.MULTILINE)
        for block in re.findall(r"(?:^[ \t]*#.*\n)+", text, re.MULTILINE)
    ]
    if path.suffix == ".py":
        blocks += [
            paragraph
            for each in ast.walk(ast.parse(text))
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            for paragraph in str(each.value.value).split("\n\n")
        ]
    for each in blocks:
        yield from (
            " ".join(assumption.split()) for assumption in re.split(r"\bassumption:\s", each)[1:]
        )


def assumptions() -> Iterator[tuple[str, str]]:
    """Yield every assumption in the package with the path of its file."""
    package = ROOT / "mockapi"
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.toml")]):
        for assumption in assumptions_in(path):
            yield assumption, path.relative_to(ROOT).as_posix()


def subjects() -> dict[str, str]:
    """Return the subject of each assumption, in the order of `documents/assumptions.md`."""
    text = (ROOT / "documents" / "assumptions.md").read_text("utf-8")
    items = re.findall(r"^- \*\*(.*?):\*\* (.*?)(?=^- |\Z)", text, re.DOTALL | re.MULTILINE)
    return {" ".join(assumption.split()): subject for subject, assumption in items}
