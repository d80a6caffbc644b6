"""An explained score in one sentence, and the steps that lead from 100 to it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from mockapi.console.page import plural
from mockapi.console.score_words import words_of
from mockapi.control.schemas.score_bodies import ExplanationView
from mockapi.domain.scores import ScoreCategory
from mockapi.oauth.pages.page import format_score
from mockapi.scoring.engine.arithmetic import BEST, curve

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LEAST_SHOWN = 0.05
"""Points below which a correction is not mentioned in the sentence."""
_NOUNS = {
    ScoreCategory.ENERGY: "energy",
    ScoreCategory.ELECTRICITY: "electricity",
    ScoreCategory.FUEL: "fuel",
}
_PARTS = {
    "satisfaction": "satisfaction of the occupants",
    "policies": "policy for their return",
    "feedback": "feedback of the occupants",
    "air": "quality of the air",
}


class ScoreCause(NamedTuple):
    """A cause of a score: its label, the score *after* it, and its clause of the sentence.

    Corrections have a *subject* instead of a clause: the sentence gives their points.
    """

    label: str
    after: float
    clause: str = ""
    subject: str = ""


class WaterfallStep(NamedTuple):
    """Change of a score by one cause, from *before* to *after*, both from 0 to 100."""

    label: str
    before: float
    after: float

    @property
    def change(self) -> float:
        """Return the difference of the two scores as they are shown, so that the steps add up."""
        return float(format_score(self.after)) - float(format_score(self.before))


class ScoreSummary(NamedTuple):
    """The sentence, and the steps in order. The first begins at 100, the last ends at the score."""

    sentence: str
    steps: Sequence[WaterfallStep]


def summarize(found: ExplanationView) -> ScoreSummary:
    """Return the summary of an explained score."""
    if found.score is None:
        missing = _listed([words_of(each) for each in found.missing])
        return ScoreSummary(f"No score, because of missing data: {missing or 'inputs'}.", ())
    score = format_score(found.score)
    if found.origin == "posted":
        return ScoreSummary(
            f"{score} because a scoring partner posted it. mockapi did not compute it.", ()
        )
    if found.components:
        return ScoreSummary(_mean_sentence(found, score), ())
    causes = list(_causes(found, {each.name: each.value for each in found.steps}))
    if not causes:
        return ScoreSummary(f"{score} because the scenario gives it.", ())
    # The score has hundredths: the last step ends there.
    edges = [BEST, *(each.after for each in causes[:-1]), found.score]
    steps = [
        WaterfallStep(each.label, before, after)
        for each, (before, after) in zip(causes, pairwise(edges), strict=True)
    ]
    clauses = _listed([each.clause for each in causes if each.clause])
    corrections = _listed(
        [
            f"{each.subject} {_changes(step)} {format_score(abs(step.change))} points"
            for each, step in zip(causes, steps, strict=True)
            if each.subject and abs(step.change) >= _LEAST_SHOWN
        ]
    )
    return ScoreSummary(
        f"{score} because {clauses}{'; ' if corrections else ''}{corrections}.", steps
    )


def _changes(step: WaterfallStep) -> str:
    return "adds" if step.change > 0 else "costs"


def is_mean_of_days(found: ExplanationView) -> bool:
    """Return True if the components of a mean are the scores of days, not of sites."""
    return bool(found.components) and _DATE.fullmatch(found.components[0].name) is not None


def _listed(parts: Sequence[str]) -> str:
    """Return *parts* as `a, b and c`."""
    *first, last = parts or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _mean_sentence(found: ExplanationView, score: str) -> str:
    scores = [each.score for each in found.components]
    part = "daily score" if is_mean_of_days(found) else "site"
    scored = "" if is_mean_of_days(found) else "the computed scores of "
    return (
        f"{score} because it is the mean of {scored}{len(scores)} {plural(part, len(scores))},"
        f" from {format_score(min(scores))} to {format_score(max(scores))}."
    )


def _causes(found: ExplanationView, values: Mapping[str, float]) -> Iterator[ScoreCause]:
    """Yield the causes in order. Each one's score includes those before it."""
    match found.category:
        case ScoreCategory.ENERGY | ScoreCategory.ELECTRICITY | ScoreCategory.FUEL:
            yield from _energy_causes(found, values)
        case ScoreCategory.WATER:
            yield from _water_causes(found, values)
        case ScoreCategory.WASTE:
            yield from _waste_causes(found, values)
        case ScoreCategory.TRANSPORTATION if "t" in values:
            share = values["t"] / values["reference"]
            yield ScoreCause(
                f"CO2 of a trip: {_percent(share)} of the reference",
                curve(share),
                f"a trip of its occupants causes {_percent(share)} of the CO2 of the reference",
            )
        case ScoreCategory.HUMAN_EXPERIENCE:
            # Satisfaction counts twice as much as the air.
            weights = {"satisfaction": 2.0, "S_CO2": 1.0}
            yield from _weighted_causes(values, weights)
        case ScoreCategory.RE_ENTRY:
            yield from _weighted_causes(values, dict.fromkeys(("policies", "feedback", "air"), 1.0))
        case _:
            return


