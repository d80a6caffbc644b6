"""Finds the sites that somebody names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from mockapi.store.tables.sites import Site
from mockapi.world.world import World

_NEAR = 5


class UnknownSite(LookupError):
    """No site of the world has this id or name."""


def every_site(world: World) -> Sequence[Site]:
    """Return all sites of all customers, each once, in the scenario's order."""
    return [
        site
        for customer in world.store.customers()
        for site in world.store.sites(customer.id)
        if site.customer_id == customer.id
    ]


def chosen(sites: Sequence[Site], words: Iterable[str]) -> Sequence[Site]:
    """Return those of *sites* that have one of *words* for an id or a name; all without words.

    Names are compared without regard to case, and all sites of a name are meant. Raises
    `UnknownSite`, which tells names that are near.
    """
    words = list(words)
    if not words:
        return sites
    by_word: dict[str, list[str]] = defaultdict(list)
    for site in sites:
        for word in {site.id.casefold(), (site.name or site.id).casefold()}:
            by_word[word].append(site.id)
    wanted: set[str] = set()
    for word in words:
        if word.strip().casefold() not in by_word:
            raise UnknownSite(_unknown(word, sites))
        wanted.update(by_word[word.strip().casefold()])
    return [site for site in sites if site.id in wanted]


def _unknown(word: str, sites: Sequence[Site]) -> str:
    spelled = {(site.name or site.id).casefold(): site.name or site.id for site in sites}
    spelled |= {site.id.casefold(): site.id for site in sites}
    asked = word.strip().casefold()
    near = [name for name in spelled if asked and asked in name][:_NEAR]
    near = near or get_close_matches(asked, spelled, n=_NEAR, cutoff=0.75)
    advice = "`mockapi describe` lists them"
    if near:
        advice = f"near are {', '.join(repr(spelled[name]) for name in near)}"
    return f"--site: no site has the id or the name {word!r}; {advice}"
