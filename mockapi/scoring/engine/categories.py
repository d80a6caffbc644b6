"""Names the categories that are scored, which meters each needs, and by which function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from mockapi.domain.factors import AIR, ENERGY, Factor, Role, UsageFactors, factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.arithmetic import Tell, curve, ladder, nobody
from mockapi.scoring.engine.building_profile import Premises
from mockapi.scoring.engine.rolling_year import Intake


def water(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of potable water; None where only reclaimed water is read."""
    measure = premises.measure
    potable = _of(Role.WATER, intakes)
    if measure is None or not potable:
        return None
    drawn = sum(each.annual for each in potable)
    reference = premises.benchmark.water.value
    ratio = drawn / measure.area / reference * measure.density
    tell("potable", drawn, "m3/year", "sum of total / covered days * 365")
    tell("intensity", drawn / measure.area, "m3/m2/year", "potable / A")
    tell("reference", reference, "m3/m2/year", "w")
    tell("r", ratio, "", "intensity / reference * delta")
    tell("score", curve(ratio), "", "100 / (1 + r^2)")
    return curve(ratio)


def waste(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of waste; None without a reading of both, or without occupants."""
    occupancy = premises.occupancy
    made, kept = _of(Role.GENERATED, intakes), _of(Role.DIVERTED, intakes)
    if occupancy is None or not made or not kept:
        return None
    generated = sum(each.daily for each in made)
    diverted = sum(each.daily for each in kept)
    g = generated / occupancy
    u = max(0.0, generated - diverted) / occupancy
    reference = premises.benchmark.waste.value
    score = _HALF * curve(g / reference) + _HALF * curve(u / (reference / 2))
    tell("generated", generated, "kg/day", "sum of total / covered days")
    tell("diverted", diverted, "kg/day", "sum of total / covered days")
    tell("g", g, "kg/occupant/day", "generated / O")
    tell("u", u, "kg/occupant/day", "max(0, generated - diverted) / O")
    tell("reference", reference, "kg/occupant/day", "g0")
    tell("r_g", g / reference, "", "g / g0")
    tell("r_u", u / (reference / 2), "", "u / (g0 / 2)")
    tell("S_g", curve(g / reference), "", "100 / (1 + r_g^2)")
    tell("S_u", curve(u / (reference / 2)), "", "100 / (1 + r_u^2)")
    tell("score", score, "", "0.5 * S_g + 0.5 * S_u")
    return score


def _of(role: Role, intakes: Sequence[Intake]) -> Sequence[Intake]:
    usages = factors().usage
    return [each for each in intakes if usages[each.usage].role is role]


_SATISFACTION, _CO2 = 0.5, 0.25


def human_experience(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of air and of the occupants' satisfaction; what is not known drops out."""
    satisfaction = premises.surveys.satisfaction
    co2 = _co2(intakes, tell)
    if satisfaction is not None:
        tell("satisfaction", satisfaction, "", "the scenario's survey")
    parts = [(_CO2, co2), (_SATISFACTION, satisfaction)]
    known = [(weight, part) for weight, part in parts if part is not None]
    if not known:
        return None
    score = sum(weight * part for weight, part in known) / sum(weight for weight, _ in known)
    tell(
        "score",
        score,
        "",
        "0.5 * satisfaction + 0.25 * CO2 + 0.25 * TVOC, weights of what is missing shared out",
    )
    return score


def transportation(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the stated score, or that of the CO2 that coming and going costs an occupant."""
    surveys = premises.surveys
    if surveys.transportation is not None:
        tell("score", surveys.transportation, "", "stated by the scenario")
        return surveys.transportation
    if surveys.trip is None:
        return None
    reference = factors().reference.trip.value
    tell("t", surveys.trip, "kg CO2/occupant/trip", "the scenario's survey")
    tell("reference", reference, "kg CO2/occupant/trip", "t0")
    tell("r", surveys.trip / reference, "", "t / t0")
    score = curve(surveys.trip / reference)
    tell("score", score, "", "100 / (1 + r^2)")
    return score


def re_entry(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the mean of policies, feedback and air; the air's default is its CO2 score."""
    surveys = premises.surveys
    if (surveys.policies, surveys.feedback, surveys.air) == (None, None, None):
        return None
    air = surveys.air if surveys.air is not None else _co2(intakes, nobody)
    known = {"policies": surveys.policies, "feedback": surveys.feedback, "air": air}
    parts = {name: part for name, part in known.items() if part is not None}
    for name, part in parts.items():
        tell(name, part, "", "the scenario's survey, or the CO2 score")
    score = sum(parts.values()) / len(parts)
    tell("score", score, "", "mean of policies, feedback and air, as far as known")
    return score


def _co2(intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of indoor CO2: of aggregated readings, or else of raw ones."""
    usages = factors().usage
    for role in (Role.AIR, Role.RAW_AIR):
        levels = [each.daily for each in intakes if usages[each.usage].role is role]
        if levels:
            level = sum(levels) / len(levels)
            score = ladder(level, factors().air.ppm, factors().air.score)
            tell("c", level, "ppm", "mean over meters of the mean of their covered days")
            tell("S_CO2", score, "", "straight lines through the points of the CO2 ladder")
            return score
    return None


_HALF = 0.5


def energy(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of all energy; None without a reading, area, occupants or hours."""
    return _score(premises, intakes, 1.0, tell)


def electricity(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of electricity alone."""
    return _alone(premises, intakes, Role.ELECTRICITY, factors().reference.electricity, tell)


def fuel(premises: Premises, intakes: Sequence[Intake], tell: Tell) -> float | None:
    """Return the score of fuels alone."""
    return _alone(premises, intakes, Role.FUEL, factors().reference.fuel, tell)


def _alone(
    premises: Premises, intakes: Sequence[Intake], role: Role, share: Factor, tell: Tell
) -> float | None:
    usages = factors().usage
    own = [each for each in intakes if usages[each.usage].role is role]
    return _score(premises, own, share.value, tell)


def kilowatt_hours(used: UsageFactors) -> float:
    """Return the kWh of one unit of the catalog's: of a kWh, or of a m3 of a fuel."""
    return used.energy[used.metered].value if used.metered is not None else 1.0


@lru_cache(maxsize=1_024)
def _weights(usage: str, grid: float) -> tuple[float, float, float]:
    """Return kWh a unit, kWh of source energy a kWh, and kg of CO2 a kWh."""
    used = factors().usage[usage]
    if used.source is None or used.emissions is None:
        raise ValueError(f"{usage} is no energy.")
    emissions = grid if used.emissions == "grid" else used.emissions.value
    return kilowatt_hours(used), used.source.value, emissions


def _score(premises: Premises, intakes: Sequence[Intake], share: float, tell: Tell) -> float | None:
    measure = premises.measure
    if measure is None or not intakes:
        return None
    source = emissions = 0.0
    for each in intakes:
        kwh_a_unit, source_a_kwh, emissions_a_kwh = _weights(each.usage, premises.grid.value)
        kwh = each.annual * kwh_a_unit
        source += kwh * source_a_kwh
        emissions += kwh * emissions_a_kwh
        tell(each.usage, kwh, "kWh/year", "total / covered days * 365 * kWh a unit")
    reference = premises.benchmark.energy.value * share
    emitted = factors().reference.emissions.value * reference
    by_source = source / measure.area / reference * measure.density * measure.hours
    by_emissions = emissions / measure.area / emitted * measure.density * measure.hours
    score = _HALF * curve(by_source) + _HALF * curve(by_emissions)
    if tell is nobody:
        return score
    tell("E_src", source, "kWh/year", "sum of kWh * source energy a kWh")
    tell("E_ghg", emissions, "kg CO2/year", "sum of kWh * emissions a kWh")
    tell("intensity_src", source / measure.area, "kWh/m2/year", "E_src / A")
    tell("intensity_ghg", emissions / measure.area, "kg CO2/m2/year", "E_ghg / A")
    tell("reference_src", reference, "kWh/m2/year", "m * share of the category")
    tell("reference_ghg", emitted, "kg CO2/m2/year", "0.14 * reference_src")
    tell("r_src", by_source, "", "intensity_src / reference_src * delta * fH")
    tell("r_ghg", by_emissions, "", "intensity_ghg / reference_ghg * delta * fH")
    tell("S_src", curve(by_source), "", "100 / (1 + r_src^2)")
    tell("S_ghg", curve(by_emissions), "", "100 / (1 + r_ghg^2)")
    tell("score", score, "", "0.5 * S_src + 0.5 * S_ghg")
    return score


Method = Callable[[Premises, Sequence[Intake], Tell], float | None]


@dataclass(frozen=True)
class Category:
    """How a category is scored, and from the meters of which roles."""

    method: Method
    roles: frozenset[Role] = frozenset()
    needs: tuple[str, ...] = ()


_BUILDING = ("grossArea", "buildingOccupants", "weeklyOperatingHours")
_WASTE = frozenset({Role.GENERATED, Role.DIVERTED})

CATEGORIES: Mapping[ScoreCategory, Category] = {
    ScoreCategory.ENERGY: Category(energy, ENERGY, _BUILDING),
    ScoreCategory.ELECTRICITY: Category(electricity, frozenset({Role.ELECTRICITY}), _BUILDING),
    ScoreCategory.FUEL: Category(fuel, frozenset({Role.FUEL}), _BUILDING),
    ScoreCategory.WATER: Category(water, frozenset({Role.WATER, Role.RECLAIMED}), _BUILDING),
    ScoreCategory.WASTE: Category(waste, _WASTE, ("buildingOccupants",)),
    ScoreCategory.TRANSPORTATION: Category(transportation),
    ScoreCategory.HUMAN_EXPERIENCE: Category(human_experience, AIR),
    ScoreCategory.RE_ENTRY: Category(re_entry, AIR),
}


@cache
def _roles() -> Mapping[str, Role]:
    return {usage: each.role for usage, each in factors().usage.items()}


def counts_towards(usage: str, category: ScoreCategory) -> bool:
    """Return whether meters of *usage* count towards *category*."""
    return _roles().get(usage) in CATEGORIES[category].roles


def intakes_of(category: ScoreCategory, intakes: Sequence[Intake]) -> Sequence[Intake]:
    """Return those of *intakes* that count towards *category*."""
    return [each for each in intakes if counts_towards(each.usage, category)]


def score_of(
    category: ScoreCategory, premises: Premises, intakes: Sequence[Intake], tell: Tell = nobody
) -> float | None:
    """Return the score from 0 to 100, unrounded; None where there is none.

    *intakes* of usages that the factors do not know count for nothing.
    """
    return CATEGORIES[category].method(premises, intakes_of(category, intakes), tell)
