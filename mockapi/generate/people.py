"""Invents names and addresses, by locale and from the seed; never ids, never values."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from faker import Generator

from mockapi.domain import ids
from mockapi.domain.buildings import Place

_FALLBACK = "en_US"


@dataclass(frozen=True)
class Invented:
    """What Faker invented for one site."""

    owner: str
    street: str
    zip_code: str


@cache
def _faker(locale: str) -> Generator:
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
    faker = _faker(place.locale)
    faker.seed_instance(ids.number(seed, "faker", *path, below=2**63))
    return Invented(
        owner=faker.format("last_name"),
        street=" ".join(faker.format("street_address").split()),
        zip_code=faker.format("postcode"),
    )


def invent_name(seed: int, *path: object) -> str:
    """Return a person's name; the same one for the same *path*."""
    faker = _faker("en_US")
    faker.seed_instance(ids.number(seed, "faker", *path, below=2**63))
    return f"{faker.format('first_name')} {faker.format('last_name')}"
