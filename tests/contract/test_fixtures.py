import re

import pytest
from published_operations import FIXTURES, read

FILES = sorted(path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.json"))
README = (FIXTURES / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", FILES)
def test_fixture_has_its_source_and_is_listed(name):
    assert read(name)["source"]
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", FILES)
def test_fixture_contains_no_credentials(name):
    words = re.findall(r"[A-Za-z0-9]{16,}", (FIXTURES / name).read_text("utf-8"))

    assert [each for each in words if not each.isalpha() and not each.isdigit()] == []
