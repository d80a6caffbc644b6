"""Ids and secrets derived from the seed, so that worlds are reproducible."""

import uuid
from hashlib import blake2b

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FAKE = "mock"
_TOKEN_LENGTH = 28


def digest(seed: int, *path: object, size: int = 16) -> bytes:
    """Return *size* bytes that depend only on *seed* and *path*."""
    key = "\x1f".join(map(str, (seed, *path)))
    return blake2b(key.encode(), digest_size=size).digest()


def seeded_int(seed: int, *path: object, below: int) -> int:
    """Return an integer in [0, *below*) for *path*."""
    return int.from_bytes(digest(seed, *path)) % below


def uuid4(seed: int, *path: object) -> str:
    """Return a version 4 UUID, as the recorded ids are."""
    return str(uuid.UUID(bytes=digest(seed, *path), version=4))


def token(seed: int, *path: object) -> str:
    """Return 28 alphanumerics that begin with `mock`.

    Real tokens have that length and alphabet (docs/contract/oauth.md#tokens).
    """
    value = int.from_bytes(digest(seed, *path, size=32))
    letters = []
    for _ in range(_TOKEN_LENGTH - len(_FAKE)):
        value, index = divmod(value, len(_ALPHANUMERIC))
        letters.append(_ALPHANUMERIC[index])
    return _FAKE + "".join(letters)
