"""Says of a kept site what its scores depend on besides readings."""

from mockapi.domain import ids
from mockapi.scoring.premises import Premises, Surveys
from mockapi.store.tables.sites import Site
from mockapi.world.scored import said_of

_TRIP = (50, 650)
_ANSWER = (35, 98)


def premises_of(site: Site, seed: int) -> Premises:
    """Return what of *site* counts for its scores; surveys that are not stated are drawn."""
    said = said_of(site)
    surveys = _drawn(site, seed)
    if said.surveys is not None:
        surveys = Surveys(**said.surveys.model_dump())
    return Premises(
        type=site.type,
        area=site.gross_area,
        occupants=site.building_occupants,
        visitors_a_day=site.number_of_visitors_per_day,
        days_with_visitors=site.days_per_week_with_visitors,
        visit_duration=site.visit_duration,
        weekly_hours=site.weekly_operating_hours,
        country=site.country_iso_code,
        state=site.state_province,
        benchmark_name=said.benchmark,
        surveys=surveys,
    )


def _drawn(site: Site, seed: int) -> Surveys:
    # inferred: no sample of a survey is published; what occupants answer is drawn for each site.
    def draw(what: str, least: int, most: int) -> int:
        return least + ids.number(seed, "survey", site.id, what, below=most - least + 1)

    return Surveys(
        trip=draw("trip", *_TRIP) / 100,
        policies=draw("policies", *_ANSWER),
        feedback=draw("feedback", *_ANSWER),
    )
