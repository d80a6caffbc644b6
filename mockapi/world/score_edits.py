"""Scores and scoring requests that are added to a running world, changed and removed."""

from collections.abc import Sequence
from datetime import date

from mockapi.domain import timestamps
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.scenario.site_model import ScoreSpec, ScoringRequestSpec
from mockapi.scenario.updates import ChangedScore, NewScores, NewScoringRequest
from mockapi.store.scores import NewScore
from mockapi.store.tables import ScoringRequest
from mockapi.world.site_edits import builder_of
from mockapi.world.sites import scoring_decision, site_with
from mockapi.world.world import World

StampedScore = tuple[NewScore, int]
"""A score and its time in nanoseconds since 1970."""


def add_scores(world: World, spec: NewScores) -> Sequence[StampedScore]:
    """Store scores of a site, replacing those of the same date, type and category; return them.

    Raise `LookupError` for an unknown site, and `ValueError` for a category that the edition lacks.
    """
    site = site_with(world, spec.site)
    _check_categories(world, [each.category for each in spec.scores])
    scores = [_new_score(each) for each in spec.scores]
    stamps = world.store.put_scores(site.id, scores, world.now(), world.seed)
    return list(zip(scores, stamps, strict=True))


def _check_categories(world: World, categories: Sequence[ScoreCategory]) -> None:
    allowed = world.edition.partner_categories
    for each in categories:
        if each not in allowed:
            names = ", ".join(sorted(allowed))
            raise ValueError(f"category {each!s} is not in this edition. Use {names}.")


def _new_score(spec: ScoreSpec) -> NewScore:
    at = spec.updated_at
    stamp = None if at is None else timestamps.to_nanoseconds(at)
    return NewScore(spec.date.isoformat(), spec.score, spec.type, spec.category, stamp)


def update_score(world: World, spec: ChangedScore) -> StampedScore:
    """Replace the value of a stored score and return it.

    Raise `LookupError` if the site or the score does not exist.
    """
    site = site_with(world, spec.site)
    found = world.store.scores(site.id, [spec.type], [spec.category])
    if all(each.date != spec.date.isoformat() for each in found):
        raise LookupError(
            f"Site {spec.site!r} has no stored score of this date, type and category. "
            "Use POST /__admin/scores."
        )
    score = NewScore(spec.date.isoformat(), spec.score, spec.type, spec.category)
    (stamp,) = world.store.put_scores(site.id, [score], world.now(), world.seed)
    return score, stamp


def remove_scores(
    world: World,
    site_id: str,
    on: date | None,
    type: ScoreType | None,
    category: ScoreCategory | None,
) -> int:
    """Remove the stored scores of a site that have all given values; return their number.

    Raise `LookupError` if the site does not exist.
    """
    site = site_with(world, site_id)
    return world.store.remove_scores(
        site.id, None if on is None else on.isoformat(), type, category
    )


def add_scoring_request(world: World, spec: NewScoringRequest) -> ScoringRequest:
    """Add a scoring request of a customer for a site and return it.

    Raise `LookupError` for an unknown site or customer, and `DuplicateRowError`.
    """
    site = site_with(world, spec.site)
    customer = world.store.customer_named(spec.customer or site.customer_id)
    builder = builder_of(world)
    given = ScoringRequestSpec(
        id=spec.id,
        created_at=spec.created_at or world.now(),
        status=spec.status,
        detail=spec.detail,
    )
    decision = scoring_decision(world.scenario, site)
    request = builder.add_scoring_request(given, site, customer.id, decision)
    world.store.add_rows(builder.rows)
    return request
