"""Citations of documentation pages in code, tests and data."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("bench", "clients", "documents", "mockapi", "release", "tests")
SUFFIXES = {".py", ".toml"}

# `docs/contract/errors.md#gateway-refusals`, perhaps wrapped after `docs/contract/`.
CITATION = re.compile(r"\bdocs/[\w/.-]+\.md(?:#[\w-]+)?")
SECTION = re.compile(r"\b[\w-]+\.md \d+(?:\.\d+)*|\b(?:contract|timeseries|scoring)\.md section")


def sources() -> Iterator[Path]:
    """Yield every file of the project that may cite a page."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path != Path(__file__):
                yield path


CITATIONS = sorted(
    {match[0] for path in sources() for match in CITATION.finditer(path.read_text("utf-8"))}
)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of *page*, as the site's generator makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    words = [re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings]
    return {re.sub(r"[-\s]+", "-", each) for each in words}


@pytest.mark.parametrize("citation", CITATIONS)
def test_citation_names_an_existing_page_and_heading(citation):
    page, _, anchor = citation.partition("#")
    assert (ROOT / page).is_file()
    assert not anchor or anchor in anchors(ROOT / page)


def test_citations_name_no_numbered_section():
    numbered = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sources()
        for match in SECTION.finditer(path.read_text("utf-8"))
    ]
    assert numbered == []


def test_pages_of_the_contract_are_cited():
    cited = {citation.partition("#")[0] for citation in CITATIONS}
    assert len([page for page in cited if page.startswith("docs/contract/")]) >= 5
