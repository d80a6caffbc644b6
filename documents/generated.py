"""All generated files with their texts."""

from collections.abc import Mapping
from pathlib import Path

from documents import demo_state, http_files, llms, messages, openapi, postman
from documents.reference import PAGES

ROOT = Path(__file__).parents[1]

FOLDERS = ("docs/openapi", "docs/postman", "docs/http", "docs/reference")
"""Folders that contain generated files only, except those that a test lists."""


def generated_files() -> Mapping[str, str]:
    """Return the text of every generated file by its path in the project."""
    reference = {f"docs/reference/{name}.md": page() for name, page in PAGES.items()}
    return {
        **openapi.files(),
        **postman.files(),
        **http_files.files(),
        **messages.files(),
        **demo_state.files(),
        **llms.files(reference),
        **reference,
    }
