"""Suggestions for misspelled words."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_LONGEST = 100


def nearest(
    word: str, words: Iterable[str], most: int = 1, *, cutoff: float = 0.6
) -> Sequence[str]:
    """Return up to *most* of *words* that are similar to *word*, the most similar first.

    *cutoff* is the minimum similarity, from 0 to 1. Only the first 100 characters of *word* are
    compared, because the comparison takes quadratic time.
    """
    return get_close_matches(word[:_LONGEST], list(words), most, cutoff)
