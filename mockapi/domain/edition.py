"""Editions of the APIs, and their differences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mockapi.domain.scores import CLASSIC_CATEGORIES, ScoreCategory

EditionName = Literal["latest", "2022", "2023-user", "2023-java"]


@dataclass(frozen=True)
class Edition:
    """One published state of the APIs (docs/contract/paths.md#editions)."""

    name: EditionName
    partner_categories: frozenset[ScoreCategory] = CLASSIC_CATEGORIES
    shows_unit: bool = True
    shows_source_system_id: bool = True
    integer_request_ids: bool = False
    strict_bases: frozenset[str] = frozenset()
    old_names: bool = False


EDITIONS: Mapping[EditionName, Edition] = {
    edition.name: edition
    for edition in (
        Edition(
            "latest",
            partner_categories=frozenset(ScoreCategory),
            strict_bases=frozenset({"/ecostruxure/scoring/v1", "/ecostruxure/user/scoring/v1"}),
        ),
        Edition(
            "2022",
            shows_unit=False,
            shows_source_system_id=False,
            # In 2022-12, the older names were recorded also below the User API's base.
            strict_bases=frozenset(
                {"/openesx/v1", "/ecostruxure/v1", "/ecostruxure/user/scoring/v1"}
            ),
            old_names=True,
        ),
        Edition(
            "2023-user",
            strict_bases=frozenset(
                {"/ecostruxure/v1", "/ecostruxure/user/v1", "/ecostruxure/user/scoring/v1"}
            ),
        ),
        Edition(
            "2023-java",
            integer_request_ids=True,
            strict_bases=frozenset({"/ecostruxure/v1", "/ecostruxure/user/scoring/v1"}),
        ),
    )
}
