"""Rules of plain technical English for names, docstrings, messages and documents."""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from source_trees import tree_of

ROOT = Path(__file__).parents[2]

BANNED = re.compile(
    r"\b(anew|whoever|whomever|whatever|nobody|somebody|anybody|strangers?|tell|tells|telling|told"
    r"|wish|wishes|wished|so-manieth|thereof|be it|laid over|laid beside|puts? right|besides?"
    r"|spelled|spelt|stated|comes? to|came to)\b",
    re.IGNORECASE,
)
BANNED_IN_NAMES = {
    "anew", "whoever", "whatever", "nobody", "somebody", "anybody", "stranger", "strangers",
    "tell", "tells", "telling", "told", "wish", "wishes", "wished", "beside", "besides",
    "spelled", "spelt", "stated",
}  # fmt: skip
THIRD_PERSON = {
    "adds", "answers", "applies", "asks", "assembles", "brings", "builds", "counts",
    "declares", "describes", "does", "draws", "ends", "finds", "gives", "has", "hands", "holds",
    "invents", "is", "judges", "keeps", "knows", "lays", "leads", "lets", "lists", "makes",
    "measures", "moves", "names", "offers", "opens", "parses", "prints", "puts", "reads",
    "remembers", "returns", "runs", "says", "sends", "serves", "sets", "shapes", "shows",
    "sketches", "spells", "stands", "starts", "sums", "takes", "tells", "turns", "words", "works",
    "writes", "yields",
}  # fmt: skip
"""First words of docstrings that describe instead of naming or instructing."""

ALLOWED = {
    "scenarios/empty.yaml: nobody": "an e-mail address and a name that tests use",
}
"""Findings that stay, each with its reason."""

MOST_ALLOWED = 30
MOST_README_LINES = 250
MOST_NAME_LENGTH = 60
MOST_MODULES_OF_A_NAME = 3
VENDORED = ("vendor", "LICENSES")


def files(*patterns: str) -> list[Path]:
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if not set(VENDORED) & set(path.parts))


PACKAGE = files("mockapi/**/*.py")
TESTS = files("tests/**/*.py")
TEXTS = files(
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
    "docs/**/*.md",
    "docs/examples/**/*.*",
    "mockapi/**/*.html",
    "mockapi/console/static/console/**/*.js",
    "mockapi/data/*.toml",
    "scenarios/*.yaml",
    "fixtures/messages.txt",
)


def strings_and_comments(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def lines(path: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(path.read_text("utf-8").splitlines(), 1)


def named(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of classes, functions, parameters and variables of *path*."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def parts(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def at(path: Path, line: int, word: str) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}: {word}"


def not_allowed(findings: Iterable[str]) -> list[str]:
    """Return the findings whose path and word are not in the allow-list."""
    return sorted(each for each in set(findings) if re.sub(r":\d+:", ":", each) not in ALLOWED)


def banned_words() -> Iterator[str]:
    for path in [*PACKAGE, *files("documents/**/*.py")]:
        for line, text in strings_and_comments(path):
            yield from (at(path, line, match[0].lower()) for match in BANNED.finditer(text))
    for path in TEXTS:
        for line, text in lines(path):
            yield from (at(path, line, match[0].lower()) for match in BANNED.finditer(text))


def banned_names() -> Iterator[str]:
    for path in [*PACKAGE, *files("documents/**/*.py")]:
        for line, name in named(path):
            yield from (at(path, line, name) for _ in parts(name) & BANNED_IN_NAMES)


def third_person_docstrings() -> Iterator[str]:
    for path in [*PACKAGE, *files("documents/**/*.py")]:
        for node in ast.walk(tree_of(path)):
            if isinstance(
                node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            ) and (docstring := ast.get_docstring(node)):
                word = docstring.split()[0].rstrip(",;:")
                if word.lower() in THIRD_PERSON:
                    yield at(path, getattr(node, "lineno", 1), word)


@cache
def findings(rule: Callable[[], Iterator[str]]) -> tuple[str, ...]:
    return tuple(rule())


def test_no_banned_word_in_texts():
    assert not_allowed(findings(banned_words)) == []


def test_no_banned_word_in_names():
    assert not_allowed(findings(banned_names)) == []


def test_docstrings_are_noun_phrases_or_imperative():
    assert not_allowed(findings(third_person_docstrings)) == []


def test_class_names_are_unique():
    names = Counter(
        node.name
        for path in PACKAGE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1 and name not in ALLOWED] == []


def test_module_name_is_used_at_most_three_times():
    names = Counter(path.stem for path in PACKAGE if not path.stem.startswith("__"))
    assert [name for name, count in names.items() if count > MOST_MODULES_OF_A_NAME] == []


def test_readme_has_at_most_250_lines():
    assert (ROOT / "README.md").read_text("utf-8").count("\n") <= MOST_README_LINES


def test_test_names_have_at_most_60_characters():
    long = [
        at(path, node.lineno, node.name)
        for path in TESTS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and len(node.name) > MOST_NAME_LENGTH
    ]
    assert not_allowed(long) == []


def test_allow_list_is_short_and_in_use():
    rules = (banned_words, banned_names, third_person_docstrings)
    found = {each for rule in rules for each in findings(rule)}
    used = {re.sub(r":\d+:", ":", each) for each in found}
    assert len(ALLOWED) <= MOST_ALLOWED
    assert [each for each in ALLOWED if ":" in each and each not in used] == []
