"""Puts an explanation of a score into the shape that the control API tells it in."""

from datetime import date

from mockapi.domain import instants
from mockapi.domain.factors import factors
from mockapi.scoring import DISCLAIMER, ENGINE
from mockapi.scoring.curve import points
from mockapi.scoring.premises import Premises
from mockapi.wire.explain import (
    ExplanationView,
    FactorView,
    InputView,
    PartView,
    PointsView,
    PremisesView,
    StepView,
    TrustView,
)
from mockapi.world.explaining import Explanation

_CURVE = (
    "S(r) = 100 / (1 + r^2), where r is the site's intensity over its reference; "
    "for CO2 straight lines between points"
)


def view_of(found: Explanation) -> ExplanationView:
    """Return *found* as a body."""
    stamp = found.updated_at_ns
    return ExplanationView(
        disclaimer=DISCLAIMER
        if found.posted is None
        else f"Posted by a scoring partner; {ENGINE} had no part in it.",
        engine=ENGINE,
        factors_version=factors().version,
        site=found.site.id,
        date=found.date,
        type=found.type,
        category=found.category,
        origin="computed" if found.posted is None else "posted",
        score=found.score,
        updated_at=None if stamp is None else instants.seconds_of(stamp),
        missing=tuple(found.missing),
        curve=_CURVE,
        points=_points(found),
        premises=_premises(found.premises),
        inputs=tuple(
            InputView(
                meter_id=each.meter_id,
                usage=each.usage,
                total=each.total,
                covered_days=each.days,
                daily=each.daily,
                annual=each.annual,
                last_day=date.fromordinal(each.last_day).isoformat(),
            )
            for each in found.intakes
        ),
        steps=tuple(
            StepView(name=each.name, value=each.value, unit=each.unit, formula=each.formula)
            for each in found.steps
        ),
        coverage=_coverage(found),
        factors=tuple(FactorView.of(name, each) for name, each in found.factors.items()),
        made_from=tuple(PartView(of=name, score=each) for name, each in found.made_from.items()),
    )


def _points(found: Explanation) -> PointsView | None:
    most = factors().points.get(found.category)
    if most is None or found.score is None:
        return None
    return PointsView(points=points(found.score, most.value), of=int(most.value))


def _premises(premises: Premises) -> PremisesView:
    return PremisesView(
        gross_area=premises.area,
        building_occupants=premises.occupants,
        number_of_visitors_per_day=premises.visitors_a_day,
        days_per_week_with_visitors=premises.days_with_visitors,
        visit_duration=premises.visit_duration,
        weekly_operating_hours=premises.weekly_hours,
        benchmark=premises.compared_with,
    )


def _coverage(found: Explanation) -> TrustView | None:
    judged = found.validity
    if judged is None:
        return None
    return TrustView(
        covered_days=judged.covered_days,
        window_days=judged.window_days,
        confidence=judged.confidence,
        tests=dict(judged.tests),
        warnings=judged.warnings,
    )
