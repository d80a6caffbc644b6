"""Command `python -m documents`, which rewrites generated files and copies in `docs/`."""

import sys
from collections.abc import Mapping

from documents import demo_state
from documents.copies import pages_with_copies
from documents.generated import ROOT, generated_files


def write() -> None:
    # First, because the other files are made from the state of the demo.
    _write(demo_state.files())
    _write({**generated_files(), **dict(pages_with_copies())})


def _write(files: Mapping[str, str]) -> None:
    for path, text in files.items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    write()
