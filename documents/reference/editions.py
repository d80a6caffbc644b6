"""Page of editions with their differences."""

from collections.abc import Callable, Mapping

from documents.markdown import code, codes, page, table
from mockapi.domain.edition import EDITIONS, Edition
from mockapi.domain.scores import ScoreCategory


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _categories(edition: Edition) -> str:
    return codes(each for each in ScoreCategory if each in edition.partner_categories)


def _names(edition: Edition) -> str:
    return codes(["certification-*"] if edition.old_names else ["performance-*", "scoring-*"])


_ROWS: Mapping[str, Callable[[Edition], str]] = {
    "categories on the Partner API": _categories,
    "`unit` of measurements": lambda edition: _yes(edition.shows_unit),
    "`sourceSystemId` of sites": lambda edition: _yes(edition.shows_source_system_id),
    "ids of scoring requests": lambda edition: (
        "integers" if edition.integer_request_ids else "UUIDs"
    ),
    "names with `MOCKAPI_STRICT_PATHS`": _names,
    "bases with `MOCKAPI_STRICT_PATHS`": lambda edition: codes(sorted(edition.strict_bases)),
}


def page_text() -> str:
    return page(
        "Editions",
        "An edition is a published state of the APIs. Select one with `MOCKAPI_EDITION`, or with "
        "`edition` in a scenario. An edition changes bodies and lists of values. All old and new "
        "paths are served in every edition unless `MOCKAPI_STRICT_PATHS` is set. Without "
        "`MOCKAPI_USER_API_NEW_CATEGORIES` the User API returns the six older categories in every "
        "edition.",
        table(
            ("", *map(code, EDITIONS)),
            ((title, *map(cell, EDITIONS.values())) for title, cell in _ROWS.items()),
        ),
    )
