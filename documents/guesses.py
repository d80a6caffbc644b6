"""Finds what the code says that it decided without evidence."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEADING = "Where the sandbox guesses"


def guesses_in(path: Path) -> Iterator[str]:
    """Yield, each on one line, what *path* says after `inferred:` to the end of the comment."""
    text = path.read_text("utf-8")
    said = [
        re.sub(r"^\s*# ?", "", block, flags=re.MULTILINE)
        for block in re.findall(r"(?:^[ \t]*#.*\n)+", text, re.MULTILINE)
    ]
    if path.suffix == ".py":
        said += [
            paragraph
            for each in ast.walk(ast.parse(text))
            if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            for paragraph in str(each.value.value).split("\n\n")
        ]
    for each in said:
        yield from (" ".join(guess.split()) for guess in re.split(r"\binferred:\s", each)[1:])


def guesses() -> Iterator[tuple[str, str]]:
    """Yield every guess of the package with the path of the file that makes it."""
    package = ROOT / "mockapi"
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.toml")]):
        for guess in guesses_in(path):
            yield guess, path.relative_to(ROOT).as_posix()


def subjects() -> dict[str, str]:
    """Return the subject that the README gives to each guess, in the README's order."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition(f"\n## {HEADING}\n")[2].partition("\n## ")[0]
    items = re.findall(r"^- \*\*(.*?):\*\* (.*?)(?=^- |\n\n|\Z)", section, re.DOTALL | re.MULTILINE)
    return {" ".join(guess.split()): subject for subject, guess in items}
