"""Copies of files on the pages of `docs/`."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

# A comment that names the file, then the block that copies it.
COPY = re.compile(r"(<!-- Same as (\S+)\. -->\n\n```\w+\n).*?^```$", re.DOTALL | re.MULTILINE)


def pages_with_copies() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each page that copies files, with current copies."""
    for path in sorted((ROOT / "docs").rglob("*.md")):
        text = path.read_text("utf-8")
        if COPY.search(text):
            yield path.relative_to(ROOT).as_posix(), COPY.sub(_copied, text)


def _copied(match: re.Match[str]) -> str:
    return match[1] + (ROOT / match[2]).read_text("utf-8") + "```"
