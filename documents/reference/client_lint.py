"""Page of the client lint."""

from pathlib import Path

from documents.markdown import code, page, table
from mockapi.journal.request_checks import CODES, FIXES, GUIDES

DOCS = Path(__file__).parents[2] / "docs"


def _title(guide: str) -> str:
    """Return the title of a page of the documentation."""
    return (DOCS / guide).read_text("utf-8").partition("# ")[2].partition("\n")[0]


def page_text() -> str:
    return page(
        "Client lint",
        "`GET /__admin/journal/lint` and `mockapi.lint()` report requests that mockapi accepts but "
        "the real APIs may not accept. Each warning lists the requests that show it.",
        table(
            ("code", "reports", "fix", "guide"),
            (
                (code(name), text, FIXES[name], f"[{_title(guide)}](../{guide})")
                for name, text in CODES.items()
                for guide in [GUIDES[name]]
            ),
        ),
    )
