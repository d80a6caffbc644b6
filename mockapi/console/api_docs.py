"""Pages that describe the operations of an OpenAPI document and send requests to them."""

import json
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from mockapi.api.openapi import Document
from mockapi.console.api_operations import describe_operation, list_tags
from mockapi.console.documents import CONTROL, Documents
from mockapi.console.example_values import example_values
from mockapi.console.page import (
    ConsoleNotFoundError,
    Snippet,
    has_access,
    render_console_page,
    shown_tokens,
    threaded,
    token_prompt_page,
)
from mockapi.http.context import url_of, world_of, world_prefix_of

_LANGUAGES = ("curl", "Python", "TypeScript")


async def redirect_to_partner_api(request: Request) -> Response:
    """Redirect `/docs` to the first document."""
    return RedirectResponse("/docs/partner", 307)


# In a thread, because creating a document takes up to a second.
@threaded
def show_document(request: Request) -> Response:
    """Return the OpenAPI document as JSON."""
    documents = _documents(request)
    name = request.path_params["name"]
    found = documents.get(name, request)
    if found is None:
        choices = ", ".join(documents.titles)
        detail = f"Document {name!r} does not exist. Choose {choices}."
        return JSONResponse({"detail": detail}, HTTPStatus.NOT_FOUND)
    return JSONResponse(found)


def _documents(request: Request) -> Documents:
    """Return the documents of this server, created on first use."""
    state = request.app.state
    if not hasattr(state, "documents"):
        state.documents = Documents(state.control)
    documents: Documents = state.documents
    return documents


def _is_locked(request: Request) -> bool:
    return world_of(request).settings.admin and not has_access(request)


def _document(request: Request) -> Document:
    documents = _documents(request)
    name = request.path_params["name"]
    found = documents.get(name, request)
    if found is None:
        detail = f"Available documents: {', '.join(documents.titles)}."
        raise ConsoleNotFoundError(detail, "docs", "Document not found")
    return found


@threaded
def show_operations(request: Request) -> Response:
    """Return the page of a document: its operations, base URLs and authentication."""
    name = request.path_params["name"]
    if name == CONTROL and _is_locked(request):
        return token_prompt_page(request)
    document = _document(request)
    schemes = document["components"]["securitySchemes"]
    flows = [flow for each in schemes.values() for flow in each.get("flows", {}).values()]
    return render_console_page(
        request,
        "console/docs.html",
        "docs",
        name=name,
        titles=_documents(request).titles,
        info=document["info"],
        tags=list_tags(document),
        origin=url_of(request).removesuffix(world_prefix_of(request)),
        bases=[each["url"] for each in document["servers"]],
        schemes=[each for each in schemes.values() if "description" in each],
        oauth=flows[0] if flows else None,
    )


@threaded
def show_operation(request: Request) -> Response:
    """Return the page of an operation, filled in with ids of the world."""
    name, operation = request.path_params["name"], request.path_params["operation"]
    if name == CONTROL and _is_locked(request):
        return token_prompt_page(request)
    document, world = _document(request), world_of(request)
    titles = _documents(request).titles
    tags = list_tags(document)
    paths = {each.id: each.path for tag in tags for each in tag.operations}
    values = example_values(request, operation, paths.get(operation, ""))
    described = describe_operation(document, operation, values)
    if described is None:
        detail = f"The {titles[name]} has no operation {operation!r}."
        raise ConsoleNotFoundError(detail, "docs", "Operation not found")
    access, personal = shown_tokens(request)
    found = described.operation
    request_settings = {
        "api": name,
        "method": found.method,
        "path": found.bases[0] + found.path,
        "accept": next((each.content.media_type for each in described.replies if each.content), ""),
        "token": {"partner": access, "user": personal}.get(name),
        "journal": has_access(request) and world.journal.size > 0 and name != CONTROL,
    }
    return render_console_page(
        request,
        "console/docs_operation.html",
        "docs",
        name=name,
        titles=titles,
        tags=tags,
        tag=next(tag.name for tag in tags if found in tag.operations),
        described=described,
        operation=found,
        request_settings=json.dumps(request_settings),
        token=request_settings["token"],
        is_locked=_is_locked(request),
        code_tabs=[Snippet(each, "") for each in _LANGUAGES],
    )
