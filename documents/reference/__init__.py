"""Generators of the reference pages, one module per page."""

from collections.abc import Callable, Mapping

from documents import agent_session
from documents.reference import (
    assumptions,
    client_lint,
    commands,
    control,
    editions,
    endpoints,
    errors,
    faults,
    mcp,
    python,
    scenarios,
    settings,
)

PAGES: Mapping[str, Callable[[], str]] = {
    "settings": settings.page_text,
    "commands": commands.page_text,
    "scenarios": scenarios.page_text,
    "endpoints": endpoints.page_text,
    "editions": editions.page_text,
    "errors": errors.page_text,
    "faults": faults.page_text,
    "control-api": control.page_text,
    "mcp": mcp.page_text,
    "agent-session": agent_session.page_text,
    "client-lint": client_lint.page_text,
    "python": python.page_text,
    "assumptions": assumptions.page_text,
}
"""All pages by file name."""
