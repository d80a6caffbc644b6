"""Tells who looks for a world that is not there where the others are."""

from http import HTTPStatus

from fastapi import Request, Response

from mockapi.http.admin.errors import holds_admin_token
from mockapi.http.console.page import neighbours, show
from mockapi.http.pages.page import PageRefused, notice
from mockapi.http.request import world_of


def no_such_world(request: Request, name: str) -> Response:
    """Return the page in the place of those of a world; *request* is led to the first world."""
    settings = world_of(request).settings
    idle = round(settings.world_idle.total_seconds() / 60)
    detail = (
        f"It was never made, or deleted, or nobody used it for {idle} minutes; "
        "when a server stops, its named worlds go with it."
    )
    title = f"There is no world {name}"
    if not settings.admin or not holds_admin_token(request):
        return notice(request, PageRefused(HTTPStatus.NOT_FOUND, title, detail))
    return show(
        request,
        "console/absent.html",
        "",
        status=HTTPStatus.NOT_FOUND,
        title=title,
        detail=detail,
        left=neighbours(request),
    )
