"""Paths of the data files of the package, in a wheel and in a checkout."""

from pathlib import Path

PACKAGE = Path(__file__).parent
DATA = PACKAGE / "data"
PAGE_TEMPLATES = PACKAGE / "oauth" / "pages" / "templates"
CONSOLE_TEMPLATES = PACKAGE / "console" / "templates"
STATIC = PACKAGE / "console" / "static"


def scenarios() -> Path:
    """Return the folder of the shipped scenarios.

    In a wheel it is inside the package, in a checkout at the top level.
    """
    packaged = PACKAGE / "scenarios"
    return packaged if packaged.is_dir() else PACKAGE.parent / "scenarios"
