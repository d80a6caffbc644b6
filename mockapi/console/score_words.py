"""Categories and types of scores in words."""

import re
from collections.abc import Mapping

from mockapi.domain.scores import ScoreCategory, ScoreType

CATEGORY_WORDS: Mapping[str, str] = {
    **{each.value: each.value for each in ScoreCategory},
    ScoreCategory.HUMAN_EXPERIENCE.value: "human experience",
    ScoreCategory.RE_ENTRY.value: "re-entry",
}
AVERAGES = frozenset({ScoreType.LOCAL_AVERAGE, ScoreType.AVERAGE})


def words_of(name: str) -> str:
    """Return a name in camel case as words, such as `weekly operating hours`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def score_title(type: ScoreType, category: ScoreCategory) -> str:
    """Return the title of a score, such as `Local average of energy scores`."""
    words = words_of(type).capitalize()
    if type in AVERAGES:
        return f"{words} of {CATEGORY_WORDS[category]} scores"
    return f"{words} {CATEGORY_WORDS[category]} score"
