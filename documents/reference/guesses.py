"""The page of what was decided without evidence."""

from collections.abc import Iterator

from documents.guesses import HEADING, guesses, subjects
from documents.markdown import code, page, table

_AREAS = {
    "OAuth and credentials": ("oauth/", "world/token_service", "world/consents"),
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
    places = dict(guesses())
    by_area: dict[str, list[tuple[str, str, str]]] = {area: [] for area in (*_AREAS, _REST)}
    for guess, subject in known.items():
        place = places.get(guess, "")
        by_area[_area(place)].append((subject, guess, code(place)))
    return page(
        HEADING,
        "The vendor publishes no full description of these APIs. What is here was decided without "
        "evidence, and may be otherwise on the real ones. The code marks each with `inferred:`; "
        "the journal names those that an answer rests on, by their subjects.",
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
            yield table(("of", "guess", "decided in"), rows)
