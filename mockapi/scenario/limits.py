"""Bounds on the size of a scenario, checked before anything is made of its text."""

from dataclasses import dataclass

DEPTH = 40
"""How many lists and mappings may be nested; a scenario needs ten."""

KEYS = 1_000
"""How many keys one mapping may have; the largest part of a scenario has forty."""

MOST_MISTAKES = 100
"""How many mistakes of one scenario are reported; the rest is counted."""


@dataclass(frozen=True)
class Limits:
    """The largest scenario that one kind of source may give."""

    characters: int
    nodes: int
    """Lists, mappings, keys and values, those of an alias counted wherever it is used."""
    stated_sites: int
    sites: int
    """Those of portfolios included."""


OF_A_FILE = Limits(characters=64_000_000, nodes=5_000_000, stated_sites=100_000, sites=200_000)
"""For files on the machine of mockapi, which its user chose."""

OF_A_REQUEST = Limits(characters=2_000_000, nodes=100_000, stated_sites=1_000, sites=10_000)
"""For texts that come by the control API, whose other callers must not wait."""
