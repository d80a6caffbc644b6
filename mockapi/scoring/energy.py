"""Scores energy, and electricity and fuel alone, by source energy and by emissions."""

from collections.abc import Sequence
from functools import lru_cache

from mockapi.domain.factors import Factor, Role, UsageFactors, factors
from mockapi.scoring.curve import curve
from mockapi.scoring.intake import Intake
from mockapi.scoring.premises import Premises
from mockapi.scoring.trace import Tell, nobody

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
