"""Tells how many people a site has beside what is usual for its type and area."""

from functools import lru_cache

from mockapi.domain.buildings import building_types
from mockapi.series.place import SiteFacts

_STAY = 7.0
"""Hours that an occupant spends in the building on a working day; judgement."""

_LEAST, _MOST = 0.4, 2.5


@lru_cache(maxsize=512)
def crowd(facts: SiteFacts) -> float:
    """Return the hours that people spend at a site, as a multiple of the usual ones.

    inferred: water, waste and air follow the occupants and visitors that a site states, from 0.4
    to 2.5 times what is usual for its type and area.
    """
    building = building_types()[facts.building]
    spent = facts.occupants * _STAY + facts.visitors_per_day * building.visit_hours
    if not spent:
        return 1.0
    usual = building.occupants * _STAY + building.visitors * building.visit_hours
    return min(_MOST, max(_LEAST, spent / (usual * facts.area / 100)))
