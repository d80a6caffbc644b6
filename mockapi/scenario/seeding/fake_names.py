"""Fake names and addresses by locale, drawn from the seed."""

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
class FakeAddress:
    """Fake owner and address of a site."""

    owner: str
    street: str
    zip_code: str


@cache
def _faker(locale: str) -> "Generator":
    # Imported lazily: Faker adds a tenth to start-up, and is not needed if all names are given.
    from faker import Generator

    # Two providers by name, because Faker's factory searches the folders of all providers, which
    # takes a tenth of the start-up.
    faker = Generator()
    for kind in ("address", "person"):
        try:
            module = import_module(f"faker.providers.{kind}.{locale}")
        except ModuleNotFoundError:
            module = import_module(f"faker.providers.{kind}.{_FALLBACK}")
        faker.add_provider(module.Provider)
    return faker


def fake_address(seed: int, place: Place, *path: object) -> FakeAddress:
    """Return a fake address in *place*, the same one for the same *seed* and *path*."""
    return _faker_address(seed, place.locale, *path)


def _faker_address(seed: int, locale: str, *path: object) -> FakeAddress:
    faker = _faker(locale)
    faker.seed_instance(ids.seeded_int(seed, "faker", *path, below=2**63))
    return FakeAddress(
        owner=faker.format("last_name"),
        street=" ".join(faker.format("street_address").split()),
        zip_code=faker.format("postcode"),
    )


class _DigitTemplate:
    """A text whose digits can be replaced, except for the first one.

    The first digit must not be zero, and in a zip code it is often that of the region.
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
def _pool(seed: int, locale: str) -> Sequence[tuple[str, _DigitTemplate, _DigitTemplate]]:
    addresses = [_faker_address(seed, locale, "pool", locale, index) for index in range(_POOL)]
    return [
        (each.owner, _DigitTemplate(each.street), _DigitTemplate(each.zip_code))
        for each in addresses
    ]


def fake_address_from_pool(seed: int, place: Place, draw: int) -> FakeAddress:
    """Return a fake address in *place* for *draw*, a number of 48 bits.

    A hundred times faster than Faker: owner, street and zip code come from a small pool for the
    locale, with other digits.
    """
    pool = _pool(seed, place.locale)
    draw, owner = divmod(draw, _POOL)
    draw, street = divmod(draw, _POOL)
    draw, zip_code = divmod(draw, _POOL)
    return FakeAddress(
        owner=pool[owner][0],
        street=pool[street][1].with_digits(draw),
        zip_code=pool[zip_code][2].with_digits(draw // 1000),
    )


def fake_person_name(seed: int, *path: object) -> str:
    """Return the name of a person, the same one for the same *seed* and *path*."""
    faker = _faker("en_US")
    faker.seed_instance(ids.seeded_int(seed, "faker", *path, below=2**63))
    return f"{faker.format('first_name')} {faker.format('last_name')}"