def _energy_causes(found: ExplanationView, values: Mapping[str, float]) -> Iterator[ScoreCause]:
    building, noun = _median_building(found), _NOUNS[found.category]
    source = values["intensity_src"] / values["reference_src"]
    emissions = values["intensity_ghg"] / values["reference_ghg"]
    delta, hours = values["delta"], values["fH"]

    def score(correction: float) -> float:
        return (curve(source * correction) + curve(emissions * correction)) / 2

    yield ScoreCause(
        f"{noun.capitalize()} per m²: {_percent(source)} of the median",
        (curve(source) + BEST) / 2,
        f"it uses {_percent(source)} of {building}'s {noun} per m²",
    )
    yield ScoreCause(
        f"Emissions per m²: {_percent(emissions)} of the reference",
        score(1.0),
        f"causes {_percent(emissions)} of its emissions",
    )
    yield ScoreCause("Area per occupant", score(delta), subject="occupancy")
    yield ScoreCause("Operating hours", score(delta * hours), subject="the length of its operation")


def _water_causes(found: ExplanationView, values: Mapping[str, float]) -> Iterator[ScoreCause]:
    share = values["intensity"] / values["reference"]
    yield ScoreCause(
        f"Water per m²: {_percent(share)} of the median",
        curve(share),
        f"it uses {_percent(share)} of {_median_building(found)}'s water per m²",
    )
    yield ScoreCause("Area per occupant", curve(share * values["delta"]), subject="occupancy")


def _waste_causes(found: ExplanationView, values: Mapping[str, float]) -> Iterator[ScoreCause]:
    generated, lost = values["r_g"], values["r_u"]
    yield ScoreCause(
        f"Waste per occupant: {_percent(generated)} of the reference",
        (curve(generated) + BEST) / 2,
        f"its occupants generate {_percent(generated)} of the waste of {_median_building(found)}",
    )
    yield ScoreCause(
        f"Waste that is not diverted: {_percent(lost)} of half the reference",
        (curve(generated) + curve(lost)) / 2,
        f"{_percent(1 - values['u'] / values['g'])} of it is diverted" if values["g"] else "",
    )


def _weighted_causes(
    values: Mapping[str, float], weights: Mapping[str, float]
) -> Iterator[ScoreCause]:
    """Yield a cause for each known part of a weighted mean."""
    known = {name: weight for name, weight in weights.items() if name in values}
    after, total = BEST, sum(known.values())
    for name, weight in known.items():
        after -= (BEST - values[name]) * weight / total
        if name == "S_CO2":
            label = f"CO2 of the air: {values['c']:,.0f} ppm on average"
            clause = f"its air has {values['c']:,.0f} ppm of CO2 on average"
        else:
            label = f"{_PARTS[name].capitalize()}: {values[name]:.0f} of 100"
            clause = f"the {_PARTS[name]} has {values[name]:.0f} of 100"
        yield ScoreCause(label, after, clause)


def _median_building(found: ExplanationView) -> str:
    """Return the benchmark in words, such as `a median food service building`."""
    words = words_of(found.building_profile.benchmark)
    return "a median building" if words == "other" else f"a median {words} building"
