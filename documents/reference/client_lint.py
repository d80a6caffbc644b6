"""Page of the client lint."""

from documents.markdown import code, page, table
from mockapi.journal.request_checks import CODES


def page_text() -> str:
    return page(
        "Client lint",
        "`GET /__admin/journal/lint` and `mockapi.lint()` report requests that mockapi accepts but "
        "the real APIs may not accept. Each warning lists the requests that show it.",
        table(("code", "reports"), ((code(name), text) for name, text in CODES.items())),
    )
