"""Finds the files that travel with the package, in a wheel as in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"
PAGE_TEMPLATES = PACKAGE / "oauth" / "pages" / "templates"
CONSOLE_TEMPLATES = PACKAGE / "console" / "templates"
STATIC = PACKAGE / "console" / "static"


def scenarios() -> Path:
    """Return the folder of the shipped scenarios.

    The wheel carries them inside the package; a checkout keeps them at the top level.
    """
    packaged = PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else PACKAGE.parent / "scenarios"
