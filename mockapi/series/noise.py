"""Draws repeatable noise, keyed and not sequenced: March does not depend on April."""

from hashlib import blake2b

_SCALE = 2.0**63


def noise(seed: int, key: str, step: int) -> float:
    """Return a draw from [-1, 1) for the step numbered *step* of the series *key*."""
    digest = blake2b(f"{seed}|{key}|{step}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / _SCALE - 1.0


def smooth(seed: int, key: str, position: float) -> float:
    """Return noise that changes over whole units of *position*, in about [-1, 1)."""
    whole = int(position // 1)
    part = position - whole
    weight = part * part * (3 - 2 * part)
    return noise(seed, key, whole) * (1 - weight) + noise(seed, key, whole + 1) * weight
