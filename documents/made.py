"""Lists every made file with its text."""

from collections.abc import Mapping
from pathlib import Path

from documents import http_files, openapi, postman
from documents.reference import PAGES

ROOT = Path(__file__).parents[1]

FOLDERS = ("docs/openapi", "docs/postman", "docs/http", "docs/reference")
"""Where made files are, and no others of their endings."""


def made() -> Mapping[str, str]:
    """Return the text of every made file by its path in the project."""
    reference = {f"docs/reference/{name}.md": page() for name, page in PAGES.items()}
    return {**openapi.files(), **postman.files(), **http_files.files(), **reference}
