"""Command `python -m documents`, which rewrites generated files and copies in `docs/`."""

import sys

from documents.copies import pages_with_copies
from documents.generated import ROOT, generated_files


def write() -> None:
    for path, text in {**generated_files(), **dict(pages_with_copies())}.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    write()
