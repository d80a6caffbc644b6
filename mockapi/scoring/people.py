"""Scores what concerns people: the air they breathe, how they come, how they came back."""

from collections.abc import Sequence

from mockapi.domain.factors import Role, factors
from mockapi.scoring.curve import curve, ladder
from mockapi.scoring.intake import Intake
from mockapi.scoring.premises import Premises
from mockapi.scoring.trace import Tell, nobody

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
