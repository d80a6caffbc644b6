"""Writes the made files of `docs/` anew: `python -m documents`."""

import sys

from documents.made import ROOT, made


def write() -> None:
    for path, text in made().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_text("utf-8") != text:
            target.write_text(text, "utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    write()
