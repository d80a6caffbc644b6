"""Suggestions for words that are misspelled."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

_LONGEST = 100


def nearest(
    word: str, words: Iterable[str], most: int = 1, *, cutoff: float = 0.6
) -> Sequence[str]:
    """Return up to *most* of *words* that are similar to *word*, the most similar first.

    *cutoff* is the least similarity, from 0 to 1. Of *word* the first 100 characters count:
    the comparison takes quadratic time.
    """
    return get_close_matches(word[:_LONGEST], list(words), most, cutoff)
