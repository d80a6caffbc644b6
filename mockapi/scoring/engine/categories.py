"""Score categories: their meters and their formulas."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from mockapi.domain.factors import AIR, ENERGY, Factor, Role, UsageFactors, factors
from mockapi.domain.scores import ScoreCategory
from mockapi.scoring.engine.arithmetic import StepRecorder, curve, interpolate_clamped, no_recorder
from mockapi.scoring.engine.building_profile import BuildingProfile
from mockapi.scoring.engine.rolling_year import AnnualConsumption


def water(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the water score; None if no potable water is measured."""
    normalization = building.normalization
    potable = _of(Role.WATER, consumptions)
    if normalization is None or not potable:
        return None
    drawn = sum(each.annual for each in potable)
    reference = building.benchmark.water.value
    ratio = drawn / normalization.area / reference * normalization.density
    record("potable", drawn, "m3/year", "sum of total / covered days * 365")
    record("intensity", drawn / normalization.area, "m3/m2/year", "potable / A")
    record("reference", reference, "m3/m2/year", "w")
    record("r", ratio, "", "intensity / reference * delta")
    record("score", curve(ratio), "", "100 / (1 + r^2)")
    return curve(ratio)


def waste(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the waste score; None if generated waste, diverted waste or occupancy is missing."""
    occupancy = building.occupancy
    made, kept = _of(Role.GENERATED, consumptions), _of(Role.DIVERTED, consumptions)
    if occupancy is None or not made or not kept:
        return None
    generated = sum(each.daily for each in made)
    diverted = sum(each.daily for each in kept)
    g = generated / occupancy
    u = max(0.0, generated - diverted) / occupancy
    reference = building.benchmark.waste.value
    score = _HALF * curve(g / reference) + _HALF * curve(u / (reference / 2))
    record("generated", generated, "kg/day", "sum of total / covered days")
    record("diverted", diverted, "kg/day", "sum of total / covered days")
    record("g", g, "kg/occupant/day", "generated / O")
    record("u", u, "kg/occupant/day", "max(0, generated - diverted) / O")
    record("reference", reference, "kg/occupant/day", "g0")
    record("r_g", g / reference, "", "g / g0")
    record("r_u", u / (reference / 2), "", "u / (g0 / 2)")
    record("S_g", curve(g / reference), "", "100 / (1 + r_g^2)")
    record("S_u", curve(u / (reference / 2)), "", "100 / (1 + r_u^2)")
    record("score", score, "", "0.5 * S_g + 0.5 * S_u")
    return score


def _of(role: Role, consumptions: Sequence[AnnualConsumption]) -> Sequence[AnnualConsumption]:
    usages = factors().usage
    return [each for each in consumptions if usages[each.usage].role is role]


_SATISFACTION, _CO2 = 0.5, 0.25


def human_experience(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the mean of the CO2 score and occupant satisfaction; missing parts are left out."""
    satisfaction = building.surveys.satisfaction
    co2 = _co2(consumptions, record)
    if satisfaction is not None:
        record("satisfaction", satisfaction, "", "the scenario's survey")
    parts = [(_CO2, co2), (_SATISFACTION, satisfaction)]
    known = [(weight, part) for weight, part in parts if part is not None]
    if not known:
        return None
    score = sum(weight * part for weight, part in known) / sum(weight for weight, _ in known)
    record(
        "score",
        score,
        "",
        "0.5 * satisfaction + 0.25 * CO2 + 0.25 * TVOC, weights of what is missing shared out",
    )
    return score


def transportation(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the given score, or the score of the CO2 of an occupant's trips."""
    surveys = building.surveys
    if surveys.transportation is not None:
        record("score", surveys.transportation, "", "given in the scenario")
        return surveys.transportation
    if surveys.trip is None:
        return None
    reference = factors().reference.trip.value
    record("t", surveys.trip, "kg CO2/occupant/trip", "the scenario's survey")
    record("reference", reference, "kg CO2/occupant/trip", "t0")
    record("r", surveys.trip / reference, "", "t / t0")
    score = curve(surveys.trip / reference)
    record("score", score, "", "100 / (1 + r^2)")
    return score


def re_entry(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the mean of policies, feedback and air. Air defaults to the CO2 score."""
    surveys = building.surveys
    if (surveys.policies, surveys.feedback, surveys.air) == (None, None, None):
        return None
    air = surveys.air if surveys.air is not None else _co2(consumptions, no_recorder)
    known = {"policies": surveys.policies, "feedback": surveys.feedback, "air": air}
    parts = {name: part for name, part in known.items() if part is not None}
    for name, part in parts.items():
        record(name, part, "", "the scenario's survey, or the CO2 score")
    score = sum(parts.values()) / len(parts)
    record("score", score, "", "mean of policies, feedback and air, as far as known")
    return score


def _co2(consumptions: Sequence[AnnualConsumption], record: StepRecorder) -> float | None:
    """Return the score of indoor CO2, of aggregated readings if there are any, else of raw ones."""
    usages = factors().usage
    for role in (Role.AIR, Role.RAW_AIR):
        levels = [each.daily for each in consumptions if usages[each.usage].role is role]
        if levels:
            level = sum(levels) / len(levels)
            score = interpolate_clamped(level, factors().air.ppm, factors().air.score)
            record("c", level, "ppm", "mean over meters of the mean of their covered days")
            record("S_CO2", score, "", "straight lines through the points of the CO2 ladder")
            return score
    return None


_HALF = 0.5


def energy(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the score of all energy; None if readings, area, occupants or hours are missing."""
    return _score(building, consumptions, 1.0, record)


def electricity(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the score of electricity only."""
    return _alone(building, consumptions, Role.ELECTRICITY, factors().reference.electricity, record)


def fuel(
    building: BuildingProfile, consumptions: Sequence[AnnualConsumption], record: StepRecorder
) -> float | None:
    """Return the score of fuels only."""
    return _alone(building, consumptions, Role.FUEL, factors().reference.fuel, record)


def _alone(
    building: BuildingProfile,
    consumptions: Sequence[AnnualConsumption],
    role: Role,
    share: Factor,
    record: StepRecorder,
) -> float | None:
    usages = factors().usage
    own = [each for each in consumptions if usages[each.usage].role is role]
    return _score(building, own, share.value, record)


def kilowatt_hours(used: UsageFactors) -> float:
    """Return the kWh of one unit of the catalog: a kWh, or a m3 of a fuel."""
    return used.energy[used.metered].value if used.metered is not None else 1.0


@lru_cache(maxsize=1_024)
def _weights(usage: str, grid: float) -> tuple[float, float, float]:
    """Return kWh per unit, kWh of source energy per kWh, and kg of CO2 per kWh."""
    used = factors().usage[usage]
    if used.source is None or used.emissions is None:
        raise ValueError(f"{usage} has no energy factors.")
    emissions = grid if used.emissions == "grid" else used.emissions.value
    return kilowatt_hours(used), used.source.value, emissions


def _score(
    building: BuildingProfile,
    consumptions: Sequence[AnnualConsumption],
    share: float,
    record: StepRecorder,
) -> float | None:
    normalization = building.normalization
    if normalization is None or not consumptions:
        return None
    source = emissions = 0.0
    for each in consumptions:
        kwh_a_unit, source_a_kwh, emissions_a_kwh = _weights(each.usage, building.grid.value)
        kwh = each.annual * kwh_a_unit
        source += kwh * source_a_kwh
        emissions += kwh * emissions_a_kwh
        record(each.usage, kwh, "kWh/year", "total / covered days * 365 * kWh per unit")
    reference = building.benchmark.energy.value * share
    emitted = factors().reference.emissions.value * reference
    by_source = (
        source / normalization.area / reference * normalization.density * normalization.hours
    )
    by_emissions = (
        emissions / normalization.area / emitted * normalization.density * normalization.hours
    )
    score = _HALF * curve(by_source) + _HALF * curve(by_emissions)
    if record is no_recorder:
        return score
    record("E_src", source, "kWh/year", "sum of kWh * source energy per kWh")
    record("E_ghg", emissions, "kg CO2/year", "sum of kWh * emissions per kWh")
    record("intensity_src", source / normalization.area, "kWh/m2/year", "E_src / A")
    record("intensity_ghg", emissions / normalization.area, "kg CO2/m2/year", "E_ghg / A")
    record("reference_src", reference, "kWh/m2/year", "m * share of the category")
    record("reference_ghg", emitted, "kg CO2/m2/year", "0.14 * reference_src")
    record("r_src", by_source, "", "intensity_src / reference_src * delta * fH")
    record("r_ghg", by_emissions, "", "intensity_ghg / reference_ghg * delta * fH")
    record("S_src", curve(by_source), "", "100 / (1 + r_src^2)")
    record("S_ghg", curve(by_emissions), "", "100 / (1 + r_ghg^2)")
    record("score", score, "", "0.5 * S_src + 0.5 * S_ghg")
    return score


Method = Callable[[BuildingProfile, Sequence[AnnualConsumption], StepRecorder], float | None]


@dataclass(frozen=True)
class Category:
    """Formula of a category and the roles of the meters that it needs."""

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
    """Return True if meters of *usage* count towards *category*."""
    return _roles().get(usage) in CATEGORIES[category].roles


def consumptions_of(
    category: ScoreCategory, consumptions: Sequence[AnnualConsumption]
) -> Sequence[AnnualConsumption]:
    """Return the *consumptions* that count towards *category*."""
    return [each for each in consumptions if counts_towards(each.usage, category)]


def score_of(
    category: ScoreCategory,
    building: BuildingProfile,
    consumptions: Sequence[AnnualConsumption],
    record: StepRecorder = no_recorder,
) -> float | None:
    """Return the score from 0 to 100, unrounded; None if it cannot be computed.

    *consumptions* with unknown usages are ignored.
    """
    return CATEGORIES[category].method(building, consumptions_of(category, consumptions), record)
