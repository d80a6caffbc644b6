"""Invents names and addresses, by locale and from the seed; never ids, never values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from mockapi.domain import ids
from mockapi.domain.buildings import Place

if TYPE_CHECKING:
    from faker import Generator

_FALLBACK = "en_US"
_POOL = 24


@dataclass(frozen=True)
class Invented:
    """What Faker invented for one site."""

    owner: str
    street: str
    zip_code: str


@cache
def _faker(locale: str) -> "Generator":
    # Imported lazily: Faker adds a tenth to start-up; a scenario that states its names needs none.
    from faker import Generator

    # Only two of Faker's two dozen providers, and by name: its own factory looks through
    # every folder of every provider, which would cost a tenth of the start.
    faker = Generator()
    for kind in ("address", "person"):
        try:
            module = import_module(f"faker.providers.{kind}.{locale}")
        except ModuleNotFoundError:
            module = import_module(f"faker.providers.{kind}.{_FALLBACK}")
        faker.add_provider(module.Provider)
    return faker


def invent(seed: int, place: Place, *path: object) -> Invented:
    """Return an owner, a street and a zip code in *place*; the same ones for the same *path*."""
    return _invent(seed, place.locale, *path)


def _invent(seed: int, locale: str, *path: object) -> Invented:
    faker = _faker(locale)
    faker.seed_instance(ids.seeded_int(seed, "faker", *path, below=2**63))
    return Invented(
        owner=faker.format("last_name"),
        street=" ".join(faker.format("street_address").split()),
        zip_code=faker.format("postcode"),
    )


class _Numbered:
    """A text of Faker's whose digits, but for the first, are drawn again each time.

    The first is no zero, and in a zip code it often names the region.
    """

    def __init__(self, text: str) -> None:
        digits = [found.start() for found in re.finditer("[0-9]", text)][1:]
        letters = ["%%" if letter == "%" else letter for letter in text]
        for place in digits:
            letters[place] = "%s"
        self._template = "".join(letters)
        self._length = len(digits)

    def with_digits(self, draw: int) -> str:
        length = self._length
        return self._template % tuple(f"{draw % 10**length:0{length}d}" if length else "")


@lru_cache(maxsize=256)
def _pool(seed: int, locale: str) -> Sequence[tuple[str, _Numbered, _Numbered]]:
    invented = [_invent(seed, locale, "pool", locale, index) for index in range(_POOL)]
    return [(each.owner, _Numbered(each.street), _Numbered(each.zip_code)) for each in invented]


def invent_many(seed: int, place: Place, draw: int) -> Invented:
    """Return an owner, a street and a zip code in *place* for *draw*, of which 48 bits count.

    A hundred times cheaper than Faker: owner, street and zip code come from a few that Faker
    invented for the locale, with other digits.
    """
    pool = _pool(seed, place.locale)
    draw, owner = divmod(draw, _POOL)
    draw, street = divmod(draw, _POOL)
    draw, zip_code = divmod(draw, _POOL)
    return Invented(
        owner=pool[owner][0],
        street=pool[street][1].with_digits(draw),
        zip_code=pool[zip_code][2].with_digits(draw // 1000),
    )


def invent_name(seed: int, *path: object) -> str:
    """Return a person's name; the same one for the same *path*."""
    faker = _faker("en_US")
    faker.seed_instance(ids.seeded_int(seed, "faker", *path, below=2**63))
    return f"{faker.format('first_name')} {faker.format('last_name')}"
