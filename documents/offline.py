"""Check that a built site loads nothing from other origins: `python documents/offline.py DIR`.

Links to other origins are allowed; scripts, styles, fonts and images are not. Standard library
only, because it runs in the environment of the site generator.
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
_OTHER_ORIGIN = re.compile(r"^(?:https?:)?//")
_IN_STYLES = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.local: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _LOADED:
            self.loaded.append(values.get(_LOADED[tag], ""))
        elif tag == "link" and _LOADED_LINKS & set(values.get("rel", "").split()):
            self.loaded.append(values.get("href", ""))
        elif tag == "a" and (path := values.get("href", "").partition("#")[0]):
            self.local.append(path)


def find_errors(site: Path) -> Iterator[str]:
    """Yield the errors of the built *site*: loads from other origins and broken links."""
    for path in sorted(site.rglob("*.html")):
        page = _Page()
        page.feed(path.read_text("utf-8"))
        name = path.relative_to(site)
        yield from (f"{name}: loads {each}" for each in page.loaded if _OTHER_ORIGIN.match(each))
        for link in page.local:
            root = site if link.startswith("/") else path.parent
            if not re.match(r"^(?:[a-z]+:|//)", link) and not (root / link.lstrip("/")).exists():
                yield f"{name}: link to {link}, which does not exist"
    for path in sorted(site.rglob("*.css")):
        for found in _IN_STYLES.findall(path.read_text("utf-8")):
            yield f"{path.relative_to(site)}: loads {found}"


def main() -> None:
    site = Path(sys.argv[1])
    if not any(site.rglob("*.html")):
        sys.exit(f"'{site}' is not a built site. Run make docs.")
    found = list(find_errors(site))
    if found:
        sys.exit("\n".join(found))
    sys.stdout.write(f"{len(list(site.rglob('*.html')))} pages, nothing from other origins\n")


if __name__ == "__main__":
    main()
