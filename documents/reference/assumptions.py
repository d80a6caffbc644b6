"""Reference page of the assumptions."""

from collections.abc import Iterator

from documents.assumptions import HEADING, assumptions, subjects
from documents.markdown import code, page, table

_AREAS = {
    "OAuth and credentials": ("oauth/", "world/token_service", "world/credentials"),
    "Requests and answers": (
        "http/",
        "middleware/",
        "api/",
        "domain/errors",
        "faults/",
        "domain/injected_errors",
    ),
    "Scores": ("scoring/", "score", "factors", "benchmarks", "surveys"),
}
_REST = "Worlds and readings"


def page_text() -> str:
    known = subjects()
    places = dict(assumptions())
    by_area: dict[str, list[tuple[str, str, str]]] = {area: [] for area in (*_AREAS, _REST)}
    for assumption, subject in known.items():
        place = places.get(assumption, "")
        by_area[_area(place)].append((subject, assumption, code(place)))
    return page(
        HEADING,
        "The vendor publishes no complete description of these APIs. Where no source exists, "
        "mockapi makes an assumption, which may be wrong. The code marks each with `assumption:`. "
        "A journal entry lists the subjects of the assumptions that its response depends on.",
        *_sections(by_area),
    )


def _area(place: str) -> str:
    return next(
        (area for area, parts in _AREAS.items() if any(part in place for part in parts)), _REST
    )


def _sections(by_area: dict[str, list[tuple[str, str, str]]]) -> Iterator[str]:
    for area, rows in by_area.items():
        if rows:
            yield f"## {area}"
            yield table(("subject", "assumption", "file"), rows)
