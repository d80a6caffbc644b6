"""Shapes which score is meant."""

from datetime import date

from mockapi.domain.score import ScoreCategory, ScoreType
from mockapi.wire.admin import AdminBody


class ScoreChoice(AdminBody):
    """One score of a site; of a monthly one any day of its month."""

    site: str
    date: date
    type: ScoreType = ScoreType.DAILY
    category: ScoreCategory = ScoreCategory.ENERGY
