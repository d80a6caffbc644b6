"""Scores water by area, and waste by head."""

from collections.abc import Sequence

from mockapi.domain.factors import Role, factors
from mockapi.scoring.curve import curve
from mockapi.scoring.intake import Intake
from mockapi.scoring.premises import Premises
from mockapi.scoring.trace import Tell



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
