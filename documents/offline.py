"""Fails where a built site would ask another origin: `python documents/offline.py DIR`.

Links that a reader may follow are let be; what a page loads by itself is not. Standard library
only, for it runs where the site's tools are.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
_LOADED_LINKS = {"stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "modulepreload"}
_ELSEWHERE = re.compile(r"^(?:https?:)?//")
_IN_STYLES = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.local: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attrs}
        if tag in _LOADED:
            self.loaded.append(stated.get(_LOADED[tag], ""))
        elif tag == "link" and _LOADED_LINKS & set(stated.get("rel", "").split()):
            self.loaded.append(stated.get("href", ""))
        elif tag == "a" and (path := stated.get("href", "").partition("#")[0]):
            self.local.append(path)


def complaints(site: Path) -> Iterator[str]:
    """Yield what is wrong with the built *site*: loads from elsewhere, links to nothing."""
    for path in sorted(site.rglob("*.html")):
        page = _Page()
        page.feed(path.read_text("utf-8"))
        name = path.relative_to(site)
        yield from (f"{name}: loads {each}" for each in page.loaded if _ELSEWHERE.match(each))
        for link in page.local:
            root = site if link.startswith("/") else path.parent
            if not re.match(r"^(?:[a-z]+:|//)", link) and not (root / link.lstrip("/")).exists():
                yield f"{name}: links to {link}, which is not there"
    for path in sorted(site.rglob("*.css")):
        for found in _IN_STYLES.findall(path.read_text("utf-8")):
            yield f"{path.relative_to(site)}: loads {found}"


def main() -> None:
    site = Path(sys.argv[1])
    if not any(site.rglob("*.html")):
        sys.exit(f"There is no site in {site}.")
    found = list(complaints(site))
    if found:
        sys.exit("\n".join(found))
    sys.stdout.write(f"{len(list(site.rglob('*.html')))} pages, nothing from elsewhere\n")


if __name__ == "__main__":
    main()
