"""Rules of the code that no linter checks."""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from source_trees import tree_of

TESTS = Path(__file__).parents[1]
PACKAGE = TESTS.parent / "mockapi"

BANNED_NAMES = {"utils", "util", "helpers", "common", "core", "misc"}
CREATED_IN_FACTORIES = {"Settings", "FastAPI", "create_engine"}
CLOCK_READS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
UNREPEATABLE = {"random", "uuid.uuid1", "uuid.uuid4", "faker.Faker", "secrets.choice"}
BROAD = {None, "Exception", "BaseException"}

MODULES_WITH_COMMODITIES = {
    "timeseries/models/registry.py",  # one row for each usage and measurement
}

PARTS_OF_A_RESPONSE = {"json", "text", "headers", "content", "body"}


@cache
def modules(folder: Path) -> dict[str, ast.Module]:
    """Return the modules below *folder*, by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): tree_of(path) for path in sorted(folder.rglob("*.py"))
    }


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for each in ast.walk(tree):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each


def calls(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """Yield the dotted names of all calls."""
    for each in nodes:
        if isinstance(each, ast.Call):
            yield ast.unparse(each.func)


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted names of all imports."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            yield from (f"{each.module}.{alias.name}" for alias in each.names)


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that are evaluated on import: all nodes outside functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from run_at_import(child)


def ends_in(name: str, endings: set[str]) -> bool:
    """Return True if *name* ends in one of *endings*: `datetime.datetime.now` in `datetime.now`."""
    return any(name == ending or name.endswith(f".{ending}") for ending in endings)


def test_no_module_is_longer_than_three_hundred_lines():
    lengths = {path: (PACKAGE / path).read_text("utf-8").count("\n") for path in modules(PACKAGE)}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_no_function_is_longer_than_sixty_lines():
    lengths = {
        f"{path}::{each.name}": each.end_lineno - each.lineno + 1
        for path, tree in modules(PACKAGE).items()
        for each in functions(tree)
    }
    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_modules_are_named_by_nouns():
    paths = [*modules(PACKAGE), *modules(TESTS)]
    assert [path for path in paths if BANNED_NAMES & {*Path(path).parts, Path(path).stem}] == []


def test_test_module_names_are_unique():
    # The tests are not a package, so of two modules with the same name only the first is imported.
    names = Counter(Path(path).name for path in modules(TESTS))
    assert [name for name, count in names.items() if count > 1] == ["conftest.py"]


def test_no_test_imports_from_a_conftest():
    importers = [
        path
        for path, tree in modules(TESTS).items()
        for name in imports(tree)
        if name.split(".")[0] == "conftest"
    ]
    assert importers == []


def test_every_module_has_a_docstring():
    missing = [path for path, tree in modules(PACKAGE).items() if not ast.get_docstring(tree)]
    assert missing == []


def test_import_has_no_side_effects():
    built = [
        (path, name)
        for path, tree in modules(PACKAGE).items()
        for name in calls(run_at_import(tree))
        if ends_in(name, CREATED_IN_FACTORIES)
    ]
    assert built == []


def test_only_the_clock_asks_the_system_for_the_time():
    readers = {
        path
        for path, tree in modules(PACKAGE).items()
        for name in calls(ast.walk(tree))
        if ends_in(name, CLOCK_READS)
    }
    assert readers == {"domain/clock.py"}


def test_randomness_comes_from_the_seed():
    drawn = [
        (path, name)
        for path, tree in modules(PACKAGE).items()
        for name in [*imports(tree), *calls(ast.walk(tree))]
        if name.split(".")[0] == "random" or name in UNREPEATABLE
    ]
    assert drawn == []


def test_no_middleware_wraps_the_stream():
    users = [
        path
        for path, tree in modules(PACKAGE).items()
        if any(ends_in(name, {"BaseHTTPMiddleware"}) for name in imports(tree))
    ]
    assert users == []


def test_errors_are_raised_as_domain_errors():
    raisers = {
        path
        for path, tree in modules(PACKAGE).items()
        for each in ast.walk(tree)
        if isinstance(each, ast.Raise) and each.exc and "HTTPException" in ast.unparse(each.exc)
    }
    assert raisers == set()


def test_no_broad_except_clause():
    catchers = [
        path
        for folder in (PACKAGE, TESTS)
        for path, tree in modules(folder).items()
        for each in ast.walk(tree)
        if isinstance(each, ast.ExceptHandler)
        and (ast.unparse(each.type) if each.type else None) in BROAD
    ]
    # An unexpected error is a response with 500, and an entry of the journal that cannot be shown
    # must not hide the others.
    assert catchers == ["api/product_app.py", "journal/entry_builder.py"]


def test_own_code_is_not_mocked():
    mockers = [
        (path, name)
        for folder in (PACKAGE, TESTS)
        for path, tree in modules(folder).items()
        for name in imports(tree)
        if name.startswith("unittest")
    ]
    assert mockers == []


def test_no_test_sleeps():
    sleepers = [
        (path, name)
        for path, tree in modules(TESTS).items()
        for name in calls(ast.walk(tree))
        if ends_in(name, {"sleep"})
    ]
    assert sleepers == []


def test_commodities_and_usages_are_named_in_data_only():
    catalog = tomllib.loads((PACKAGE / "data" / "catalog.toml").read_text("utf-8"))
    names = {
        name for each in catalog["commodity"] for name in (each["name"], *each.get("usages", ()))
    }
    named = [
        (path, each.value)
        for path, tree in modules(PACKAGE).items()
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and each.value in names
    ]
    assert [place for place in named if place[0] not in MODULES_WITH_COMMODITIES] == []


def test_status_is_not_the_only_assertion():
    bare = [
        f"{path}::{function.name}"
        for path, tree in modules(TESTS).items()
        for function in functions(tree)
        if function.name.startswith("test_") and asserts_status_only(function)
    ]
    assert bare == []


def asserts_status_only(function: ast.AST) -> bool:
    assertions = [each.test for each in ast.walk(function) if isinstance(each, ast.Assert)]
    return bool(assertions) and all(is_status_only(assertion) for assertion in assertions)


def is_status_only(assertion: ast.expr) -> bool:
    """Return True if *assertion* uses only the status of a response."""
    looked_at = assertion.left if isinstance(assertion, ast.Compare) else assertion
    return all(
        "status_code" in (seen := attributes(each)) and not seen & PARTS_OF_A_RESPONSE
        for each in (looked_at.elts if isinstance(looked_at, ast.Tuple) else [looked_at])
    )


def attributes(node: ast.AST) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def test_messages_are_composed_by_shared_functions():
    suggestions = [
        path
        for path, tree in modules(PACKAGE).items()
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and "Did you mean" in str(each.value)
    ]
    joined = [
        path for path, tree in modules(PACKAGE).items() if "'; '.join" in calls(ast.walk(tree))
    ]
    assert (suggestions, joined) == (["domain/text_matching.py"], [])


def lazy_imports() -> Iterator[tuple[str, int, bool]]:
    """Yield file and line of each import in a function, and whether a comment states its reason."""
    for path, tree in modules(PACKAGE).items():
        lines = (PACKAGE / path).read_text("utf-8").splitlines()
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for each in ast.walk(function):
                if isinstance(each, ast.Import | ast.ImportFrom):
                    above = each.lineno - 2
                    while lines[above].strip().startswith(("from ", "import ")):
                        above -= 1
                    comment = []
                    while lines[above].strip().startswith("#"):
                        comment.append(lines[above].strip())
                        above -= 1
                    states = any(line.startswith("# Imported lazily: ") for line in comment)
                    yield path, each.lineno, states


def test_imports_in_functions_state_their_reason():
    # A set, because an import in a nested function is in two of them.
    found = sorted(set(lazy_imports()))
    assert [f"{path}:{line}" for path, line, states in found if not states] == []
    assert 0 < len(found) <= 47
