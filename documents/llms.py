"""`docs/llms.txt`: the pages of the documentation for language models (llmstxt.org)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_HEAD = """\
# mockapi

> mockapi is a local emulator of two Schneider Electric EcoStruxure APIs, the Partner API and the \
User API (LEED scoring). It needs no credentials and no network. Tests start isolated worlds with \
sites, meters, readings and scores, make requests fail, move the clock, and verify what a client \
sent.

Coding agents use it through MCP: `mockapi mcp`. Python tests use the pytest fixture `mockapi`; \
Node and Java have clients of their own; other languages use the control API at `/__admin`.
"""
_AGENTS = "how-to/coding-agents.md"


def files(pages: Mapping[str, str]) -> Mapping[str, str]:
    """Return the text of the file by its path. *pages* are generated pages by their paths."""
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    lines = [_HEAD, "## Coding agents\n", _link(_AGENTS, pages)]
    for title, paths in _sections(nav):
        lines += [f"\n## {title}\n", *(_link(each, pages) for each in paths if each != _AGENTS)]
    return {"docs/llms.txt": "\n".join(lines) + "\n"}


def _sections(nav: list[Any]) -> Iterator[tuple[str, list[str]]]:
    yield "Start", [each for each in nav if isinstance(each, str)]
    for group in nav:
        if isinstance(group, dict):
            yield from group.items()


def _link(path: str, pages: Mapping[str, str]) -> str:
    """Return a line for a page: its title, and the first sentence of its text."""
    text = pages.get(f"docs/{path}") or (DOCS / path).read_text("utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    title, _, rest = text.partition("# ")[2].partition("\n")
    first = " ".join(re.split(r"\n\s*\n", rest.strip())[0].split())
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", first)
    sentence = re.match(r".*?[.:](?=\s|$)", plain)
    about = sentence[0] if sentence and not first.startswith(("|", "```")) else ""
    return f"- [{title}]({path})" + (f": {about}" if about else "")
