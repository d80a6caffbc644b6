"""Invents names and addresses, by locale and from the seed; never ids, never values."""

from dataclasses import dataclass
from functools import cache

from faker import Generator
from faker.factory import Factory

from mockapi.domain import ids
from mockapi.domain.buildings import Place

# Only these three of Faker's two dozen: loading the rest would cost half the start.
_PROVIDERS = ["faker.providers.address", "faker.providers.company", "faker.providers.person"]


@dataclass(frozen=True)
class Invented:
    """What Faker invented for one site."""

    owner: str
    street: str
    zip_code: str


@cache
def _faker(locale: str) -> Generator:
    return Factory.create(locale, providers=_PROVIDERS)


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
