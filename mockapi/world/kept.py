"""Keeps the first states of shipped scenarios from one start to the next.

Beside the bytecode and by its rules: written when first made, made anew when what makes it has
changed, left out where Python keeps no bytecode. It spares a start what shapes and reads
scenarios and draws worlds, a fifth of the whole.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib.util import cache_from_source, find_spec
from pathlib import Path

from mockapi.resources import PACKAGE, scenarios
from mockapi.version import __version__

_SOURCES = (".py", ".toml", ".csv", ".txt", ".yaml")
_NO_SOURCES = ("__pycache__", "static", "templates")


@dataclass(frozen=True)
class StatedTokens:
    """The first tokens that a scenario states of its first customer."""

    access_token: str | None = None
    personal_token: str | None = None


@dataclass(frozen=True)
class Kept:
    """The first state of a scenario in which nothing happens by itself."""

    state: bytes
    tokens: StatedTokens


def recall(scenario: Path) -> Kept | None:
    """Return what is kept of *scenario*; None where nothing is, or of what it was before."""
    place = _place_of(scenario)
    try:
        return None if place is None else _read(place, place.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        # Gone, or spoiled by a full disk: it is made again.
        return None


def keep(scenario: Path, kept: Kept) -> None:
    """Keep the first state of *scenario*, where it is shipped and there is a place for it."""
    place = None if sys.dont_write_bytecode else _place_of(scenario)
    if place is None:
        return
    head = {"made_by": _makers(), "tokens": asdict(kept.tokens)}
    whole = json.dumps(head).encode() + b"\n" + kept.state
    unfinished = place.with_name(f"{place.name}.{os.getpid()}")
    # A folder that cannot be written to is no mistake: the next start makes it again.
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(whole)
        unfinished.replace(place)


# Worlds come and go with each test, and begin alike.
@lru_cache(maxsize=8)
def _read(place: Path, written_at: int) -> Kept | None:
    line, _, state = place.read_bytes().partition(b"\n")
    head = json.loads(line)
    return Kept(state, StatedTokens(**head["tokens"])) if head["made_by"] == _makers() else None


def _place_of(scenario: Path) -> Path | None:
    if scenario.parent != scenarios():
        return None
    try:
        return Path(cache_from_source(__file__)).with_suffix(f".{scenario.stem}")
    except NotImplementedError:
        return None


@cache
def _makers() -> str:
    """Return what is told apart of all that makes a state: as of bytecode, sizes and times."""
    lines = [__version__]
    faker = find_spec("faker")  # invents names; is found without being imported
    if faker is not None and faker.origin is not None:
        lines.append(_told(faker.origin, Path(faker.origin).stat()))
    for folder in (PACKAGE, scenarios()):
        lines += sorted(_sources(str(folder)))
    return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def _told(path: str, about: os.stat_result) -> str:
    return f"{path} {about.st_size} {int(about.st_mtime)}"


def _sources(folder: str) -> Iterator[str]:
    # By os.scandir: four hundred objects of pathlib would take as long as all the rest of it.
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in _NO_SOURCES:
                    yield from _sources(entry.path)
            elif entry.name.endswith(_SOURCES):
                yield _told(entry.path, entry.stat())
