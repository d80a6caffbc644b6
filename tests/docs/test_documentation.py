"""Generated files, HTTP files, navigation, pictures and links of docs/."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from documents.generated import FOLDERS, ROOT, generated_files
from documents.openapi import operations
from documents.postman import collection
from documents.stories import STORIES

DOCS = ROOT / "docs"
NOT_GENERATED = {"docs/openapi/spectral.yaml", "docs/openapi/redocly.yaml"}


@pytest.fixture(scope="module")
def generated() -> Mapping[str, str]:
    return generated_files()


def test_generated_files_are_current(generated):
    stale = [path for path in generated if (ROOT / path).read_text("utf-8") != generated[path]]
    assert stale == [], "run `make documents`"


def test_generated_folders_hold_no_other_file(generated):
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in (ROOT / folder).iterdir()
    }
    expected = {path for path in generated if path.startswith(FOLDERS)}
    assert found == expected | NOT_GENERATED


@pytest.mark.parametrize("api", ["partner", "user"])
def test_stories_use_every_operation(api):
    used = {step.operation_id for steps in STORIES.values() for step in steps if step.api == api}
    assert used == {each.id for each in operations(api) if not each.is_old}


def test_collection_has_the_order_of_the_stories():
    names = [[item["name"] for item in folder["item"]] for folder in collection()["item"]]
    assert names == [[step.name for step in steps] for steps in STORIES.values()]


def requests_of(path: Path, url: str) -> list[tuple[str, Request]]:
    """Return the requests of an HTTP file with the statuses of their titles."""
    head, *blocks = re.split(r"^### ", path.read_text("utf-8"), flags=re.MULTILINE)
    variables = dict(re.findall(r"^@(\w+) = (.*)$", head, re.MULTILINE)) | {"baseUrl": url}
    found = []
    for block in blocks:
        text = re.sub(r"\{\{(\w+)\}\}", lambda match: variables[match[1]], block)
        title, line, *rest = text.rstrip().split("\n")
        fields, _, body = "\n".join(rest).partition("\n\n")
        method, target = line.split(" ", 1)
        headers = dict(field.split(": ", 1) for field in fields.splitlines())
        request = Request(target, body.encode() or None, headers, method=method)
        found.append((title.rpartition(" ")[2], request))
    return found


def test_http_files_do_the_stories(server_url):
    for name, steps in STORIES.items():
        asked = requests_of(DOCS / "http" / f"{name}.http", server_url())
        for step, (status, request) in zip(steps, asked, strict=True):
            with urlopen(request) as answer:
                text = answer.read()
            assert str(answer.status) == status, step.name
            assert values_at(step, json.loads(text or b"null")) == dict(step.holds)
            assert text[:2] != b"[]" or not step.is_filled, step.name


def values_at(step, body) -> dict:
    """Return the values of *body* at the paths that *step* checks."""
    found = {}
    for place in step.holds:
        found[place] = body
        for key in place.split("."):
            found[place] = found[place][int(key) if key.isdecimal() else key]
    return found


def test_pages_are_in_the_navigation():
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    listed = set(re.findall(r"^\s+- (\S+\.md)$", text, re.MULTILINE))
    assert listed == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


def test_pictures_are_on_a_page_with_alternative_text():
    pages = "\n".join(path.read_text("utf-8") for path in DOCS.rglob("*.md"))
    sources = re.findall(r'srcset="screenshots/(\S+?)"', pages)
    pictures = re.findall(r'<img alt="[^"]{20,}" src="screenshots/(\S+?)"', pages)
    found = {path.name for path in (DOCS / "screenshots").iterdir()}
    assert found == {*sources, *pictures}
    assert sum(path.stat().st_size for path in (DOCS / "screenshots").iterdir()) < 4_500_000


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda path: path.stem
)
def test_links_have_targets(path):
    text = path.read_text("utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        file, _, place = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        if place:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert place in {slug(heading) for heading in headings}, link


def slug(heading: str) -> str:
    """Return the anchor of a heading, as zensical generates it."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())
